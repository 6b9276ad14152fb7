{# One row per branch and month, and one per invoice whose lines do not add up to its net amount. #}
with line as (
    select
        branch_id,
        invoice_number,
        sum(net_amount_transaction) as net_amount_transaction
    from {{ ref('fct_sales_invoice_line') }}
    group by branch_id, invoice_number
),

invoice as (
    select
        invoice_header.branch_id,
        invoice_header.slice_period,
        invoice_header.invoice_number,
        invoice_header.currency_code,
        invoice_header.net_amount_transaction as header_net,
        coalesce(line.net_amount_transaction, 0) as line_net
    from {{ ref('fct_sales_invoice') }} as invoice_header
    left join line on invoice_header.branch_id = line.branch_id and invoice_header.invoice_number = line.invoice_number
    union all
    select
        orphan.branch_id,
        orphan.slice_period,
        orphan.invoice_number,
        max(orphan.currency_code) as currency_code,
        cast(0 as decimal(20, 4)) as header_net,
        sum(orphan.net_amount_transaction) as line_net
    from {{ ref('fct_sales_invoice_line') }} as orphan
    left join {{ ref('fct_sales_invoice') }} as invoice_header
        on orphan.branch_id = invoice_header.branch_id and orphan.invoice_number = invoice_header.invoice_number
    where invoice_header.invoice_number is null
    group by orphan.branch_id, orphan.slice_period, orphan.invoice_number
),

judged as (
    select
        branch_id,
        slice_period as subject,
        currency_code,
        sum(header_net) as expected,
        sum(header_net) as actual
    from invoice
    where header_net = line_net
    group by branch_id, slice_period, currency_code
    union all
    select
        branch_id,
        slice_period || ' invoice ' || invoice_number as subject,
        currency_code,
        header_net as expected,
        line_net as actual
    from invoice
    where header_net <> line_net
)

select
    'invoice_lines' as check_name,
    'branch' as scope,
    judged.branch_id,
    judged.subject,
    judged.currency_code,
    cast(judged.expected as string) as expected,
    cast(judged.actual as string) as actual,
    {{ minor_units('(judged.actual - judged.expected)', 'currency.minor_factor') }} as difference_minor,
    judged.actual = judged.expected as passed
from judged
left join {{ ref('currency') }} as currency
    on judged.currency_code = currency.currency_code

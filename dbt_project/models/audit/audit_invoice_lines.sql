{# One row per branch, month and currency whose invoices foot, and one per invoice whose lines do not add up to its net
   amount; sales and purchases alike. #}
select
    'invoice_lines' as check_name,
    'branch' as scope,
    footing.branch_id,
    footing.dataset || ' ' || footing.slice_period || coalesce(' ' || footing.invoice_number, '') as subject,
    footing.currency_code,
    cast(footing.header_net_amount_transaction as string) as expected,
    cast(footing.line_net_amount_transaction as string) as actual,
    {{ minor_units(
        '(footing.line_net_amount_transaction - footing.header_net_amount_transaction)', 'currency.minor_factor'
    ) }} as difference_minor,
    footing.line_net_amount_transaction = footing.header_net_amount_transaction as passed
from {{ ref('ops_invoice_footing') }} as footing
left join {{ ref('currency') }} as currency
    on footing.currency_code = currency.currency_code

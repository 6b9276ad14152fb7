{{ config(
    alias='invoice_footing',
    materialized='incremental' if target.type == 'duckdb' else 'table',
    incremental_strategy='replace_slices',
    on_schema_change='fail',
    meta={
        'owner': 'data_engineering',
        'datasets': ['sales_invoice', 'purchase_invoice'],
        'touched_by': {'sales_invoice': ['sales_invoice_line'], 'purchase_invoice': ['purchase_invoice_line']},
    }
) }}

{# Lines carry the date of their invoice, so a month's headers and lines are judged together, whichever came anew: a line
   that is dated into another month than its invoice is missing here and too much there. #}
{% for dataset in ['sales_invoice', 'purchase_invoice'] %}
{%- set lines = dataset ~ '_line' -%}
{%- set touched -%}
    {% if is_incremental() -%}
    where (branch_id, slice_period) in (
        select touched.branch_id, touched.slice_period
        from ({{ touched_slices([dataset, lines]) }}) as touched
    )
    {%- endif %}
{%- endset -%}
select
    '{{ dataset }}' as dataset,
    compared.branch_id,
    compared.slice_period,
    compared.currency_code,
    case when compared.header_net <> compared.line_net then compared.invoice_number end as invoice_number,
    count(*) as invoice_count,
    {{ money('sum(compared.header_net)') }} as header_net_amount_transaction,
    {{ money('sum(compared.line_net)') }} as line_net_amount_transaction
from (
    select
        coalesce(header.branch_id, line.branch_id) as branch_id,
        coalesce(header.slice_period, line.slice_period) as slice_period,
        coalesce(header.invoice_number, line.invoice_number) as invoice_number,
        coalesce(header.currency_code, line.currency_code) as currency_code,
        coalesce(header.net_amount_transaction, 0) as header_net,
        coalesce(line.net_amount_transaction, 0) as line_net
    from (
        select
            branch_id,
            slice_period,
            invoice_number,
            currency_code,
            net_amount_transaction
        from {{ ref('fct_' ~ dataset) }}
        {{ touched }}
    ) as header
    full outer join (
        select
            branch_id,
            slice_period,
            invoice_number,
            max(currency_code) as currency_code,
            sum(net_amount_transaction) as net_amount_transaction
        from {{ ref('fct_' ~ lines) }}
        {{ touched }}
        group by branch_id, slice_period, invoice_number
    ) as line
        on
            header.branch_id = line.branch_id
            and header.slice_period = line.slice_period
            and header.invoice_number = line.invoice_number
) as compared
group by
    compared.branch_id,
    compared.slice_period,
    compared.currency_code,
    case when compared.header_net <> compared.line_net then compared.invoice_number end
{{ 'union all' if not loop.last }}
{% endfor %}

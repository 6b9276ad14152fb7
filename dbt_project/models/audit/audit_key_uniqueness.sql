{# A key stands once in the whole fact, also across slices. #}
{%- set keys = {
    'gl_entry': ['ledger', 'fiscal_year', 'journal_code', 'document_number', 'line_number'],
    'trial_balance': ['ledger', 'fiscal_year', 'from_fiscal_period', 'fiscal_period', 'account_code'],
    'sales_invoice': ['invoice_number'],
    'sales_invoice_line': ['invoice_number', 'line_number'],
    'payment': ['payment_number'],
    'payment_allocation': ['payment_number', 'line_number'],
} %}
with repeated as (
    {% for dataset, columns in keys.items() -%}
    select
        dataset,
        branch_id,
        count(*) as row_count
    from {{ ref('fct_' ~ dataset) }}
    group by dataset, branch_id, {{ columns | join(', ') }}
    having count(*) > 1
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

surplus as (
    select
        dataset,
        branch_id,
        sum(row_count - 1) as row_count
    from repeated
    group by dataset, branch_id
),

fact as (
    select
        dataset,
        branch_id,
        sum(row_count) as row_count
    from {{ ref('fct_delivery_slice') }}
    group by dataset, branch_id
)

select
    'key_uniqueness' as check_name,
    'branch' as scope,
    fact.branch_id,
    fact.dataset as subject,
    cast(null as string) as currency_code,
    cast(fact.row_count as string) as expected,
    cast(fact.row_count - coalesce(surplus.row_count, 0) as string) as actual,
    cast(coalesce(surplus.row_count, 0) as bigint) as difference_minor,
    coalesce(surplus.row_count, 0) = 0 as passed
from fact
left join surplus on fact.dataset = surplus.dataset and fact.branch_id = surplus.branch_id

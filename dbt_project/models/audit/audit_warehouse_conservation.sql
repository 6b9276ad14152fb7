{# The sums that the lake keeps of each slice (the contracts' `sums`), each with its currency. #}
{%- set conserved = {
    'gl_entry': {
        'debit_amount_functional': 'functional_currency_code',
        'credit_amount_functional': 'functional_currency_code',
    },
    'trial_balance': {
        'opening_balance_amount_functional': 'functional_currency_code',
        'debit_amount_functional': 'functional_currency_code',
        'credit_amount_functional': 'functional_currency_code',
        'closing_balance_amount_functional': 'functional_currency_code',
    },
    'sales_invoice': {
        'net_amount_transaction': 'currency_code',
        'tax_amount_transaction': 'currency_code',
        'gross_amount_transaction': 'currency_code',
        'net_amount_functional': 'functional_currency_code',
        'tax_amount_functional': 'functional_currency_code',
        'gross_amount_functional': 'functional_currency_code',
    },
    'sales_invoice_line': {
        'net_amount_transaction': 'currency_code',
        'tax_amount_transaction': 'currency_code',
    },
    'payment': {
        'amount_transaction': 'currency_code',
        'amount_functional': 'functional_currency_code',
    },
    'payment_allocation': {
        'allocated_amount_transaction': 'currency_code',
        'discount_amount_transaction': 'currency_code',
        'write_off_amount_transaction': 'currency_code',
    },
} -%}
with in_lake as (
    select
        dataset,
        branch_id,
        slice_period,
        'rows' as measure,
        '' as currency_code,
        cast(row_count as decimal(38, 4)) as amount
    from {{ source('lake', 'slice') }}
    where dataset not in ('branch', 'fiscal_calendar')
    union all
    select
        dataset,
        branch_id,
        slice_period,
        measure,
        coalesce(currency_code, '') as currency_code,
        cast(amount as decimal(38, 4)) as amount
    from {{ source('lake', 'slice_sum') }}
    where dataset not in ('branch', 'fiscal_calendar')
),

in_warehouse as (
    {% for dataset, measures in conserved.items() -%}
    {{ fact_slice_rows(dataset, ref('fct_' ~ dataset)) }}
    union all
    {% for measure, currency in measures.items() -%}
    {{ fact_slice_sum(dataset, ref('fct_' ~ dataset), measure, currency) }}
    union all
    {% endfor -%}
    {% endfor -%}
    {{ fact_slice_rows('fx_rate', ref('fct_fx_rate')) }}
    union all
    select
        'gl_account' as dataset,
        branch_id,
        'all' as slice_period,
        'rows' as measure,
        '' as currency_code,
        cast(count(distinct account_code) as decimal(38, 4)) as amount
    from {{ ref('dim_account') }}
    where not is_inferred
    group by branch_id
    union all
    select
        'customer' as dataset,
        branch_id,
        'all' as slice_period,
        'rows' as measure,
        '' as currency_code,
        cast(count(*) as decimal(38, 4)) as amount
    from {{ ref('dim_customer') }}
    where not is_inferred
    group by branch_id
    union all
    select
        'supplier' as dataset,
        branch_id,
        'all' as slice_period,
        'rows' as measure,
        '' as currency_code,
        cast(count(*) as decimal(38, 4)) as amount
    from {{ ref('dim_supplier') }}
    where not is_inferred
    group by branch_id
),

compared as (
    select
        coalesce(in_lake.dataset, in_warehouse.dataset) as dataset,
        coalesce(in_lake.branch_id, in_warehouse.branch_id) as branch_id,
        coalesce(in_lake.slice_period, in_warehouse.slice_period) as slice_period,
        coalesce(in_lake.measure, in_warehouse.measure) as measure,
        nullif(coalesce(in_lake.currency_code, in_warehouse.currency_code), '') as currency_code,
        coalesce(in_lake.amount, 0) as expected,
        coalesce(in_warehouse.amount, 0) as actual
    from in_lake
    full outer join in_warehouse
        on
            in_lake.dataset = in_warehouse.dataset
            and in_lake.branch_id = in_warehouse.branch_id
            and in_lake.slice_period = in_warehouse.slice_period
            and in_lake.measure = in_warehouse.measure
            and in_lake.currency_code = in_warehouse.currency_code
)

select
    'warehouse_conservation' as check_name,
    'group' as scope,
    compared.branch_id,
    compared.dataset || ' ' || compared.slice_period || ' ' || compared.measure as subject,
    compared.currency_code,
    cast(compared.expected as string) as expected,
    cast(compared.actual as string) as actual,
    {{ minor_units(
        '(compared.actual - compared.expected)',
        "case when compared.measure = 'rows' then 1 else currency.minor_factor end"
    ) }} as difference_minor,
    compared.actual = compared.expected as passed
from compared
left join {{ ref('currency') }} as currency
    on compared.currency_code = currency.currency_code

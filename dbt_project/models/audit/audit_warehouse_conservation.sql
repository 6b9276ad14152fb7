{# Every slice of the lake against what the warehouse holds of it. Facts were counted when their slice was written
   (ops.fact_slice), and count only for the very content that the lake holds now: another hash is a slice that is
   missing and one that should not be. That no slice lost rows since is what the whole facts' row counts prove. #}
{%- set dimensions = {'gl_account': 'dim_account'} -%}
{#- Lists that the group's office sends about all branches: one row there is one row here. -#}
{%- set office_lists = {
    'acquisition_event': 'fct_acquisition_event',
    'adjustment_entry': 'fct_adjustment_entry',
    'budget': 'fct_budget',
    'equity_event': 'fct_equity_event',
    'fair_value_step': 'fct_fair_value_step',
    'ic_stock': 'fct_ic_stock',
    'ownership': 'dim_ownership',
} -%}
with in_lake as (
    select
        dataset,
        branch_id,
        slice_period,
        content_hash,
        'rows' as measure,
        '' as currency_code,
        cast(row_count as decimal(38, 4)) as amount
    from {{ source('lake', 'slice') }}
    where dataset not in ('branch', 'fiscal_calendar')
    union all
    select
        slice_sum.dataset,
        slice_sum.branch_id,
        slice_sum.slice_period,
        slice.content_hash,
        slice_sum.measure,
        coalesce(slice_sum.currency_code, '') as currency_code,
        cast(slice_sum.amount as decimal(38, 4)) as amount
    from {{ source('lake', 'slice_sum') }} as slice_sum
    left join {{ source('lake', 'slice') }} as slice
        on
            slice_sum.dataset = slice.dataset
            and slice_sum.branch_id = slice.branch_id
            and slice_sum.slice_period = slice.slice_period
    where slice_sum.dataset not in ('branch', 'fiscal_calendar')
),

in_dimension as (
    {% for dataset in whole_datasets() if dataset not in ['branch', 'fiscal_calendar'] + office_lists | list -%}
    {{ 'union all' if not loop.first }}
    select
        '{{ dataset }}' as dataset,
        branch_id,
        cast(count(*) as decimal(38, 4)) as amount
    from (
        select distinct branch_id, {{ key_columns(dataset) | join(', ') }}
        from {{ ref(dimensions.get(dataset, 'dim_' ~ dataset)) }}
        where not is_inferred
    ) as member_{{ dataset }}
    group by branch_id
    {% endfor %}
    {%- for dataset, model in office_lists.items() %}
    union all
    select
        '{{ dataset }}' as dataset,
        delivered_by_branch_id as branch_id,
        cast(count(*) as decimal(38, 4)) as amount
    from {{ ref(model) }}
    group by delivered_by_branch_id
    {% endfor %}
),

in_warehouse as (
    select
        dataset,
        branch_id,
        slice_period,
        content_hash,
        measure,
        currency_code,
        amount
    from {{ ref('ops_fact_slice') }}
    union all
    select
        in_dimension.dataset,
        in_dimension.branch_id,
        'all' as slice_period,
        slice.content_hash,
        'rows' as measure,
        '' as currency_code,
        in_dimension.amount
    from in_dimension
    left join {{ source('lake', 'slice') }} as slice
        on in_dimension.dataset = slice.dataset and in_dimension.branch_id = slice.branch_id
),

compared as (
    select
        coalesce(in_lake.dataset, in_warehouse.dataset) as dataset,
        coalesce(in_lake.branch_id, in_warehouse.branch_id) as branch_id,
        coalesce(in_lake.slice_period, in_warehouse.slice_period)
        || ' ' || coalesce(in_lake.measure, in_warehouse.measure) as subject,
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
            and coalesce(in_lake.content_hash, '') = coalesce(in_warehouse.content_hash, '')
            and in_lake.measure = in_warehouse.measure
            and in_lake.currency_code = in_warehouse.currency_code
    {% for dataset in sliced_datasets() -%}
    union all
    select
        '{{ dataset }}' as dataset,
        cast(null as string) as branch_id,
        'rows of the whole fact' as subject,
        'rows' as measure,
        cast(null as string) as currency_code,
        coalesce((
            select cast(sum(row_count) as decimal(38, 4))
            from {{ source('lake', 'slice') }}
            where dataset = '{{ dataset }}'
        ), 0) as expected,
        cast((select count(*) from {{ ref('fct_' ~ dataset) }}) as decimal(38, 4)) as actual
    {% endfor %}
)

select
    'warehouse_conservation' as check_name,
    'group' as scope,
    compared.branch_id,
    compared.dataset || ' ' || compared.subject as subject,
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

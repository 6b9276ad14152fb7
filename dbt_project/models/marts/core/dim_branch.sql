with delivered as (
    select
        branch_id,
        branch_name,
        country_code,
        functional_currency_code,
        registration_id,
        tax_id,
        time_zone,
        delivered_by_branch_id,
        delivery_id,
        delivery_date,
        source_file,
        source_sheet,
        source_row,
        row_number() over (partition by branch_id order by delivery_date desc, delivery_id desc) as recency
    from {{ ref('stg_branch') }}
),

seen as (
    select distinct branch_id
    from {{ source('lake', 'slice') }}
    where
        dataset not in (
            'branch', 'fiscal_calendar', 'fx_rate', 'ownership', 'equity_event', 'acquisition_event', 'fair_value_step',
            'adjustment_entry', 'ic_stock', 'budget'
        )
),

currency as (
    select
        branch_id,
        max(functional_currency_code) as functional_currency_code
    from {{ ref('fct_gl_balance') }}
    group by branch_id
)

select
    branch_id,
    branch_name,
    country_code,
    functional_currency_code,
    registration_id,
    tax_id,
    time_zone,
    false as is_inferred,
    delivered_by_branch_id,
    delivery_id,
    delivery_date,
    source_file,
    source_sheet,
    source_row
from delivered
where recency = 1
union all
select
    seen.branch_id,
    seen.branch_id as branch_name,
    cast(null as string) as country_code,
    currency.functional_currency_code,
    cast(null as string) as registration_id,
    cast(null as string) as tax_id,
    cast(null as string) as time_zone,
    true as is_inferred,
    cast(null as string) as delivered_by_branch_id,
    cast(null as string) as delivery_id,
    cast(null as date) as delivery_date,
    cast(null as string) as source_file,
    cast(null as string) as source_sheet,
    cast(null as bigint) as source_row
from seen
left join currency on seen.branch_id = currency.branch_id
where seen.branch_id not in (select delivered.branch_id from delivered)

with delivered as (
    select
        branch_id,
        product_code,
        product_name,
        product_group,
        unit_code,
        gtin,
        commodity_code,
        valuation_method,
        is_service,
        delivery_id,
        delivery_date,
        source_file,
        source_sheet,
        source_row
    from {{ ref('stg_product') }}
),

mentioned as (
    select
        branch_id,
        code as product_code,
        code_name as product_name
    from {{ ref('fct_code_activity') }}
    where code_kind = 'product'
    union all
    select
        branch_id,
        'unknown' as product_code,
        'not named in the document' as product_name
    from {{ ref('dim_branch') }}
),

inferred as (
    select
        mentioned.branch_id,
        mentioned.product_code,
        coalesce(max(mentioned.product_name), 'not in the master data') as product_name
    from mentioned
    left join delivered
        on mentioned.branch_id = delivered.branch_id and mentioned.product_code = delivered.product_code
    where delivered.product_code is null
    group by mentioned.branch_id, mentioned.product_code
)

select
    branch_id,
    product_code,
    product_name,
    product_group,
    unit_code,
    gtin,
    commodity_code,
    valuation_method,
    is_service,
    false as is_inferred,
    delivery_id,
    delivery_date,
    source_file,
    source_sheet,
    source_row
from delivered
union all
select
    branch_id,
    product_code,
    product_name,
    cast(null as string) as product_group,
    cast(null as string) as unit_code,
    cast(null as string) as gtin,
    cast(null as string) as commodity_code,
    cast(null as string) as valuation_method,
    cast(null as boolean) as is_service,
    true as is_inferred,
    cast(null as string) as delivery_id,
    cast(null as date) as delivery_date,
    cast(null as string) as source_file,
    cast(null as string) as source_sheet,
    cast(null as bigint) as source_row
from inferred

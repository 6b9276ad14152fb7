with delivered as (
    select
        branch_id,
        cost_center_code,
        cost_center_name,
        parent_cost_center_code,
        department,
        manager,
        valid_from,
        valid_to,
        delivery_id,
        delivery_date,
        source_file,
        source_sheet,
        source_row
    from {{ ref('stg_cost_center') }}
),

mentioned as (
    select
        branch_id,
        code as cost_center_code,
        code_name as cost_center_name
    from {{ ref('fct_code_activity') }}
    where code_kind = 'cost_center'
    union all
    select
        branch_id,
        'unknown' as cost_center_code,
        'not named in the document' as cost_center_name
    from {{ ref('dim_branch') }}
),

inferred as (
    select
        mentioned.branch_id,
        mentioned.cost_center_code,
        coalesce(max(mentioned.cost_center_name), 'not in the master data') as cost_center_name
    from mentioned
    left join delivered
        on mentioned.branch_id = delivered.branch_id and mentioned.cost_center_code = delivered.cost_center_code
    where delivered.cost_center_code is null
    group by mentioned.branch_id, mentioned.cost_center_code
)

select
    branch_id,
    cost_center_code,
    cost_center_name,
    parent_cost_center_code,
    department,
    manager,
    valid_from,
    valid_to,
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
    cost_center_code,
    cost_center_name,
    cast(null as string) as parent_cost_center_code,
    cast(null as string) as department,
    cast(null as string) as manager,
    cast(null as date) as valid_from,
    cast(null as date) as valid_to,
    true as is_inferred,
    cast(null as string) as delivery_id,
    cast(null as date) as delivery_date,
    cast(null as string) as source_file,
    cast(null as string) as source_sheet,
    cast(null as bigint) as source_row
from inferred

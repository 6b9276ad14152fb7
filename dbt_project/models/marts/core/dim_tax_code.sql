with delivered as (
    select
        branch_id,
        tax_code,
        tax_name,
        direction,
        tax_kind,
        rate_pct,
        deductible_pct,
        account_code,
        return_box,
        valid_from,
        coalesce(valid_to, date '9999-12-31') as valid_to,
        delivery_id,
        delivery_date,
        source_file,
        source_sheet,
        source_row
    from {{ ref('stg_tax_code') }}
),

mentioned as (
    select
        branch_id,
        code as tax_code,
        code_name as tax_name
    from {{ ref('fct_code_activity') }}
    where code_kind = 'tax_code'
    union all
    select
        branch_id,
        'unknown' as tax_code,
        'not named in the document' as tax_name
    from {{ ref('dim_branch') }}
),

inferred as (
    select
        mentioned.branch_id,
        mentioned.tax_code,
        coalesce(max(mentioned.tax_name), 'not in the master data') as tax_name
    from mentioned
    left join delivered
        on mentioned.branch_id = delivered.branch_id and mentioned.tax_code = delivered.tax_code
    where delivered.tax_code is null
    group by mentioned.branch_id, mentioned.tax_code
)

select
    branch_id,
    tax_code,
    tax_name,
    direction,
    tax_kind,
    rate_pct,
    deductible_pct,
    account_code,
    return_box,
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
    tax_code,
    tax_name,
    cast(null as string) as direction,
    cast(null as string) as tax_kind,
    cast(null as decimal(20, 10)) as rate_pct,
    cast(null as decimal(20, 10)) as deductible_pct,
    cast(null as string) as account_code,
    cast(null as string) as return_box,
    date '1900-01-01' as valid_from,
    date '9999-12-31' as valid_to,
    true as is_inferred,
    cast(null as string) as delivery_id,
    cast(null as date) as delivery_date,
    cast(null as string) as source_file,
    cast(null as string) as source_sheet,
    cast(null as bigint) as source_row
from inferred

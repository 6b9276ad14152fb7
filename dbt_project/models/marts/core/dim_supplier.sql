with delivered as (
    select
        branch_id,
        supplier_code,
        supplier_name,
        tax_id,
        registration_id,
        country_code,
        address_line,
        postal_code,
        city,
        bank_account,
        payment_terms_days,
        control_account_code,
        currency_code,
        partner_branch_id,
        delivery_id,
        delivery_date,
        source_file,
        source_sheet,
        source_row
    from {{ ref('stg_supplier') }}
),

mentioned as (
    select
        branch_id,
        party_code as supplier_code,
        'not in the master data' as supplier_name
    from {{ ref('fct_party_activity') }}
    where party_type = 'supplier'
    union
    select
        branch_id,
        'unknown' as supplier_code,
        'not named in the document' as supplier_name
    from {{ ref('dim_branch') }}
),

inferred as (
    select
        mentioned.branch_id,
        mentioned.supplier_code,
        max(mentioned.supplier_name) as supplier_name
    from mentioned
    left join delivered
        on mentioned.branch_id = delivered.branch_id and mentioned.supplier_code = delivered.supplier_code
    where delivered.supplier_code is null
    group by mentioned.branch_id, mentioned.supplier_code
)

select
    branch_id,
    supplier_code,
    supplier_name,
    tax_id,
    registration_id,
    country_code,
    address_line,
    postal_code,
    city,
    bank_account,
    payment_terms_days,
    control_account_code,
    currency_code,
    partner_branch_id,
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
    supplier_code,
    supplier_name,
    cast(null as string) as tax_id,
    cast(null as string) as registration_id,
    cast(null as string) as country_code,
    cast(null as string) as address_line,
    cast(null as string) as postal_code,
    cast(null as string) as city,
    cast(null as string) as bank_account,
    cast(null as bigint) as payment_terms_days,
    cast(null as string) as control_account_code,
    cast(null as string) as currency_code,
    cast(null as string) as partner_branch_id,
    true as is_inferred,
    cast(null as string) as delivery_id,
    cast(null as date) as delivery_date,
    cast(null as string) as source_file,
    cast(null as string) as source_sheet,
    cast(null as bigint) as source_row
from inferred

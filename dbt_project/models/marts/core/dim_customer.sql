with delivered as (
    select
        branch_id,
        customer_code,
        customer_name,
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
    from {{ ref('stg_customer') }}
),

mentioned as (
    select
        branch_id,
        party_code as customer_code,
        'not in the master data' as customer_name
    from {{ ref('fct_party_activity') }}
    where party_type = 'customer'
    union
    select
        branch_id,
        'unknown' as customer_code,
        'not named in the document' as customer_name
    from {{ ref('dim_branch') }}
),

inferred as (
    select
        mentioned.branch_id,
        mentioned.customer_code,
        max(mentioned.customer_name) as customer_name
    from mentioned
    left join delivered
        on mentioned.branch_id = delivered.branch_id and mentioned.customer_code = delivered.customer_code
    where delivered.customer_code is null
    group by mentioned.branch_id, mentioned.customer_code
)

select
    branch_id,
    customer_code,
    customer_name,
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
    customer_code,
    customer_name,
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

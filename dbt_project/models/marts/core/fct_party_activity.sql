{{ config(
    materialized='incremental' if target.type == 'duckdb' else 'table',
    incremental_strategy='replace_slices',
    meta={'owner': 'group_data', 'datasets': [
        'gl_entry', 'sales_invoice', 'purchase_invoice', 'payment', 'open_item'
    ]}
) }}

with mentioned as (
    select
        dataset,
        branch_id,
        slice_period,
        party_type,
        party_code
    from {{ ref('stg_gl_entry') }}
    union all
    select
        dataset,
        branch_id,
        slice_period,
        'customer' as party_type,
        customer_code as party_code
    from {{ ref('stg_sales_invoice') }}
    union all
    select
        dataset,
        branch_id,
        slice_period,
        party_type,
        party_code
    from {{ ref('stg_payment') }}
    union all
    select
        dataset,
        branch_id,
        slice_period,
        'supplier' as party_type,
        supplier_code as party_code
    from {{ ref('stg_purchase_invoice') }}
    union all
    select
        dataset,
        branch_id,
        slice_period,
        case side when 'receivable' then 'customer' else 'supplier' end as party_type,
        party_code
    from {{ ref('stg_open_item') }}
)

select
    dataset,
    branch_id,
    slice_period,
    party_type,
    party_code,
    count(*) as row_count
from mentioned
where party_type is not null and party_code is not null
group by
    dataset,
    branch_id,
    slice_period,
    party_type,
    party_code

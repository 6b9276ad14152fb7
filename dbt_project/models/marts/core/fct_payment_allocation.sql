{{ config(
    materialized='incremental' if target.type == 'duckdb' else 'table',
    incremental_strategy='replace_slices',
    meta={'owner': 'group_data', 'datasets': ['payment_allocation']}
) }}

select
    dataset,
    branch_id,
    slice_period,
    payment_number,
    line_number,
    payment_date,
    document_number,
    allocated_amount_transaction,
    currency_code,
    discount_amount_transaction,
    write_off_amount_transaction,
    fx_difference_amount_functional,
    allocation_date,
    delivery_id,
    delivery_date,
    source_file,
    source_sheet,
    source_row,
    source_part,
    file_sha256,
    contract_version,
    mapping_version
from {{ ref('stg_payment_allocation') }}

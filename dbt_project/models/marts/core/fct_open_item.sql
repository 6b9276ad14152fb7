{{ config(
    materialized='incremental' if target.type == 'duckdb' else 'table',
    incremental_strategy='replace_slices',
    meta={'owner': 'group_data', 'datasets': ['open_item']}
) }}

select
    dataset,
    branch_id,
    slice_period,
    as_of_date,
    side,
    party_code,
    document_number,
    instalment,
    document_date,
    due_date,
    currency_code,
    open_amount_transaction,
    functional_currency_code,
    open_amount_functional,
    control_account_code,
    delivery_id,
    delivery_date,
    source_file,
    source_sheet,
    source_row,
    source_part,
    file_sha256,
    contract_version,
    mapping_version
from {{ ref('stg_open_item') }}

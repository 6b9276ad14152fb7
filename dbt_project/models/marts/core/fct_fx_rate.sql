{{ config(
    materialized='incremental' if target.type == 'duckdb' else 'table',
    incremental_strategy='replace_slices',
    meta={'owner': 'group_data', 'datasets': ['fx_rate']}
) }}

select
    dataset,
    branch_id,
    slice_period,
    from_currency_code,
    to_currency_code,
    rate_date,
    rate_type,
    rate,
    rate_source,
    delivery_id,
    delivery_date,
    source_file,
    source_sheet,
    source_row,
    source_part,
    file_sha256,
    contract_version,
    mapping_version
from {{ ref('stg_fx_rate') }}

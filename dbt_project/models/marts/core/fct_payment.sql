{{ config(
    materialized='incremental' if target.type == 'duckdb' else 'table',
    incremental_strategy='replace_slices',
    meta={'owner': 'group_data', 'datasets': ['payment']}
) }}

select
    dataset,
    branch_id,
    slice_period,
    payment_number,
    payment_date,
    party_type,
    case when party_type is not null then coalesce(party_code, 'unknown') else party_code end as party_code,
    bank_account_code,
    currency_code,
    amount_transaction,
    functional_currency_code,
    amount_functional,
    end_to_end_reference,
    ledger_document,
    delivery_id,
    delivery_date,
    source_file,
    source_sheet,
    source_row,
    source_part,
    file_sha256,
    contract_version,
    mapping_version
from {{ ref('stg_payment') }}

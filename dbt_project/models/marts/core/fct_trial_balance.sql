{{ config(
    materialized='incremental' if target.type == 'duckdb' else 'table',
    incremental_strategy='replace_slices',
    meta={'owner': 'group_data', 'datasets': ['trial_balance']}
) }}

select
    dataset,
    branch_id,
    slice_period,
    ledger,
    fiscal_year,
    from_fiscal_period,
    fiscal_period,
    period_end_date,
    account_code,
    account_name,
    functional_currency_code,
    opening_balance_amount_functional,
    debit_amount_functional,
    credit_amount_functional,
    closing_balance_amount_functional,
    includes_closing_entries,
    delivery_id,
    delivery_date,
    source_file,
    source_sheet,
    source_row,
    source_part,
    file_sha256,
    contract_version,
    mapping_version
from {{ ref('stg_trial_balance') }}

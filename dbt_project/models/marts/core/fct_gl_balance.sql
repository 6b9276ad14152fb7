{{ config(
    materialized='incremental' if target.type == 'duckdb' else 'table',
    incremental_strategy='replace_slices',
    meta={'owner': 'group_data', 'datasets': ['gl_entry']}
) }}

select
    dataset,
    branch_id,
    slice_period,
    ledger,
    fiscal_year,
    fiscal_period,
    account_code,
    entry_kind,
    is_posted,
    functional_currency_code,
    coalesce(cost_center_code, '') as cost_center_code,
    coalesce(movement_type, '') as movement_type,
    {{ money('sum(debit_amount_functional)') }} as debit_amount_functional,
    {{ money('sum(credit_amount_functional)') }} as credit_amount_functional,
    count(*) as line_count
from {{ ref('stg_gl_entry') }}
group by
    dataset,
    branch_id,
    slice_period,
    ledger,
    fiscal_year,
    fiscal_period,
    account_code,
    entry_kind,
    is_posted,
    functional_currency_code,
    coalesce(cost_center_code, ''),
    coalesce(movement_type, '')

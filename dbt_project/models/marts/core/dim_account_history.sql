{{ config(
    materialized='incremental' if target.type == 'duckdb' else 'table',
    incremental_strategy='replace_slices',
    meta={'owner': 'group_data', 'datasets': ['gl_account']}
) }}

{{ history_of('gl_account', 'account_code', [
    'account_name',
    'account_type',
    'normal_side',
    'is_current',
    'is_monetary',
    'is_cash',
    'control_type',
    'parent_account_code',
    'standard_account_code',
]) }}

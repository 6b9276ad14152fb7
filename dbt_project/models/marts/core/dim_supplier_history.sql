{{ config(
    materialized='incremental' if target.type == 'duckdb' else 'table',
    incremental_strategy='replace_slices',
    meta={'owner': 'group_data', 'datasets': ['supplier']}
) }}

{{ history_of('supplier', 'supplier_code', [
    'supplier_name',
    'tax_id',
    'registration_id',
    'country_code',
    'address_line',
    'postal_code',
    'city',
    'bank_account',
    'payment_terms_days',
    'control_account_code',
    'currency_code',
    'partner_branch_id',
]) }}

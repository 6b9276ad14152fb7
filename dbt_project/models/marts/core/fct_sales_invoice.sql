{{ config(
    materialized='incremental' if target.type == 'duckdb' else 'table',
    incremental_strategy='replace_slices',
    meta={'owner': 'group_data', 'datasets': ['sales_invoice']}
) }}

select
    dataset,
    branch_id,
    slice_period,
    invoice_number,
    invoice_type,
    original_invoice_number,
    invoice_date,
    tax_point_date,
    due_date,
    customer_code,
    partner_branch_id,
    currency_code,
    exchange_rate,
    net_amount_transaction,
    tax_amount_transaction,
    gross_amount_transaction,
    functional_currency_code,
    net_amount_functional,
    tax_amount_functional,
    gross_amount_functional,
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
from {{ ref('stg_sales_invoice') }}

{{ config(
    materialized='incremental' if target.type == 'duckdb' else 'table',
    incremental_strategy='replace_slices',
    meta={'owner': 'group_data', 'datasets': ['purchase_invoice_line']}
) }}

select
    dataset,
    branch_id,
    slice_period,
    invoice_number,
    line_number,
    invoice_date,
    order_reference,
    receipt_reference,
    product_code,
    product_name,
    quantity,
    unit_code,
    unit_price,
    net_amount_transaction,
    tax_amount_transaction,
    currency_code,
    tax_code,
    account_code,
    cost_center_code,
    delivery_id,
    delivery_date,
    source_file,
    source_sheet,
    source_row,
    source_part,
    file_sha256,
    contract_version,
    mapping_version
from {{ ref('stg_purchase_invoice_line') }}

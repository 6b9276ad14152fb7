{{ config(
    materialized='incremental' if target.type == 'duckdb' else 'table',
    incremental_strategy='replace_slices',
    meta={'owner': 'group_data', 'datasets': ['product']}
) }}

{{ history_of('product', 'product_code', [
    'product_name',
    'product_group',
    'unit_code',
    'gtin',
    'commodity_code',
    'valuation_method',
    'is_service',
]) }}

{{ config(
    materialized='incremental' if target.type == 'duckdb' else 'table',
    incremental_strategy='replace_slices',
    meta={'owner': 'group_data', 'datasets': ['cost_center']}
) }}

{{ history_of('cost_center', 'cost_center_code', [
    'cost_center_name',
    'parent_cost_center_code',
    'department',
    'manager',
    'valid_from',
    'valid_to',
]) }}

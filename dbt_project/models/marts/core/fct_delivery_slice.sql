{{ config(
    materialized='incremental' if target.type == 'duckdb' else 'table',
    incremental_strategy='replace_slices',
    meta={'owner': 'group_data', 'datasets': [
        'gl_entry', 'trial_balance', 'sales_invoice', 'sales_invoice_line', 'payment', 'payment_allocation'
    ]}
) }}

{% for dataset in [
    'gl_entry', 'trial_balance', 'sales_invoice', 'sales_invoice_line', 'payment', 'payment_allocation'
] %}
select
    dataset,
    branch_id,
    slice_period,
    delivery_id,
    delivery_date,
    count(*) as row_count
from {{ ref('stg_' ~ dataset) }}
group by
    dataset,
    branch_id,
    slice_period,
    delivery_id,
    delivery_date
{{ 'union all' if not loop.last }}
{% endfor %}

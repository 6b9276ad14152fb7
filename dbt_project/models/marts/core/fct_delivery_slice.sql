{{ config(
    materialized='incremental' if target.type == 'duckdb' else 'table',
    incremental_strategy='replace_slices',
    meta={'owner': 'group_data', 'datasets': sliced_datasets()}
) }}

{% for dataset in sliced_datasets() %}
select
    dataset,
    branch_id,
    slice_period,
    delivery_id,
    delivery_date,
    max({{ slice_date(dataset) }}) as last_date,
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

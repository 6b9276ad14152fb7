{{ config(
    alias='fact_slice',
    materialized='incremental' if target.type == 'duckdb' else 'table',
    incremental_strategy='replace_slices',
    on_schema_change='fail',
    meta={'owner': 'data_engineering', 'datasets': sliced_datasets()}
) }}

{# Counted anew from the facts themselves for every slice that a night writes; a slice that no night has touched since
   keeps its rows, and the hash of the content that they were counted of. #}
with counted as (
    {% for dataset in sliced_datasets() -%}
    {{ fact_slice_sums(dataset, ref('fct_' ~ dataset)) }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select
    counted.dataset,
    counted.branch_id,
    counted.slice_period,
    slice.content_hash,
    counted.measure,
    counted.currency_code,
    counted.amount
from counted
left join {{ source('lake', 'slice') }} as slice
    on
        counted.dataset = slice.dataset
        and counted.branch_id = slice.branch_id
        and counted.slice_period = slice.slice_period

{{ config(
    materialized='incremental' if target.type == 'duckdb' else 'table',
    incremental_strategy='replace_slices',
    meta={'owner': 'group_data', 'datasets': ['open_item']}
) }}

select
    dataset,
    branch_id,
    slice_period,
    as_of_date,
    side,
    party_code,
    control_account_code,
    functional_currency_code,
    {{ money('sum(open_amount_functional)') }} as open_amount_functional,
    count(*) as item_count
from {{ ref('stg_open_item') }}
group by
    dataset,
    branch_id,
    slice_period,
    as_of_date,
    side,
    party_code,
    control_account_code,
    functional_currency_code

{{ config(alias='slice_sum') }}

select
    dataset,
    branch_id,
    slice_period,
    measure,
    currency_code,
    amount
from {{ source('lake', 'slice_sum') }}

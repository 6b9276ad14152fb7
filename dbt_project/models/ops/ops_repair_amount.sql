{{ config(alias='repair_amount') }}

select
    repair_id,
    branch_id,
    measure,
    currency_code,
    amount_difference
from {{ source('lake', 'repair_amount') }}

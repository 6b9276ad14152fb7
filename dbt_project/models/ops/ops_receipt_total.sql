{{ config(alias='receipt_total') }}

select
    delivery_id,
    row_class,
    measure,
    currency_code,
    amount
from {{ source('lake', 'delivery_total') }}

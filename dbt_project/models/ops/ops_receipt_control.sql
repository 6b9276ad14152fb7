{{ config(alias='receipt_control') }}

select
    delivery_id,
    control_name,
    declared,
    computed,
    difference,
    agrees
from {{ source('lake', 'delivery_control') }}

{{ config(alias='night') }}

select
    night_id,
    night_date,
    started_at
from {{ source('lake', 'night') }}

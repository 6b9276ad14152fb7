{{ config(alias='night') }}

select
    night_id,
    night_date,
    cast(started_at as timestamp) as started_at
from {{ source('lake', 'night') }}

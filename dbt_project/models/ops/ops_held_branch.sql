{{ config(alias='held_branch') }}

select
    branch_id,
    status,
    since_night,
    reason,
    data_night
from {{ source('lake', 'held_branch') }}

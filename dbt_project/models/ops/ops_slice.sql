{{ config(alias='slice') }}

select
    dataset,
    branch_id,
    slice_period,
    content_hash,
    row_count,
    file
from {{ source('lake', 'slice') }}

{{ config(alias='quarantine') }}

select
    delivery_id,
    branch_id,
    dataset,
    delivery_date,
    source_file,
    source_sheet,
    source_row,
    file_sha256,
    document,
    reasons,
    raw,
    owner
from {{ source('lake', 'quarantine') }}

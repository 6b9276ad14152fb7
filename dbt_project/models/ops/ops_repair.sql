{{ config(alias='repair') }}

select
    repair_id,
    branch_id,
    dataset,
    document,
    source_file,
    source_sheet,
    source_row,
    column_name,
    kind,
    old_value,
    new_value,
    state,
    is_open,
    explanation,
    made_by,
    made_at,
    reason,
    decided_by,
    decided_at,
    closed_by_delivery_id
from {{ source('lake', 'repair') }}

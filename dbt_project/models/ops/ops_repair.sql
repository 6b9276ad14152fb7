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
    cast(made_at as timestamp) as made_at,
    reason,
    decided_by,
    cast(decided_at as timestamp) as decided_at,
    closed_by_delivery_id
from {{ source('lake', 'repair') }}

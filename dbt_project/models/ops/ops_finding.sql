{{ config(alias='finding') }}

select
    delivery_id,
    branch_id,
    dataset,
    source_file,
    source_sheet,
    source_row,
    document,
    severity,
    scope,
    rule,
    column_name,
    value,
    message
from {{ source('lake', 'finding') }}

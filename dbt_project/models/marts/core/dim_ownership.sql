select
    owner_branch_id,
    owned_branch_id,
    valid_from,
    valid_to,
    ownership_pct,
    voting_pct,
    method,
    delivered_by_branch_id,
    delivery_id,
    delivery_date,
    source_file,
    source_sheet,
    source_row
from {{ ref('stg_ownership') }}

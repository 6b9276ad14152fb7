{{ config(alias='delivery') }}

select
    delivery_id,
    branch_id,
    dataset,
    delivery_date,
    received_sequence,
    cast(received_at as timestamp) as received_at,
    status,
    source_file,
    file_sha256,
    contract_version,
    mapping_version,
    delivery_rule,
    refused_reason,
    rows_read,
    rows_accepted,
    rows_quarantined,
    rows_duplicate,
    rows_out_of_scope,
    rows_non_data,
    contract_rows_accepted,
    contract_rows_in_force,
    contract_rows_superseded,
    owner
from {{ source('lake', 'delivery') }}

{{ config(alias='conservation') }}

{# Nothing lost, as one query: what each delivery brought and where every row of it is now. Source rows are what the
   file holds; contract rows what they became (one source row may become several). #}
select
    delivery_id,
    branch_id,
    dataset,
    delivery_date,
    status,
    source_file,
    rows_read,
    rows_accepted,
    rows_quarantined,
    rows_duplicate,
    rows_out_of_scope,
    rows_non_data,
    rows_read - rows_accepted - rows_quarantined - rows_duplicate - rows_out_of_scope - rows_non_data as rows_lost,
    contract_rows_accepted,
    contract_rows_in_force,
    contract_rows_superseded,
    case when status = 'withdrawn' then contract_rows_accepted else 0 end as contract_rows_withdrawn,
    case when status = 'held' then contract_rows_accepted else 0 end as contract_rows_held,
    case
        when status in ('withdrawn', 'held', 'refused') then 0
        else contract_rows_accepted - contract_rows_in_force - contract_rows_superseded
    end as contract_rows_lost
from {{ source('lake', 'delivery') }}

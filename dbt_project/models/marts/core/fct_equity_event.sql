select
    branch_id,
    event_code,
    group_currency_code,
    event_date,
    event_kind,
    group_account_code,
    amount_functional,
    rate,
    amount_group,
    event_text,
    delivered_by_branch_id,
    delivery_id,
    delivery_date,
    source_file,
    source_sheet,
    source_row
from {{ ref('stg_equity_event') }}

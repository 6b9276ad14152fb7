select
    version_code,
    branch_id,
    group_account_code,
    cost_center_code,
    group_period,
    amount,
    currency_code,
    delivered_by_branch_id,
    delivery_id,
    delivery_date,
    source_file,
    source_sheet,
    source_row
from {{ ref('stg_budget') }}

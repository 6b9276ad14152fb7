select
    event_code,
    step_code,
    group_account_code,
    amount_functional,
    life_months,
    tax_rate_pct,
    amortisation_account_code,
    step_text,
    delivered_by_branch_id,
    delivery_id,
    delivery_date,
    source_file,
    source_sheet,
    source_row
from {{ ref('stg_fair_value_step') }}

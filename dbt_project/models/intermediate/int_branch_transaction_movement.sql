{# What each branch moved against branches of the group, in the currencies of the transactions: what intercompany
   balances are matched in. #}
with first_stretch as (
    select
        branch_id,
        ledger,
        min(anchor_index) as anchor_index
    from {{ ref('int_account_position') }}
    group by branch_id, ledger
),

part as (
    select
        moved.branch_id,
        moved.ledger,
        standing.group_period,
        standing.group_account_code,
        moved.partner_branch_id,
        moved.cost_center_code,
        moved.movement_type,
        moved.functional_currency_code,
        moved.amount_functional,
        moved.transaction_currency_code,
        moved.amount_transaction
    from {{ ref('int_partner_movement') }} as moved
    inner join {{ ref('int_account_position') }} as standing
        on
            moved.branch_id = standing.branch_id
            and moved.ledger = standing.ledger
            and moved.fiscal_year = standing.fiscal_year
            and moved.fiscal_period = standing.fiscal_period
            and moved.account_code = standing.account_code
            and moved.functional_currency_code = standing.functional_currency_code
    where not moved.is_opening
    union all
    select
        opened.branch_id,
        opened.ledger,
        beginning.group_period,
        case
            when beginning.is_result and not beginning.begins_within_year then '2100'
            else beginning.group_account_code
        end as group_account_code,
        opened.partner_branch_id,
        '' as cost_center_code,
        'opening' as movement_type,
        opened.functional_currency_code,
        opened.amount_functional,
        opened.transaction_currency_code,
        opened.amount_transaction
    from {{ ref('int_partner_movement') }} as opened
    inner join {{ ref('int_account_position') }} as beginning
        on
            opened.branch_id = beginning.branch_id
            and opened.ledger = beginning.ledger
            and opened.fiscal_year = beginning.fiscal_year
            and opened.account_code = beginning.account_code
            and opened.functional_currency_code = beginning.functional_currency_code
            and beginning.is_beginning
    inner join first_stretch
        on
            beginning.branch_id = first_stretch.branch_id
            and beginning.ledger = first_stretch.ledger
            and beginning.anchor_index = first_stretch.anchor_index
    where opened.is_opening
    union all
    select
        branch_id,
        ledger,
        group_period,
        group_account_code,
        partner_branch_id,
        '' as cost_center_code,
        'mapping_change' as movement_type,
        functional_currency_code,
        amount_functional,
        transaction_currency_code,
        amount_transaction
    from {{ ref('int_account_remapping') }}
    where partner_branch_id <> ''
    union all
    select
        branch_id,
        ledger,
        group_period,
        previous_group_account_code as group_account_code,
        partner_branch_id,
        '' as cost_center_code,
        'mapping_change' as movement_type,
        functional_currency_code,
        -amount_functional as amount_functional,
        transaction_currency_code,
        -amount_transaction as amount_transaction
    from {{ ref('int_account_remapping') }}
    where partner_branch_id <> ''
)

select
    branch_id,
    ledger,
    group_period,
    group_account_code,
    partner_branch_id,
    cost_center_code,
    movement_type,
    functional_currency_code,
    transaction_currency_code,
    {{ money('sum(amount_functional)') }} as amount_functional,
    {{ money('sum(amount_transaction)') }} as amount_transaction,
    'ledger' as source
from part
group by
    branch_id,
    ledger,
    group_period,
    group_account_code,
    partner_branch_id,
    cost_center_code,
    movement_type,
    functional_currency_code,
    transaction_currency_code
having sum(amount_functional) <> 0 or sum(amount_transaction) <> 0

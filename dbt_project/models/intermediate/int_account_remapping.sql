{# Balances whose account is mapped to another group account than in the period before: what moves, by partner and
   transaction currency. Partners' amounts are those that the ledger moved since its first opening; the rest of the
   balance is nobody's. #}
with changed as (
    select
        branch_id,
        ledger,
        fiscal_year,
        fiscal_period,
        period_index,
        group_period,
        account_code,
        functional_currency_code,
        previous_group_account_code,
        group_account_code,
        previous_anchor_index,
        previous_standing_amount_functional
    from {{ ref('int_account_position') }}
    where previous_group_account_code <> group_account_code
),

first_opening as (
    select
        branch_id,
        ledger,
        min(period_index) as first_index
    from {{ ref('int_account_position') }}
    group by branch_id, ledger
),

partner as (
    select
        changed.branch_id,
        changed.ledger,
        changed.period_index,
        changed.account_code,
        changed.functional_currency_code,
        moved.partner_branch_id,
        moved.transaction_currency_code,
        sum(moved.amount_functional) as amount_functional,
        sum(moved.amount_transaction) as amount_transaction
    from changed
    inner join {{ ref('int_partner_movement') }} as moved
        on
            changed.branch_id = moved.branch_id
            and changed.ledger = moved.ledger
            and changed.account_code = moved.account_code
            and changed.functional_currency_code = moved.functional_currency_code
    inner join {{ ref('int_account_position') }} as standing
        on
            moved.branch_id = standing.branch_id
            and moved.ledger = standing.ledger
            and moved.fiscal_year = standing.fiscal_year
            and moved.fiscal_period = standing.fiscal_period
            and moved.account_code = standing.account_code
            and moved.functional_currency_code = standing.functional_currency_code
            and changed.period_index > standing.period_index
            and not standing.is_result
    inner join first_opening
        on moved.branch_id = first_opening.branch_id and moved.ledger = first_opening.ledger
    where not moved.is_opening or standing.anchor_index = first_opening.first_index
    group by
        changed.branch_id,
        changed.ledger,
        changed.period_index,
        changed.account_code,
        changed.functional_currency_code,
        moved.partner_branch_id,
        moved.transaction_currency_code
),

named as (
    select
        branch_id,
        ledger,
        period_index,
        account_code,
        functional_currency_code,
        sum(amount_functional) as amount_functional
    from partner
    group by branch_id, ledger, period_index, account_code, functional_currency_code
),

moving as (
    select
        branch_id,
        ledger,
        period_index,
        account_code,
        functional_currency_code,
        partner_branch_id,
        transaction_currency_code,
        amount_functional,
        amount_transaction
    from partner
    union all
    select
        changed.branch_id,
        changed.ledger,
        changed.period_index,
        changed.account_code,
        changed.functional_currency_code,
        '' as partner_branch_id,
        changed.functional_currency_code as transaction_currency_code,
        changed.previous_standing_amount_functional - coalesce(named.amount_functional, 0) as amount_functional,
        changed.previous_standing_amount_functional - coalesce(named.amount_functional, 0) as amount_transaction
    from changed
    left join named
        on
            changed.branch_id = named.branch_id
            and changed.ledger = named.ledger
            and changed.period_index = named.period_index
            and changed.account_code = named.account_code
            and changed.functional_currency_code = named.functional_currency_code
)

select
    changed.branch_id,
    changed.ledger,
    changed.group_period,
    changed.previous_anchor_index as anchor_index,
    moving.account_code,
    changed.previous_group_account_code,
    changed.group_account_code,
    moving.partner_branch_id,
    moving.functional_currency_code,
    moving.transaction_currency_code,
    {{ money('moving.amount_functional') }} as amount_functional,
    {{ money('moving.amount_transaction') }} as amount_transaction
from moving
inner join changed
    on
        moving.branch_id = changed.branch_id
        and moving.ledger = changed.ledger
        and moving.period_index = changed.period_index
        and moving.account_code = changed.account_code
        and moving.functional_currency_code = changed.functional_currency_code
where moving.amount_functional <> 0 or moving.amount_transaction <> 0

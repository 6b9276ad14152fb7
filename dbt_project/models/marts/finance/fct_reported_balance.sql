{# A later close of the same month takes over from the day on which it was made; a reopening alone does not: what was
   reported last stays the last word until something else is reported. #}
with covered as (
    select
        closed_month.group_period,
        period_close.close_id,
        period_close.closed_at,
        period_close.is_in_force,
        lead(period_close.closed_at) over (
            partition by closed_month.group_period order by period_close.closed_at, period_close.close_id
        ) as next_closed_at
    from {{ source('lake', 'closed_month') }} as closed_month
    inner join {{ source('lake', 'period_close') }} as period_close on closed_month.close_id = period_close.close_id
)

select
    balance.close_id,
    cast(covered.closed_at as timestamp) as known_from,
    cast(covered.next_closed_at as timestamp) as known_until,
    covered.is_in_force,
    balance.unit_id,
    balance.stage,
    balance.branch_id,
    balance.partner_branch_id,
    balance.ledger,
    balance.group_period,
    balance.group_account_code,
    balance.movement_type,
    balance.rule,
    balance.functional_currency_code,
    balance.amount_functional,
    balance.group_currency_code,
    balance.amount_group,
    balance.reason,
    balance.source_kind,
    balance.source_reference,
    balance.made_by,
    balance.approved_by
from {{ source('lake', 'closed_balance') }} as balance
inner join covered on balance.close_id = covered.close_id and balance.group_period = covered.group_period

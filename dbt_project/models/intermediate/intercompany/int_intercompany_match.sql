{# The two sides of each relation of two companies, in the currency of the transaction: claim against debt at the end of
   the month, income against expense of the month. Agreed is what both book; where the pair's claims and debts cancel each
   other in both directions, all of it. Income that only one side has booked so far waits: it is matched with what the other
   books later. Sales to a buyer who notes no partner on purchases count as agreed, one-sided. #}
with side as (
    select
        unit_id,
        kind,
        relation,
        creditor_branch_id,
        debtor_branch_id,
        currency_code,
        group_period,
        max(minor_factor) as minor_factor,
        {{ money("sum(case when side = 'creditor' then amount_transaction else 0 end)") }}
            as creditor_amount_transaction,
        {{ money("sum(case when side = 'debtor' then amount_transaction else 0 end)") }} as debtor_amount_transaction
    from {{ ref('int_intercompany_position') }}
    group by unit_id, kind, relation, creditor_branch_id, debtor_branch_id, currency_code, group_period
),

buyer as (
    select
        unit_id,
        debtor_branch_id,
        min(group_period) as first_period
    from {{ ref('int_intercompany_movement') }}
    where
        relation = 'trade'
        and side = 'debtor'
    group by unit_id, debtor_branch_id
),

presence as (
    select
        unit_id,
        branch_id,
        balance_from_period,
        balance_to_period
    from {{ ref('int_intercompany_presence') }}
    where method = 'full'
),

present as (
    select distinct
        side.unit_id,
        side.creditor_branch_id,
        side.debtor_branch_id,
        side.group_period
    from side
    inner join presence as creditor
        on
            side.unit_id = creditor.unit_id
            and side.creditor_branch_id = creditor.branch_id
            and side.group_period between creditor.balance_from_period and creditor.balance_to_period
    inner join presence as debtor
        on
            side.unit_id = debtor.unit_id
            and side.debtor_branch_id = debtor.branch_id
            and side.group_period between debtor.balance_from_period and debtor.balance_to_period
    where side.kind = 'balance'
),

judged as (
    select
        side.unit_id,
        side.kind,
        side.relation,
        side.creditor_branch_id,
        side.debtor_branch_id,
        side.currency_code,
        side.group_period,
        side.minor_factor,
        side.creditor_amount_transaction,
        side.debtor_amount_transaction,
        side.kind = 'flow' or present.unit_id is not null as is_counted,
        side.relation = 'trade' and coalesce(buyer.first_period > side.group_period, true) as is_one_sided,
        case
            when side.kind = 'flow' then side.creditor_amount_transaction + side.debtor_amount_transaction
            else sum(side.creditor_amount_transaction + side.debtor_amount_transaction) over (
                partition by
                    side.unit_id, side.kind, side.relation,
                    least(side.creditor_branch_id, side.debtor_branch_id),
                    greatest(side.creditor_branch_id, side.debtor_branch_id),
                    side.currency_code, side.group_period
            )
        end as net_amount_transaction
    from side
    left join present
        on
            side.unit_id = present.unit_id
            and side.creditor_branch_id = present.creditor_branch_id
            and side.debtor_branch_id = present.debtor_branch_id
            and side.group_period = present.group_period
            and side.kind = 'balance'
    left join buyer
        on
            side.unit_id = buyer.unit_id
            and side.debtor_branch_id = buyer.debtor_branch_id
),

agreed as (
    select
        unit_id,
        kind,
        relation,
        creditor_branch_id,
        debtor_branch_id,
        currency_code,
        group_period,
        minor_factor,
        creditor_amount_transaction,
        debtor_amount_transaction,
        is_counted,
        is_one_sided,
        net_amount_transaction = 0 or is_one_sided as is_settled,
        case
            when is_one_sided then abs(creditor_amount_transaction)
            when net_amount_transaction = 0
                then greatest(abs(creditor_amount_transaction), abs(debtor_amount_transaction))
            when sign(creditor_amount_transaction) * sign(debtor_amount_transaction) < 0
                then least(abs(creditor_amount_transaction), abs(debtor_amount_transaction))
            else 0
        end as agreed_amount_transaction
    from judged
),

waiting as (
    select
        unit_id,
        kind,
        relation,
        creditor_branch_id,
        debtor_branch_id,
        currency_code,
        group_period,
        minor_factor,
        creditor_amount_transaction,
        debtor_amount_transaction,
        is_counted,
        is_one_sided,
        is_settled,
        agreed_amount_transaction,
        case
            when is_settled then 0
            when creditor_amount_transaction < 0 then creditor_amount_transaction + agreed_amount_transaction
            else creditor_amount_transaction - agreed_amount_transaction
        end as creditor_left,
        case
            when is_settled then 0
            when debtor_amount_transaction < 0 then debtor_amount_transaction + agreed_amount_transaction
            else debtor_amount_transaction - agreed_amount_transaction
        end as debtor_left
    from agreed
),

waited as (
    select
        unit_id,
        kind,
        relation,
        creditor_branch_id,
        debtor_branch_id,
        currency_code,
        group_period,
        minor_factor,
        creditor_amount_transaction,
        debtor_amount_transaction,
        is_counted,
        is_one_sided,
        is_settled,
        agreed_amount_transaction,
        case
            when kind = 'balance' then creditor_left
            else sum(creditor_left) over (
                partition by unit_id, kind, relation, creditor_branch_id, debtor_branch_id, currency_code
                order by group_period
                rows between unbounded preceding and current row
            )
        end as creditor_waiting,
        case
            when kind = 'balance' then debtor_left
            else sum(debtor_left) over (
                partition by unit_id, kind, relation, creditor_branch_id, debtor_branch_id, currency_code
                order by group_period
                rows between unbounded preceding and current row
            )
        end as debtor_waiting
    from waiting
)

select
    unit_id,
    kind,
    relation,
    creditor_branch_id,
    debtor_branch_id,
    currency_code,
    group_period,
    minor_factor,
    creditor_amount_transaction,
    debtor_amount_transaction,
    is_counted,
    is_one_sided,
    is_settled,
    {{ money('agreed_amount_transaction') }} as agreed_amount_transaction,
    {{ money('creditor_waiting') }} as creditor_waiting_amount_transaction,
    {{ money('debtor_waiting') }} as debtor_waiting_amount_transaction,
    kind = 'flow' and creditor_waiting + debtor_waiting = 0 as is_caught_up,
    {{ money(
        "case when kind = 'flow' and sign(creditor_waiting) * sign(debtor_waiting) < 0 "
        'then least(abs(creditor_waiting), abs(debtor_waiting)) else 0 end'
    ) }} as caught_up_amount_transaction
from waited

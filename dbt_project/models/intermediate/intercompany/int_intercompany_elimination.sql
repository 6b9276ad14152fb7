{# What leaves each account of each side, in the group's currency, up to the end of each month: of a balance the agreed
   part; of income and expense the agreed part of each month and, later, of what waited for the other side. All of it,
   exactly, where both sides agree. #}
with matched as (
    select
        stood.unit_id,
        stood.kind,
        stood.relation,
        stood.side,
        stood.creditor_branch_id,
        stood.debtor_branch_id,
        stood.branch_id,
        stood.partner_branch_id,
        stood.group_account_code,
        stood.currency_code,
        stood.group_period,
        stood.amount_group,
        pair.minor_factor,
        pair.is_counted,
        pair.is_one_sided,
        pair.is_settled,
        pair.is_caught_up,
        pair.agreed_amount_transaction,
        pair.caught_up_amount_transaction,
        case
            when stood.side = 'creditor' then pair.creditor_amount_transaction else pair.debtor_amount_transaction
        end as own_amount_transaction,
        case
            when stood.side = 'creditor' then pair.creditor_waiting_amount_transaction
            else pair.debtor_waiting_amount_transaction
        end as own_waiting_amount_transaction
    from {{ ref('int_intercompany_position') }} as stood
    inner join {{ ref('int_intercompany_match') }} as pair
        on
            stood.unit_id = pair.unit_id
            and stood.kind = pair.kind
            and stood.relation = pair.relation
            and stood.creditor_branch_id = pair.creditor_branch_id
            and stood.debtor_branch_id = pair.debtor_branch_id
            and stood.currency_code = pair.currency_code
            and stood.group_period = pair.group_period
),

at_once as (
    select
        unit_id,
        kind,
        relation,
        side,
        creditor_branch_id,
        debtor_branch_id,
        branch_id,
        partner_branch_id,
        group_account_code,
        currency_code,
        group_period,
        amount_group,
        minor_factor,
        is_one_sided,
        is_caught_up,
        caught_up_amount_transaction,
        own_waiting_amount_transaction,
        case
            when not is_counted then 0
            when is_settled then amount_group
            else coalesce(
                {{ prorated(
                    'amount_group', 'agreed_amount_transaction', 'abs(own_amount_transaction)', 'minor_factor'
                ) }}, 0
            )
        end as leaving
    from matched
),

waiting as (
    select
        unit_id,
        kind,
        relation,
        side,
        creditor_branch_id,
        debtor_branch_id,
        branch_id,
        partner_branch_id,
        group_account_code,
        currency_code,
        group_period,
        minor_factor,
        is_one_sided,
        is_caught_up,
        caught_up_amount_transaction,
        own_waiting_amount_transaction,
        leaving,
        sum(leaving) over (
            partition by unit_id, branch_id, partner_branch_id, group_account_code, currency_code
            order by group_period
            rows between unbounded preceding and current row
        ) as left_to_date,
        {{ money(
            'sum(amount_group - leaving) over ('
            'partition by unit_id, branch_id, partner_branch_id, group_account_code, currency_code '
            'order by group_period rows between unbounded preceding and current row)'
        ) }} as waiting
    from at_once
),

to_date as (
    select
        unit_id,
        kind,
        relation,
        side,
        creditor_branch_id,
        debtor_branch_id,
        branch_id,
        partner_branch_id,
        group_account_code,
        currency_code,
        group_period,
        is_one_sided,
        case
            when kind = 'balance' then leaving
            when is_caught_up then left_to_date + waiting
            else left_to_date + coalesce(
                {{ prorated(
                    'waiting', 'caught_up_amount_transaction', 'abs(own_waiting_amount_transaction)', 'minor_factor'
                ) }}, 0
            )
        end as eliminated_to_date
    from waiting
)

select
    unit_id,
    kind,
    relation,
    side,
    creditor_branch_id,
    debtor_branch_id,
    branch_id,
    partner_branch_id,
    group_account_code,
    currency_code,
    group_period,
    is_one_sided,
    {{ money('eliminated_to_date') }} as eliminated_to_date_amount_group,
    {{ money(
        'eliminated_to_date - coalesce(lag(eliminated_to_date) over ('
        'partition by unit_id, branch_id, partner_branch_id, group_account_code, currency_code order by group_period'
        '), 0)'
    ) }} as eliminated_amount_group
from to_date

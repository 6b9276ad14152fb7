{# What stands between two companies at the end of each month (balances), or moved in it (income and expense), account
   by account and currency by currency, with its amount in the group's currency. That is what the translated books hold of
   the account and partner; of several transaction currencies the largest takes what rounding the others leaves. #}
with movement as (
    select
        unit_id,
        kind,
        relation,
        side,
        creditor_branch_id,
        debtor_branch_id,
        branch_id,
        partner_branch_id,
        group_period,
        group_account_code,
        currency_code,
        amount_transaction,
        amount_functional,
        adjusted_amount_group
    from {{ ref('int_intercompany_movement') }}
),

series as (
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
        min(group_period) as first_period
    from movement
    group by
        unit_id, kind, relation, side, creditor_branch_id, debtor_branch_id, branch_id, partner_branch_id,
        group_account_code, currency_code
),

month as (
    select
        unit_id,
        branch_id,
        group_period,
        average_rate,
        closing_rate,
        minor_factor
    from {{ ref('int_translation_month') }}
),

-- Income and expense of a pair: every month in which either side booked.
flow_month as (
    select distinct
        unit_id,
        relation,
        creditor_branch_id,
        debtor_branch_id,
        currency_code,
        group_period
    from movement
    where kind = 'flow'
),

grid as (
    select
        series.unit_id,
        series.kind,
        series.relation,
        series.side,
        series.creditor_branch_id,
        series.debtor_branch_id,
        series.branch_id,
        series.partner_branch_id,
        series.group_account_code,
        series.currency_code,
        month.group_period
    from series
    inner join month
        on
            series.unit_id = month.unit_id
            and series.branch_id = month.branch_id
            and series.first_period <= month.group_period
    where series.kind = 'balance'
    union all
    select
        series.unit_id,
        series.kind,
        series.relation,
        series.side,
        series.creditor_branch_id,
        series.debtor_branch_id,
        series.branch_id,
        series.partner_branch_id,
        series.group_account_code,
        series.currency_code,
        flow_month.group_period
    from series
    inner join flow_month
        on
            series.unit_id = flow_month.unit_id
            and series.relation = flow_month.relation
            and series.creditor_branch_id = flow_month.creditor_branch_id
            and series.debtor_branch_id = flow_month.debtor_branch_id
            and series.currency_code = flow_month.currency_code
    where series.kind = 'flow'
),

moved as (
    select
        grid.unit_id,
        grid.kind,
        grid.relation,
        grid.side,
        grid.creditor_branch_id,
        grid.debtor_branch_id,
        grid.branch_id,
        grid.partner_branch_id,
        grid.group_account_code,
        grid.currency_code,
        grid.group_period,
        coalesce(movement.amount_transaction, 0) as amount_transaction,
        coalesce(movement.amount_functional, 0) as amount_functional,
        coalesce(movement.adjusted_amount_group, 0) as adjusted_amount_group
    from grid
    left join movement
        on
            grid.unit_id = movement.unit_id
            and grid.branch_id = movement.branch_id
            and grid.partner_branch_id = movement.partner_branch_id
            and grid.group_account_code = movement.group_account_code
            and grid.currency_code = movement.currency_code
            and grid.group_period = movement.group_period
),

stood as (
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
        case
            when kind = 'flow' then amount_transaction
            else sum(amount_transaction) over (
                partition by unit_id, branch_id, partner_branch_id, group_account_code, currency_code
                order by group_period
                rows between unbounded preceding and current row
            )
        end as amount_transaction,
        case
            when kind = 'flow' then amount_functional
            else sum(amount_functional) over (
                partition by unit_id, branch_id, partner_branch_id, group_account_code, currency_code
                order by group_period
                rows between unbounded preceding and current row
            )
        end as amount_functional,
        case
            when kind = 'flow' then adjusted_amount_group
            else sum(adjusted_amount_group) over (
                partition by unit_id, branch_id, partner_branch_id, group_account_code, currency_code
                order by group_period
                rows between unbounded preceding and current row
            )
        end as adjusted_amount_group
    from moved
),

book as (
    select
        unit_id,
        branch_id,
        partner_branch_id,
        group_account_code,
        group_period,
        sum(amount_group) as moved_amount_group,
        sum(
            case
                when
                    movement_type in (
                        'opening', 'opening_difference', 'mapping_change', 'result_brought_forward',
                        'translation_difference'
                    )
                    then 0
                else amount_group
            end
        ) as flow_amount_group
    from {{ ref('int_translated_movement') }}
    where partner_branch_id <> ''
    group by unit_id, branch_id, partner_branch_id, group_account_code, group_period
),

balance as (
    select
        unit_id,
        branch_id,
        partner_branch_id,
        group_account_code,
        group_period,
        flow_amount_group,
        sum(moved_amount_group) over (
            partition by unit_id, branch_id, partner_branch_id, group_account_code
            order by group_period
            rows between unbounded preceding and current row
        ) as closing_amount_group,
        lead(group_period) over (
            partition by unit_id, branch_id, partner_branch_id, group_account_code
            order by group_period
        ) as next_period
    from book
),

weighed as (
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
        month.minor_factor,
        stood.amount_transaction,
        stood.adjusted_amount_group,
        case
            when stood.kind = 'balance' then coalesce(balance.closing_amount_group, 0)
            when balance.group_period = stood.group_period then balance.flow_amount_group
            else 0
        end as book_amount_group,
        coalesce(
            {{ translated(
                'stood.amount_functional',
                "case when stood.kind = 'balance' then month.closing_rate else month.average_rate end",
                'month.minor_factor'
            ) }}, 0
        ) as own_amount_group,
        row_number() over (
            partition by
                stood.unit_id, stood.branch_id, stood.partner_branch_id, stood.group_account_code, stood.group_period
            order by abs(stood.amount_functional) desc, abs(stood.adjusted_amount_group) asc, stood.currency_code
        ) as size_rank
    from stood
    left join month
        on
            stood.unit_id = month.unit_id
            and stood.branch_id = month.branch_id
            and stood.group_period = month.group_period
    left join balance
        on
            stood.unit_id = balance.unit_id
            and stood.branch_id = balance.branch_id
            and stood.partner_branch_id = balance.partner_branch_id
            and stood.group_account_code = balance.group_account_code
            and stood.group_period >= balance.group_period
            and stood.group_period < coalesce(balance.next_period, '9999-99')
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
    minor_factor,
    {{ money('amount_transaction') }} as amount_transaction,
    {{ money(
        'adjusted_amount_group + own_amount_group + case when size_rank = 1 then book_amount_group - '
        'sum(own_amount_group) over (partition by unit_id, branch_id, partner_branch_id, group_account_code, '
        'group_period) else 0 end'
    ) }} as amount_group
from weighed

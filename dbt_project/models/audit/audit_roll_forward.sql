{# Opening and movements of the branch's books on the group's chart add up to the balances of its own accounts,
   month by month and group account by group account; differences are added without sign. Balances are taken as if
   no year were closed: what lies on result accounts, of this year or earlier ones, is set against retained
   earnings as one. #}
with period_end as (
    select
        branch_id,
        ledger,
        group_period,
        max(period_index) as period_index
    from {{ ref('int_account_position') }}
    group by branch_id, ledger, group_period
),

booked as (
    select
        standing.branch_id,
        standing.ledger,
        standing.group_period,
        standing.functional_currency_code,
        case when standing.is_result then '2100' else standing.group_account_code end as group_account_code,
        standing.standing_amount_functional as amount
    from {{ ref('int_account_position') }} as standing
    inner join period_end
        on
            standing.branch_id = period_end.branch_id
            and standing.ledger = period_end.ledger
            and standing.period_index = period_end.period_index
    union all
    select
        standing.branch_id,
        standing.ledger,
        standing.group_period,
        standing.functional_currency_code,
        '2100' as group_account_code,
        standing.result_amount_functional as amount
    from {{ ref('int_account_position') }} as standing
    inner join period_end
        on
            standing.branch_id = period_end.branch_id
            and standing.ledger = period_end.ledger
            and standing.period_index = period_end.period_index
),

month_moved as (
    select
        movement.branch_id,
        movement.ledger,
        movement.group_period,
        movement.functional_currency_code,
        case when chart.statement = 'income_statement' then '2100' else movement.group_account_code end
            as group_account_code,
        sum(movement.amount_functional) as amount
    from {{ ref('int_branch_movement') }} as movement
    inner join {{ ref('group_account') }} as chart on movement.group_account_code = chart.code
    group by
        movement.branch_id,
        movement.ledger,
        movement.group_period,
        movement.functional_currency_code,
        case when chart.statement = 'income_statement' then '2100' else movement.group_account_code end
),

rolled as (
    select
        period_end.branch_id,
        period_end.ledger,
        period_end.group_period,
        month_moved.functional_currency_code,
        month_moved.group_account_code,
        sum(month_moved.amount) as amount
    from period_end
    inner join month_moved
        on
            period_end.branch_id = month_moved.branch_id
            and period_end.ledger = month_moved.ledger
            and period_end.group_period >= month_moved.group_period
    group by
        period_end.branch_id,
        period_end.ledger,
        period_end.group_period,
        month_moved.functional_currency_code,
        month_moved.group_account_code
),

both_sides as (
    select
        branch_id,
        ledger,
        group_period,
        functional_currency_code,
        group_account_code,
        amount as closing,
        cast(0 as decimal(38, 4)) as rolled
    from booked
    union all
    select
        branch_id,
        ledger,
        group_period,
        functional_currency_code,
        group_account_code,
        cast(0 as decimal(38, 4)) as closing,
        amount as rolled
    from rolled
),

compared as (
    select
        branch_id,
        ledger,
        group_period,
        functional_currency_code,
        group_account_code,
        sum(rolled) - sum(closing) as difference
    from both_sides
    group by branch_id, ledger, group_period, functional_currency_code, group_account_code
),

measured as (
    select
        branch_id,
        ledger,
        group_period,
        functional_currency_code,
        {{ money('sum(abs(difference))') }} as difference
    from compared
    group by branch_id, ledger, group_period, functional_currency_code
)

select
    'roll_forward' as check_name,
    'branch' as scope,
    measured.branch_id,
    measured.ledger || ' ' || measured.group_period as subject,
    measured.functional_currency_code as currency_code,
    'opening and movements add up to the closing balance of every group account' as expected,
    'group accounts differ by ' || cast(measured.difference as string) || ' together' as actual,
    {{ minor_units('measured.difference', 'currency.minor_factor') }} as difference_minor,
    measured.difference = 0 as passed
from measured
left join {{ ref('currency') }} as currency
    on measured.functional_currency_code = currency.currency_code

{# What closed months would show today beyond what was reported of them, booked once in the first open month of each
   unit: as reported + restatements = restated, to the cent, and no closed month changes. What concerns a year that has
   ended goes past this year's result with the result brought forward (IAS 8.42). #}
with closed as (
    select
        min(group_period) as first_period,
        max(group_period) as last_period,
        max(close_id) as close_id
    from {{ ref('int_closed_month') }}
),

first_open as (
    select
        balance.unit_id,
        min(balance.group_period) as group_period
    from {{ ref('int_group_balance') }} as balance
    cross join closed
    where balance.scenario = 'actual' and balance.group_period > closed.last_period
    group by balance.unit_id
),

movement as (
    select
        balance.unit_id,
        balance.stage,
        balance.branch_id,
        balance.partner_branch_id,
        balance.ledger,
        balance.group_account_code,
        balance.functional_currency_code,
        balance.group_currency_code,
        balance.amount_functional,
        balance.amount_group
    from {{ ref('int_group_balance') }} as balance
    inner join {{ ref('int_closed_month') }} as closed_month on balance.group_period = closed_month.group_period
    where balance.scenario = 'actual'
    union all
    select
        reported.unit_id,
        reported.stage,
        reported.branch_id,
        reported.partner_branch_id,
        reported.ledger,
        reported.group_account_code,
        reported.functional_currency_code,
        reported.group_currency_code,
        -reported.amount_functional as amount_functional,
        -reported.amount_group as amount_group
    from {{ ref('fct_reported_balance') }} as reported
    where reported.is_in_force
),

difference as (
    select
        unit_id,
        stage,
        branch_id,
        partner_branch_id,
        ledger,
        group_account_code,
        functional_currency_code,
        group_currency_code,
        sum(amount_functional) as amount_functional,
        sum(amount_group) as amount_group
    from movement
    group by
        unit_id,
        stage,
        branch_id,
        partner_branch_id,
        ledger,
        group_account_code,
        functional_currency_code,
        group_currency_code
)

select
    'actual' as scenario,
    difference.unit_id,
    difference.stage,
    difference.branch_id,
    difference.partner_branch_id,
    difference.ledger,
    first_open.group_period,
    difference.group_account_code,
    case
        when
            (group_account.statement = 'income_statement' or difference.group_account_code = '2150')
            and cast(substring(first_open.group_period, 6, 2) as bigint) = unit.first_month_of_year
            then 'result_brought_forward'
        else 'restatement'
    end as movement_type,
    'restatement' as rule,
    difference.functional_currency_code,
    {{ money('difference.amount_functional') }} as amount_functional,
    difference.group_currency_code,
    {{ money('difference.amount_group') }} as amount_group,
    'Changes of closed months since they were reported; finance.rpt_restatement says which and why.' as reason,
    'close' as source_kind,
    closed.close_id as source_reference,
    'rule' as made_by,
    cast(null as string) as approved_by
from difference
inner join first_open on difference.unit_id = first_open.unit_id
inner join {{ ref('dim_reporting_unit') }} as unit on difference.unit_id = unit.unit_id
left join {{ ref('dim_group_account') }} as group_account
    on difference.group_account_code = group_account.group_account_code
cross join closed
where difference.amount_group <> 0 or difference.amount_functional <> 0

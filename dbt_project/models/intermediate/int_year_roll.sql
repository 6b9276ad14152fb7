{# At the start of a unit's year what income and expense came to in the year before moves to retained earnings: the sum
   of what was translated, never translated anew (IAS 21.39). So an account's sum to date is its year to date. The part
   of non-controlling interests (2150) goes the same way. #}
with account as (
    select code
    from {{ ref('group_account') }}
    where
        statement = 'income_statement'
        or code = '2150'
),

last_month as (
    select
        unit_id,
        max(group_period) as group_period
    from {{ ref('int_group_movement') }}
    where scenario = 'actual'
    group by unit_id
),

movement as (
    select
        movement.unit_id,
        movement.stage,
        movement.branch_id,
        movement.partner_branch_id,
        movement.ledger,
        movement.group_account_code,
        movement.functional_currency_code,
        movement.group_currency_code,
        movement.amount_functional,
        movement.amount_group,
        movement.source_kind,
        unit.approved_by,
        cast(
            cast(substring(movement.group_period, 1, 4) as bigint)
            + case
                when cast(substring(movement.group_period, 6, 2) as bigint) < unit.first_month_of_year then 0
                else 1
            end as string
        ) || '-' || lpad(cast(unit.first_month_of_year as string), 2, '0') as next_year_period
    from {{ ref('int_group_movement') }} as movement
    inner join account on movement.group_account_code = account.code
    inner join {{ ref('dim_reporting_unit') }} as unit on movement.unit_id = unit.unit_id
    where movement.scenario = 'actual'
),

result as (
    select
        movement.unit_id,
        movement.stage,
        movement.branch_id,
        movement.partner_branch_id,
        movement.ledger,
        movement.next_year_period as group_period,
        movement.group_account_code,
        movement.functional_currency_code,
        movement.group_currency_code,
        movement.approved_by,
        sum(movement.amount_functional) as amount_functional,
        sum(movement.amount_group) as amount_group
    from movement
    inner join last_month
        on
            movement.unit_id = last_month.unit_id
            and movement.next_year_period <= last_month.group_period
    group by
        movement.unit_id,
        movement.stage,
        movement.branch_id,
        movement.partner_branch_id,
        movement.ledger,
        movement.next_year_period,
        movement.group_account_code,
        movement.functional_currency_code,
        movement.group_currency_code,
        movement.approved_by
),

rolled as (
    select
        unit_id,
        stage,
        branch_id,
        partner_branch_id,
        ledger,
        group_period,
        group_account_code,
        functional_currency_code,
        group_currency_code,
        approved_by,
        -amount_functional as amount_functional,
        -amount_group as amount_group
    from result
    union all
    select
        unit_id,
        stage,
        branch_id,
        '' as partner_branch_id,
        ledger,
        group_period,
        '2100' as group_account_code,
        functional_currency_code,
        group_currency_code,
        approved_by,
        sum(amount_functional) as amount_functional,
        sum(amount_group) as amount_group
    from result
    group by
        unit_id,
        stage,
        branch_id,
        ledger,
        group_period,
        functional_currency_code,
        group_currency_code,
        approved_by
)

select
    'actual' as scenario,
    unit_id,
    stage,
    branch_id,
    partner_branch_id,
    ledger,
    group_period,
    group_account_code,
    'result_brought_forward' as movement_type,
    'result_brought_forward' as rule,
    functional_currency_code,
    {{ money('amount_functional') }} as amount_functional,
    group_currency_code,
    {{ money('amount_group') }} as amount_group,
    'Result of the year before, as it was translated, to retained earnings.' as reason,
    'rule' as source_kind,
    'year that ended before ' || group_period as source_reference,
    'rule' as made_by,
    approved_by
from rolled
where
    amount_group <> 0
    or amount_functional <> 0

{{ config(materialized='view') }}
{# The plan, in the version that sorts last: of each branch in its own currency, of each group for the members that it
   controls in the month, at that month's average rate, or the latest one before it. Nothing is eliminated: a plan names
   no partners, so its intercompany accounts stand as planned. #}
with version as (
    select max(version_code) as version_code
    from {{ ref('stg_budget') }}
),

plan as (
    select
        budget.version_code,
        budget.branch_id,
        budget.group_account_code,
        budget.group_period,
        budget.currency_code,
        sum(budget.amount) as amount,
        max(budget.delivery_id) as delivery_id
    from {{ ref('stg_budget') }} as budget
    inner join version on budget.version_code = version.version_code
    group by
        budget.version_code, budget.branch_id, budget.group_account_code, budget.group_period, budget.currency_code
),

unit_plan as (
    select
        unit.unit_id,
        'reported' as stage,
        unit.ledger,
        unit.currency_code as group_currency_code,
        unit.approved_by,
        plan.version_code,
        plan.branch_id,
        plan.group_account_code,
        plan.group_period,
        plan.currency_code,
        plan.amount,
        plan.delivery_id
    from plan
    inner join {{ ref('dim_reporting_unit') }} as unit
        on
            plan.branch_id = unit.unit_id
            and unit.unit_kind = 'branch'
    union all
    select
        unit.unit_id,
        'translated' as stage,
        unit.ledger,
        unit.currency_code as group_currency_code,
        unit.approved_by,
        plan.version_code,
        plan.branch_id,
        plan.group_account_code,
        plan.group_period,
        plan.currency_code,
        plan.amount,
        plan.delivery_id
    from plan
    inner join {{ ref('int_unit_member') }} as member
        on
            plan.branch_id = member.branch_id
            and plan.group_period between member.valid_from_period and member.valid_to_period
            and member.method = 'full'
    inner join {{ ref('dim_reporting_unit') }} as unit on member.unit_id = unit.unit_id
),

-- Both the composed rate of the branch's own currency and, for a plan in another one, the pair's own.
average_rate as (
    select
        unit_id,
        branch_id,
        functional_currency_code as currency_code,
        group_period,
        average_rate as rate
    from {{ ref('int_unit_rate') }}
    where average_rate is not null
    union all
    select
        unit.unit_id,
        branch.branch_id,
        currency_rate.from_currency_code as currency_code,
        currency_rate.rate_key as group_period,
        cast(currency_rate.rate as decimal(38, 20)) as rate
    from {{ ref('dim_reporting_unit') }} as unit
    inner join unit_plan as branch on unit.unit_id = branch.unit_id
    inner join {{ ref('int_currency_rate') }} as currency_rate
        on
            branch.currency_code = currency_rate.from_currency_code
            and unit.currency_code = currency_rate.to_currency_code
            and currency_rate.rate_type = 'average'
    inner join {{ ref('dim_branch') }} as own
        on
            branch.branch_id = own.branch_id
            and (branch.currency_code <> own.functional_currency_code or unit.unit_kind = 'branch')
    group by
        unit.unit_id, branch.branch_id, currency_rate.from_currency_code, currency_rate.rate_key, currency_rate.rate
),

ranked as (
    select
        unit_plan.unit_id,
        unit_plan.stage,
        unit_plan.ledger,
        unit_plan.group_currency_code,
        unit_plan.approved_by,
        unit_plan.version_code,
        unit_plan.branch_id,
        unit_plan.group_account_code,
        unit_plan.group_period,
        unit_plan.currency_code,
        unit_plan.amount,
        unit_plan.delivery_id,
        case
            when unit_plan.currency_code = unit_plan.group_currency_code then cast(1 as decimal(38, 20))
            else average_rate.rate
        end as rate,
        average_rate.group_period as rate_period,
        row_number() over (
            partition by
                unit_plan.unit_id,
                unit_plan.branch_id,
                unit_plan.group_account_code,
                unit_plan.group_period,
                unit_plan.currency_code
            order by average_rate.group_period desc
        ) as preference
    from unit_plan
    left join average_rate
        on
            unit_plan.unit_id = average_rate.unit_id
            and unit_plan.branch_id = average_rate.branch_id
            and unit_plan.currency_code = average_rate.currency_code
            and unit_plan.group_period >= average_rate.group_period
)

select
    'budget' as scenario,
    ranked.unit_id,
    ranked.stage,
    ranked.branch_id,
    '' as partner_branch_id,
    ranked.ledger,
    ranked.group_period,
    ranked.group_account_code,
    'normal' as movement_type,
    'budget_rate' as rule,
    ranked.currency_code as functional_currency_code,
    {{ money('ranked.amount') }} as amount_functional,
    ranked.group_currency_code,
    {{ translated('ranked.amount', 'ranked.rate', 'currency.minor_factor') }} as amount_group,
    case
        when ranked.currency_code = ranked.group_currency_code then 'As planned.'
        else 'Plan at the average rate of ' || ranked.rate_period || '.'
    end as reason,
    'budget' as source_kind,
    ranked.version_code as source_reference,
    case when ranked.stage = 'translated' then 'rule' end as made_by,
    case when ranked.stage = 'translated' then ranked.approved_by end as approved_by
from ranked
left join {{ ref('currency') }} as currency on ranked.group_currency_code = currency.currency_code
where
    ranked.preference = 1
    and ranked.rate is not null

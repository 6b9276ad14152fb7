{# What was refused from the ledgers and not delivered anew, by month: of each branch, and of each branch for the units
   that control it then, in their currency at the month's closing rate. The side that could not be read counts nothing; a
   journal is as large as its greater side. Without a rate the amount of a unit is empty. #}
with refused as (
    select
        branch_id,
        ledger,
        group_period,
        functional_currency_code,
        sum(greatest(debit_amount_functional, credit_amount_functional)) as amount
    from {{ ref('int_refused_by_period') }}
    group by branch_id, ledger, group_period, functional_currency_code
),

-- Once a month, however often its share changed.
rate as (
    select
        unit_id,
        branch_id,
        group_period,
        max(closing_rate) as closing_rate
    from {{ ref('int_unit_rate') }}
    group by unit_id, branch_id, group_period
),

member as (
    select distinct
        member.unit_id,
        member.branch_id,
        unit.unit_kind,
        unit.currency_code,
        unit.ledger,
        member.valid_from_period,
        member.valid_to_period
    from {{ ref('int_unit_member') }} as member
    inner join {{ ref('dim_reporting_unit') }} as unit on member.unit_id = unit.unit_id
    where member.method = 'full' and unit.unit_kind <> 'branch'
),

of_unit as (
    select
        member.unit_id,
        member.unit_kind,
        member.ledger as unit_ledger,
        refused.branch_id,
        refused.ledger,
        refused.group_period,
        refused.functional_currency_code,
        refused.amount as amount_functional,
        member.currency_code,
        refused.group_period between member.valid_from_period and member.valid_to_period as is_controlled,
        case
            when refused.functional_currency_code = member.currency_code then refused.amount
            else {{ translated('refused.amount', 'rate.closing_rate', 'currency.minor_factor') }}
        end as amount
    from member
    inner join refused on member.branch_id = refused.branch_id
    left join rate
        on
            member.unit_id = rate.unit_id
            and refused.branch_id = rate.branch_id
            and refused.group_period = rate.group_period
    left join {{ ref('currency') }} as currency on member.currency_code = currency.currency_code
),

root as (
    select
        branch_id,
        min(unit_id) as unit_id
    from member
    where unit_kind = 'group'
    group by branch_id
)

select
    branch_id as unit_id,
    'functional' as currency_view,
    ledger,
    branch_id,
    group_period,
    functional_currency_code,
    {{ money('amount') }} as amount_functional,
    functional_currency_code as currency_code,
    {{ money('amount') }} as amount
from refused
union all
select distinct
    of_unit.branch_id as unit_id,
    'group' as currency_view,
    of_unit.ledger,
    of_unit.branch_id,
    of_unit.group_period,
    of_unit.functional_currency_code,
    {{ money('of_unit.amount_functional') }} as amount_functional,
    of_unit.currency_code,
    {{ money('of_unit.amount') }} as amount
from of_unit
inner join root on of_unit.unit_id = root.unit_id and of_unit.branch_id = root.branch_id
union all
select
    unit_id,
    'group' as currency_view,
    unit_ledger as ledger,
    branch_id,
    group_period,
    functional_currency_code,
    {{ money('amount_functional') }} as amount_functional,
    currency_code,
    {{ money('amount') }} as amount
from of_unit
where is_controlled

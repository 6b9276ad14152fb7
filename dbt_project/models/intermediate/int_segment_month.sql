{# Income and expense of each group by segment and month (IFRS 8): what the branches booked on the cost centres of a
   segment, translated at the month's average rate; what no segment is named for, and the cents that rounding leaves, are
   unallocated; journals and eliminations of the group stand apart. So the segments of a line add up to the line. #}
with policy as (
    select
        branch_id,
        cost_center_code,
        segment_code,
        segment_name,
        coalesce(nullif(valid_from, ''), '0000-01') as valid_from,
        coalesce(nullif(valid_to, ''), '9999-12') as valid_to
    from {{ ref('segment_map') }}
    where approved_by <> '' and approved_by <> proposed_by
),

result_account as (
    select
        group_account_code,
        statement_line
    from {{ ref('dim_group_account') }}
    where statement = 'income_statement'
),

booked as (
    select
        branch_id,
        ledger,
        group_period,
        group_account_code,
        cost_center_code,
        functional_currency_code,
        amount_functional
    from {{ ref('int_branch_movement') }}
    union all
    select
        branch_id,
        ledger,
        group_period,
        group_account_code,
        cost_center_code,
        functional_currency_code,
        amount_functional
    from {{ ref('int_function_allocation') }}
),

movement as (
    select
        booked.branch_id,
        booked.ledger,
        booked.group_period,
        result_account.statement_line,
        booked.cost_center_code,
        booked.functional_currency_code,
        sum(booked.amount_functional) as amount_functional
    from booked
    inner join result_account on booked.group_account_code = result_account.group_account_code
    group by
        booked.branch_id,
        booked.ledger,
        booked.group_period,
        result_account.statement_line,
        booked.cost_center_code,
        booked.functional_currency_code
),

ranked as (
    select
        movement.branch_id,
        movement.ledger,
        movement.group_period,
        movement.statement_line,
        movement.functional_currency_code,
        movement.amount_functional,
        policy.segment_code,
        policy.segment_name,
        row_number() over (
            partition by
                movement.branch_id,
                movement.ledger,
                movement.group_period,
                movement.statement_line,
                movement.functional_currency_code,
                movement.cost_center_code
            order by case policy.cost_center_code when '*' then 1 else 0 end asc, policy.valid_from desc
        ) as preference
    from movement
    inner join policy
        on
            movement.branch_id = policy.branch_id
            and policy.cost_center_code in ('*', movement.cost_center_code)
            and movement.group_period between policy.valid_from and policy.valid_to
),

of_segment as (
    select
        branch_id,
        ledger,
        group_period,
        statement_line,
        functional_currency_code,
        segment_code,
        max(segment_name) as segment_name,
        sum(amount_functional) as amount_functional
    from ranked
    where preference = 1
    group by branch_id, ledger, group_period, statement_line, functional_currency_code, segment_code
),

counted as (
    select
        unit_id,
        branch_id,
        ledger,
        group_period
    from {{ ref('fct_group_balance') }}
    where scenario = 'actual' and stage = 'translated'
    group by unit_id, branch_id, ledger, group_period
),

translated as (
    select
        counted.unit_id,
        of_segment.group_period,
        of_segment.statement_line,
        of_segment.segment_code,
        of_segment.segment_name,
        -{{ translated(
            'of_segment.amount_functional', 'rated_month.average_rate', 'rated_month.minor_factor'
        ) }} as amount
    from of_segment
    inner join counted
        on
            of_segment.branch_id = counted.branch_id
            and of_segment.ledger = counted.ledger
            and of_segment.group_period = counted.group_period
    inner join {{ ref('int_translation_month') }} as rated_month
        on
            counted.unit_id = rated_month.unit_id
            and counted.branch_id = rated_month.branch_id
            and counted.ledger = rated_month.ledger
            and counted.group_period = rated_month.group_period
            and of_segment.functional_currency_code = rated_month.functional_currency_code
            and rated_month.is_translated
),

of_unit as (
    select
        fact.unit_id,
        fact.group_period,
        result_account.statement_line,
        case
            when fact.stage = 'translated' then 'unallocated'
            else 'eliminations'
        end as segment_code,
        -fact.amount_group as amount
    from {{ ref('fct_group_balance') }} as fact
    inner join {{ ref('dim_reporting_unit') }} as unit on fact.unit_id = unit.unit_id
    inner join result_account on fact.group_account_code = result_account.group_account_code
    where
        fact.scenario = 'actual'
        and unit.unit_kind <> 'branch'
        and fact.movement_type <> 'result_brought_forward'
),

part as (
    select
        unit_id,
        group_period,
        statement_line,
        segment_code,
        segment_name,
        amount
    from translated
    union all
    -- What stands in segments is no longer unallocated.
    select
        unit_id,
        group_period,
        statement_line,
        'unallocated' as segment_code,
        'Unallocated' as segment_name,
        -amount as amount
    from translated
    union all
    select
        unit_id,
        group_period,
        statement_line,
        segment_code,
        case segment_code when 'unallocated' then 'Unallocated' else 'Eliminations and group journals' end
            as segment_name,
        amount
    from of_unit
)

select
    unit_id,
    group_period,
    statement_line,
    segment_code,
    max(segment_name) as segment_name,
    {{ money('sum(amount)') }} as amount
from part
group by unit_id, group_period, statement_line, segment_code
having sum(amount) <> 0

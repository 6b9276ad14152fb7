{# What a unit's statements lack because it was refused, in every month, and since the quarter, the year, the books
   began: the memo line of the statements. #}
with summed as (
    select
        unit_id,
        currency_view,
        ledger,
        group_period,
        sum(amount) as amount
    from {{ ref('int_unit_refused') }}
    group by unit_id, currency_view, ledger, group_period
),

dense as (
    select
        unit_month.scenario,
        unit_month.unit_id,
        unit_month.unit_kind,
        unit_month.currency_view,
        unit_month.currency_code,
        unit_month.ledger,
        unit_month.group_period,
        unit_month.month_index,
        unit_month.quarter_index,
        unit_month.year_index,
        unit_month.is_before,
        coalesce(summed.amount, 0) as amount
    from {{ ref('int_unit_month') }} as unit_month
    left join summed
        on
            unit_month.unit_id = summed.unit_id
            and unit_month.currency_view = summed.currency_view
            and unit_month.ledger = summed.ledger
            and unit_month.group_period = summed.group_period
    where
        unit_month.scenario <> 'budget'
        and exists (
            select 1 as one
            from summed as any_month
            where unit_month.unit_id = any_month.unit_id and unit_month.currency_view = any_month.currency_view
        )
)

select
    scenario,
    unit_id,
    unit_kind,
    currency_view,
    currency_code,
    ledger,
    group_period,
    month_index,
    quarter_index,
    year_index,
    is_before,
    {{ money('amount') }} as month_amount,
    {{ money('sum(amount) over (
        partition by scenario, unit_id, currency_view, currency_code, ledger, quarter_index
        order by month_index rows unbounded preceding
    )') }} as quarter_amount,
    {{ money('sum(amount) over (
        partition by scenario, unit_id, currency_view, currency_code, ledger, year_index
        order by month_index rows unbounded preceding
    )') }} as year_amount,
    {{ money('sum(amount) over (
        partition by scenario, unit_id, currency_view, currency_code, ledger
        order by month_index rows unbounded preceding
    )') }} as closing_amount
from dense

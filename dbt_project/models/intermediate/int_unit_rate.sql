with by_month as (
    select
        way.unit_id,
        way.branch_id,
        way.group_period,
        max(case when way.rate_type = 'average' then way.rate end) as average_rate,
        max(case when way.rate_type = 'closing' then way.rate end) as closing_rate,
        max(case when way.rate_type = 'average' then way.rate_source end) as average_rate_source,
        max(case when way.rate_type = 'closing' then way.rate_source end) as closing_rate_source,
        min(case when way.is_same_currency then 1 else 0 end) = 1 as is_same_currency
    from {{ ref('int_unit_rate_way') }} as way
    where way.rate_type in ('average', 'closing')
    group by way.unit_id, way.branch_id, way.group_period
)

select
    by_month.unit_id,
    by_month.branch_id,
    by_month.group_period,
    branch.functional_currency_code,
    unit.currency_code as group_currency_code,
    by_month.average_rate,
    by_month.closing_rate,
    lag(by_month.closing_rate) over (
        partition by by_month.unit_id, by_month.branch_id order by by_month.group_period
    ) as opening_rate,
    by_month.is_same_currency,
    'average ' || by_month.average_rate_source || '; closing ' || by_month.closing_rate_source as rate_source,
    lag(by_month.group_period) over (
        partition by by_month.unit_id, by_month.branch_id order by by_month.group_period
    ) is null as is_before_first_month
from by_month
inner join {{ ref('dim_reporting_unit') }} as unit on by_month.unit_id = unit.unit_id
left join {{ ref('dim_branch') }} as branch on by_month.branch_id = branch.branch_id

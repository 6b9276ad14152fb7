{# The months in which a branch is translated for a unit: from the first month of its books to the last month that any
   branch of the top group has moved in, also without movements of its own, since its balances change in value. From the
   first month on that lacks a rate nothing is translated: the branch stands still there and the audit says why. #}
with book_span as (
    select
        branch_id,
        ledger,
        functional_currency_code,
        min(group_period) as first_period,
        max(group_period) as last_period
    from {{ ref('int_translation_book') }}
    group by branch_id, ledger, functional_currency_code
),

unit as (
    select
        unit_id,
        head_branch_id,
        currency_code,
        ledger
    from {{ ref('dim_reporting_unit') }}
    where unit_kind <> 'branch'
),

belongs as (
    select distinct
        unit_id,
        branch_id
    from {{ ref('int_unit_member') }}
),

unit_last as (
    select
        belongs.unit_id,
        max(book_span.last_period) as last_period
    from belongs
    inner join unit on belongs.unit_id = unit.unit_id
    inner join book_span
        on
            belongs.branch_id = book_span.branch_id
            and unit.ledger = book_span.ledger
    group by belongs.unit_id
),

horizon as (
    select
        unit.unit_id,
        max(unit_last.last_period) as last_period
    from unit
    inner join belongs on unit.head_branch_id = belongs.branch_id
    inner join unit_last on belongs.unit_id = unit_last.unit_id
    group by unit.unit_id
),

moved as (
    select
        branch_id,
        ledger,
        functional_currency_code,
        group_period,
        max(case when is_opening then 1 else 0 end) = 1 as has_opening,
        max(case when is_opening then 0 else 1 end) = 1 as has_movement
    from {{ ref('int_translation_book') }}
    group by branch_id, ledger, functional_currency_code, group_period
),

month as (
    select
        rate.unit_id,
        rate.branch_id,
        unit.ledger,
        rate.group_period,
        rate.functional_currency_code,
        rate.group_currency_code,
        currency.minor_factor,
        rate.average_rate,
        rate.closing_rate,
        rate.opening_rate,
        rate.is_same_currency,
        rate.group_period = book_span.first_period as is_first,
        coalesce(moved.has_movement, false) and rate.average_rate is null as lacks_average,
        rate.closing_rate is null as lacks_closing,
        coalesce(moved.has_opening, false) and rate.opening_rate is null as lacks_opening
    from {{ ref('int_unit_rate') }} as rate
    inner join unit on rate.unit_id = unit.unit_id
    inner join book_span
        on
            rate.branch_id = book_span.branch_id
            and unit.ledger = book_span.ledger
            and rate.functional_currency_code = book_span.functional_currency_code
            and rate.group_period >= book_span.first_period
    inner join horizon
        on
            rate.unit_id = horizon.unit_id
            and rate.group_period <= horizon.last_period
    left join moved
        on
            rate.branch_id = moved.branch_id
            and unit.ledger = moved.ledger
            and rate.functional_currency_code = moved.functional_currency_code
            and rate.group_period = moved.group_period
    left join {{ ref('currency') }} as currency on rate.group_currency_code = currency.currency_code
),

member_month as (
    select
        month.unit_id,
        month.branch_id,
        month.group_period,
        max(case when member.method = 'full' then 1 else 0 end) = 1 as is_controlled,
        max(case when member.method = 'equity' then 1 else 0 end) = 1 as is_associate
    from month
    inner join {{ ref('int_unit_member') }} as member
        on
            month.unit_id = member.unit_id
            and month.branch_id = member.branch_id
            and month.group_period between member.valid_from_period and member.valid_to_period
    group by month.unit_id, month.branch_id, month.group_period
)

select
    month.unit_id,
    month.branch_id,
    month.ledger,
    month.group_period,
    month.functional_currency_code,
    month.group_currency_code,
    month.minor_factor,
    month.average_rate,
    month.closing_rate,
    month.opening_rate,
    month.is_same_currency,
    month.is_first,
    month.lacks_average,
    month.lacks_closing,
    month.lacks_opening,
    max(case when month.lacks_average or month.lacks_closing or month.lacks_opening then 1 else 0 end) over (
        partition by month.unit_id, month.branch_id
        order by month.group_period asc
        rows between unbounded preceding and current row
    ) = 0 as is_translated,
    coalesce(member_month.is_controlled, false) as is_controlled,
    coalesce(member_month.is_associate, false) and not coalesce(member_month.is_controlled, false) as is_associate
from month
left join member_month
    on
        month.unit_id = member_month.unit_id
        and month.branch_id = member_month.branch_id
        and month.group_period = member_month.group_period

{# The equity events of each branch in each unit's currency: the amount that is given wins, else the rate that is given,
   else the spot rate of the day; null where none of them is there. A branch in the unit's own currency needs no rate.
   Debit positive, as the books: what increases equity is negative. #}
with event as (
    select
        branch_id,
        event_code,
        group_currency_code,
        event_date,
        event_kind,
        group_account_code,
        amount_functional,
        rate,
        amount_group,
        row_number() over (
            partition by branch_id, event_code, group_currency_code order by delivery_date desc, delivery_id desc
        ) as recency
    from {{ ref('stg_equity_event') }}
),

member as (
    select
        rate.unit_id,
        rate.branch_id,
        rate.group_currency_code,
        min(case when rate.is_same_currency then 1 else 0 end) = 1 as is_same_currency
    from {{ ref('int_unit_rate') }} as rate
    group by rate.unit_id, rate.branch_id, rate.group_currency_code
),

ranked as (
    select
        member.unit_id,
        member.is_same_currency,
        member.group_currency_code as unit_currency_code,
        event.branch_id,
        event.event_code,
        event.group_currency_code,
        event.event_date,
        event.event_kind,
        event.group_account_code,
        event.amount_functional,
        event.rate,
        event.amount_group,
        row_number() over (
            partition by member.unit_id, event.branch_id, event.event_code
            order by
                case when event.group_currency_code = member.group_currency_code then 0 else 1 end asc,
                event.group_currency_code asc
        ) as preference
    from event
    inner join member on event.branch_id = member.branch_id
    where event.recency = 1
),

rated as (
    select
        ranked.unit_id,
        ranked.branch_id,
        ranked.event_code,
        ranked.event_date,
        {{ month_of('ranked.event_date') }} as group_period,
        ranked.event_kind,
        ranked.group_account_code,
        ranked.unit_currency_code as group_currency_code,
        ranked.amount_functional,
        case
            when ranked.is_same_currency then ranked.amount_functional
            when ranked.group_currency_code = ranked.unit_currency_code and ranked.amount_group is not null
                then {{ to_minor_units('ranked.amount_group', 'currency.minor_factor') }}
            when ranked.group_currency_code = ranked.unit_currency_code and ranked.rate is not null
                then {{ translated('ranked.amount_functional', 'ranked.rate', 'currency.minor_factor') }}
            else {{ translated('ranked.amount_functional', 'way.rate', 'currency.minor_factor') }}
        end as amount_group
    from ranked
    left join {{ ref('int_unit_rate_way') }} as way
        on
            ranked.unit_id = way.unit_id
            and ranked.branch_id = way.branch_id
            and way.rate_type = 'spot'
            and cast(ranked.event_date as string) = way.rate_key
    left join {{ ref('currency') }} as currency on ranked.unit_currency_code = currency.currency_code
    where ranked.preference = 1
)

select
    unit_id,
    branch_id,
    event_code,
    event_date,
    group_period,
    event_kind,
    case event_kind
        when 'capital' then 'capital'
        when 'reserve' then 'capital'
        when 'dividend' then 'dividend'
        when 'other_comprehensive_income' then 'other_comprehensive_income'
        else 'normal'
    end as movement_type,
    group_account_code,
    group_currency_code,
    {{ money('-amount_functional') }} as amount_functional,
    {{ money('-amount_group') }} as amount_group
from rated

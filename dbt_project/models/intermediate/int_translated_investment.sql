{# Shares in other companies of the group at the rate of the day on which they were bought or paid in, so that they meet
   the equity that they stand for. In order: as the owned branch's capital in the unit's currency is to the same
   capital in the owner's currency, by its equity events (a founded company); the spot rate of the purchase; the month's rate (openings: the
   rate it opens with), as a finding: `investment_history_missing`. #}
with movement as (
    select
        rated_month.unit_id,
        book.branch_id,
        book.ledger,
        book.group_period,
        book.group_account_code,
        book.partner_branch_id,
        book.movement_type,
        book.is_opening,
        book.functional_currency_code,
        rated_month.group_currency_code,
        rated_month.minor_factor,
        rated_month.is_same_currency,
        case
            when book.is_opening or book.movement_type = 'mapping_change' then rated_month.opening_rate
            else rated_month.average_rate
        end as other_rate,
        book.amount_functional,
        book.source
    from {{ ref('int_translation_book') }} as book
    inner join {{ ref('int_translation_month') }} as rated_month
        on
            book.branch_id = rated_month.branch_id
            and book.ledger = rated_month.ledger
            and book.group_period = rated_month.group_period
            and book.functional_currency_code = rated_month.functional_currency_code
            and rated_month.is_translated
    where book.translation_class = 'investment'
),

purchase as (
    select
        movement.unit_id,
        movement.branch_id,
        movement.partner_branch_id,
        movement.group_period,
        movement.is_opening,
        max(way.rate) as spot_rate,
        max(dated_event.event_code) as event_code,
        count(distinct way.rate) as rates
    from movement
    inner join {{ ref('stg_acquisition_event') }} as dated_event
        on
            movement.branch_id = dated_event.acquirer_branch_id
            and movement.partner_branch_id = dated_event.acquired_branch_id
            and (
                (movement.is_opening and movement.group_period > {{ month_of('dated_event.event_date') }})
                or (not movement.is_opening and movement.group_period = {{ month_of('dated_event.event_date') }})
            )
    left join {{ ref('int_unit_rate_way') }} as way
        on
            movement.unit_id = way.unit_id
            and movement.branch_id = way.branch_id
            and way.rate_type = 'spot'
            and cast(dated_event.event_date as string) = way.rate_key
    group by
        movement.unit_id, movement.branch_id, movement.partner_branch_id, movement.group_period, movement.is_opening
),

-- The owned branch's capital twice: in the unit's currency and in the owner's, as the owner's own group has it.
capital as (
    select
        movement.unit_id,
        movement.branch_id,
        movement.partner_branch_id,
        movement.group_period,
        movement.is_opening,
        sum(in_owner.amount_group) as amount_functional,
        sum(in_unit.amount_group) as amount_group
    from movement
    inner join {{ ref('int_unit_equity_event') }} as in_unit
        on
            movement.unit_id = in_unit.unit_id
            and movement.partner_branch_id = in_unit.branch_id
            and in_unit.movement_type = 'capital'
            and (
                (movement.is_opening and movement.group_period > in_unit.group_period)
                or (not movement.is_opening and movement.group_period = in_unit.group_period)
            )
    left join {{ ref('int_unit_equity_event') }} as in_owner
        on
            in_owner.unit_id = movement.branch_id || ':group'
            and in_unit.branch_id = in_owner.branch_id
            and in_unit.event_code = in_owner.event_code
            and movement.functional_currency_code = in_owner.group_currency_code
    group by
        movement.unit_id, movement.branch_id, movement.partner_branch_id, movement.group_period, movement.is_opening
    having
        count(*) = count(in_unit.amount_group)
        and count(*) = count(in_owner.amount_group)
        and sum(in_owner.amount_group) <> 0
),

dated as (
    select
        movement.unit_id,
        movement.branch_id,
        movement.ledger,
        movement.group_period,
        movement.group_account_code,
        movement.partner_branch_id,
        movement.movement_type,
        movement.is_opening,
        movement.functional_currency_code,
        movement.amount_functional,
        movement.group_currency_code,
        movement.minor_factor,
        movement.other_rate,
        case
            when movement.is_same_currency then 'same_currency'
            when movement.movement_type = 'mapping_change' then 'moved'
            when purchase.event_code is null and capital.amount_functional is not null then 'capital'
            when purchase.rates = 1 then 'spot'
            else 'missing'
        end as history,
        purchase.spot_rate,
        purchase.event_code,
        capital.amount_functional as capital_functional,
        capital.amount_group as capital_group,
        movement.source
    from movement
    left join purchase
        on
            movement.unit_id = purchase.unit_id
            and movement.branch_id = purchase.branch_id
            and movement.partner_branch_id = purchase.partner_branch_id
            and movement.group_period = purchase.group_period
            and movement.is_opening = purchase.is_opening
    left join capital
        on
            movement.unit_id = capital.unit_id
            and movement.branch_id = capital.branch_id
            and movement.partner_branch_id = capital.partner_branch_id
            and movement.group_period = capital.group_period
            and movement.is_opening = capital.is_opening
)

select
    unit_id,
    branch_id,
    ledger,
    group_period,
    group_account_code,
    partner_branch_id,
    movement_type,
    is_opening,
    case history when 'missing' then 'investment_history_missing' else 'historical' end as rule,
    functional_currency_code,
    amount_functional,
    group_currency_code,
    case history
        when 'same_currency' then amount_functional
        when 'capital' then {{ prorated('amount_functional', 'capital_group', 'capital_functional', 'minor_factor') }}
        when 'spot' then {{ translated('amount_functional', 'spot_rate', 'minor_factor') }}
        else {{ translated('amount_functional', 'other_rate', 'minor_factor') }}
    end as amount_group,
    event_code,
    source
from dated

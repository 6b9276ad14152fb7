{# Equity at the rate of each movement's own date. Events that are dated before the books begin make up what they open
   with; later ones the movements of their rated_month. An event counts only where the books move on its account. What the
   books have beyond the events goes to the rate of the month (openings: the rate it opens with), as a finding:
   `equity_history_missing`. #}
with movement as (
    select
        rated_month.unit_id,
        book.branch_id,
        book.ledger,
        book.group_period,
        book.group_account_code,
        book.movement_type,
        case
            when book.is_opening then 'opening'
            when book.movement_type = 'mapping_change' then 'mapping_change'
            else 'movement'
        end as part,
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
    where book.translation_class = 'equity'
),

account as (
    select
        unit_id,
        branch_id,
        ledger,
        group_period,
        group_account_code,
        part,
        functional_currency_code,
        group_currency_code,
        minor_factor,
        is_same_currency,
        other_rate,
        max(movement_type) as movement_type,
        sum(amount_functional) as amount_functional,
        max(source) as source
    from movement
    group by
        unit_id,
        branch_id,
        ledger,
        group_period,
        group_account_code,
        part,
        functional_currency_code,
        group_currency_code,
        minor_factor,
        is_same_currency,
        other_rate
),

matched as (
    select
        account.unit_id,
        account.branch_id,
        account.ledger,
        account.group_period,
        account.group_account_code,
        account.part,
        account.functional_currency_code,
        account.group_currency_code,
        account.source,
        case when account.part = 'opening' then 'opening' else dated_event.movement_type end as movement_type,
        dated_event.event_code,
        dated_event.amount_functional,
        dated_event.amount_group
    from account
    inner join {{ ref('int_unit_equity_event') }} as dated_event
        on
            account.unit_id = dated_event.unit_id
            and account.branch_id = dated_event.branch_id
            and account.group_account_code = dated_event.group_account_code
            and dated_event.amount_group is not null
            and (
                (account.part = 'opening' and account.group_period > dated_event.group_period)
                or (
                    account.part = 'movement'
                    and account.group_period = dated_event.group_period
                    and dated_event.event_kind <> 'retained_earnings_brought_forward'
                )
            )
),

explained as (
    select
        unit_id,
        branch_id,
        ledger,
        group_period,
        group_account_code,
        part,
        functional_currency_code,
        sum(amount_functional) as amount_functional
    from matched
    group by unit_id, branch_id, ledger, group_period, group_account_code, part, functional_currency_code
),

-- Without an event every kind of movement keeps its own row; with events there is one row of what they leave.
remaining as (
    select
        movement.unit_id,
        movement.branch_id,
        movement.ledger,
        movement.group_period,
        movement.group_account_code,
        movement.part,
        movement.movement_type,
        movement.functional_currency_code,
        movement.group_currency_code,
        movement.minor_factor,
        movement.is_same_currency,
        movement.other_rate,
        movement.amount_functional,
        movement.source
    from movement
    left join explained
        on
            movement.unit_id = explained.unit_id
            and movement.branch_id = explained.branch_id
            and movement.ledger = explained.ledger
            and movement.group_period = explained.group_period
            and movement.group_account_code = explained.group_account_code
            and movement.part = explained.part
            and movement.functional_currency_code = explained.functional_currency_code
    where explained.unit_id is null
    union all
    select
        account.unit_id,
        account.branch_id,
        account.ledger,
        account.group_period,
        account.group_account_code,
        account.part,
        account.movement_type,
        account.functional_currency_code,
        account.group_currency_code,
        account.minor_factor,
        account.is_same_currency,
        account.other_rate,
        account.amount_functional - explained.amount_functional as amount_functional,
        account.source
    from account
    inner join explained
        on
            account.unit_id = explained.unit_id
            and account.branch_id = explained.branch_id
            and account.ledger = explained.ledger
            and account.group_period = explained.group_period
            and account.group_account_code = explained.group_account_code
            and account.part = explained.part
            and account.functional_currency_code = explained.functional_currency_code
    where account.amount_functional <> explained.amount_functional
)

select
    unit_id,
    branch_id,
    ledger,
    group_period,
    group_account_code,
    part,
    movement_type,
    'historical' as rule,
    functional_currency_code,
    amount_functional,
    group_currency_code,
    amount_group,
    event_code,
    source
from matched
union all
select
    unit_id,
    branch_id,
    ledger,
    group_period,
    group_account_code,
    part,
    movement_type,
    case
        when is_same_currency or part = 'mapping_change' then 'historical' else 'equity_history_missing'
    end as rule,
    functional_currency_code,
    {{ money('amount_functional') }} as amount_functional,
    group_currency_code,
    {{ translated('amount_functional', 'other_rate', 'minor_factor') }} as amount_group,
    cast(null as string) as event_code,
    source
from remaining

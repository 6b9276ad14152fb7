with printed as (
    select
        branch_id,
        ledger,
        fiscal_year,
        from_fiscal_period,
        fiscal_period,
        period_end_date,
        includes_closing_entries,
        account_code,
        functional_currency_code,
        opening_balance_amount_functional,
        closing_balance_amount_functional
    from {{ ref('fct_trial_balance') }}
),

span as (
    select
        branch_id,
        ledger,
        fiscal_year,
        from_fiscal_period,
        fiscal_period,
        max(period_end_date) as period_end_date,
        min(case when includes_closing_entries then 1 else 0 end) = 1 as includes_closing_entries
    from printed
    group by branch_id, ledger, fiscal_year, from_fiscal_period, fiscal_period
),

booked as (
    select
        span.branch_id,
        span.ledger,
        span.fiscal_year,
        span.from_fiscal_period,
        span.fiscal_period,
        balance.account_code,
        balance.functional_currency_code,
        max(balance.opening_source) as opening_source,
        coalesce(
            sum(balance.opening_balance_amount_functional) filter (
                where balance.fiscal_period = span.from_fiscal_period
            ), 0
        ) as opening_amount_functional,
        coalesce(
            sum(balance.closing_balance_amount_functional) filter (where balance.fiscal_period = span.fiscal_period), 0
        ) as closing_amount_functional,
        sum(balance.closing_entries_amount_functional) as closing_entries_amount_functional,
        max(case when span.includes_closing_entries then 1 else 0 end) as includes_closing_entries
    from span
    inner join {{ ref('int_account_balance') }} as balance
        on
            span.branch_id = balance.branch_id
            and span.ledger = balance.ledger
            and span.fiscal_year = balance.fiscal_year
            and balance.fiscal_period between span.from_fiscal_period and span.fiscal_period
    group by
        span.branch_id,
        span.ledger,
        span.fiscal_year,
        span.from_fiscal_period,
        span.fiscal_period,
        balance.account_code,
        balance.functional_currency_code
),

comparable as (
    select
        branch_id,
        ledger,
        fiscal_year,
        from_fiscal_period,
        fiscal_period,
        account_code,
        functional_currency_code,
        opening_source,
        opening_amount_functional,
        closing_amount_functional
        - case when includes_closing_entries = 1 then 0 else closing_entries_amount_functional end
            as closing_amount_functional
    from booked
),

refused as (
    select
        branch_id,
        ledger,
        fiscal_year,
        fiscal_period
    from {{ ref('int_refused_by_period') }}
    group by branch_id, ledger, fiscal_year, fiscal_period
),

unposted as (
    select
        branch_id,
        ledger,
        fiscal_year,
        fiscal_period,
        account_code
    from {{ ref('fct_gl_balance') }}
    where not is_posted
    group by branch_id, ledger, fiscal_year, fiscal_period, account_code
),

booked_period as (
    select
        branch_id,
        ledger,
        fiscal_year,
        fiscal_period,
        min(movement_source) = 'trial_balance' as is_printed_only
    from {{ ref('int_account_movement') }}
    group by branch_id, ledger, fiscal_year, fiscal_period
),

both_sides as (
    select
        coalesce(comparable.branch_id, printed.branch_id) as branch_id,
        coalesce(comparable.ledger, printed.ledger) as ledger,
        coalesce(comparable.fiscal_year, printed.fiscal_year) as fiscal_year,
        coalesce(comparable.from_fiscal_period, printed.from_fiscal_period) as from_fiscal_period,
        coalesce(comparable.fiscal_period, printed.fiscal_period) as fiscal_period,
        coalesce(comparable.account_code, printed.account_code) as account_code,
        coalesce(comparable.functional_currency_code, printed.functional_currency_code) as functional_currency_code,
        comparable.opening_source,
        printed.account_code is not null as is_in_trial_balance,
        coalesce(comparable.opening_amount_functional, 0) as ledger_opening,
        coalesce(comparable.closing_amount_functional, 0) as ledger_closing,
        coalesce(printed.opening_balance_amount_functional, 0) as printed_opening,
        coalesce(printed.closing_balance_amount_functional, 0) as printed_closing
    from comparable
    full outer join printed
        on
            comparable.branch_id = printed.branch_id
            and comparable.ledger = printed.ledger
            and comparable.fiscal_year = printed.fiscal_year
            and comparable.from_fiscal_period = printed.from_fiscal_period
            and comparable.fiscal_period = printed.fiscal_period
            and comparable.account_code = printed.account_code
            and comparable.functional_currency_code = printed.functional_currency_code
),

sized as (
    select
        branch_id,
        ledger,
        fiscal_year,
        from_fiscal_period,
        fiscal_period,
        account_code,
        functional_currency_code,
        opening_source,
        is_in_trial_balance,
        ledger_opening,
        ledger_closing - ledger_opening as ledger_movement,
        ledger_closing,
        printed_opening,
        printed_closing - printed_opening as printed_movement,
        printed_closing
    from both_sides
    where is_in_trial_balance or ledger_opening <> 0 or ledger_closing <> 0
)

select
    sized.branch_id,
    sized.ledger,
    sized.fiscal_year,
    sized.from_fiscal_period,
    sized.fiscal_period,
    span.period_end_date,
    period.group_period,
    sized.account_code,
    sized.functional_currency_code,
    sized.opening_source,
    sized.is_in_trial_balance,
    {{ money('sized.ledger_opening') }} as ledger_opening_amount_functional,
    {{ money('sized.ledger_movement') }} as ledger_movement_amount_functional,
    {{ money('sized.ledger_closing') }} as ledger_closing_amount_functional,
    {{ money('sized.printed_opening') }} as trial_balance_opening_amount_functional,
    {{ money('sized.printed_movement') }} as trial_balance_movement_amount_functional,
    {{ money('sized.printed_closing') }} as trial_balance_closing_amount_functional,
    {{ money('sized.ledger_opening - sized.printed_opening') }} as opening_difference_amount_functional,
    {{ money('sized.ledger_movement - sized.printed_movement') }} as movement_difference_amount_functional,
    {{ money('sized.ledger_closing - sized.printed_closing') }} as closing_difference_amount_functional,
    case
        when booked_period.is_printed_only then 'balances_only'
        when
            sized.ledger_opening = sized.printed_opening
            and sized.ledger_movement = sized.printed_movement
            and sized.ledger_closing = sized.printed_closing
            then 'ties'
        when sized.ledger_movement = sized.printed_movement then 'earlier_period'
        when booked_period.branch_id is null then 'ledger_not_delivered'
        when refused.branch_id is not null then 'refused_documents'
        when unposted.branch_id is not null then 'unposted_entries'
        when not sized.is_in_trial_balance then 'not_in_trial_balance'
        else 'unexplained'
    end as explained_by
from sized
inner join span
    on
        sized.branch_id = span.branch_id
        and sized.ledger = span.ledger
        and sized.fiscal_year = span.fiscal_year
        and sized.from_fiscal_period = span.from_fiscal_period
        and sized.fiscal_period = span.fiscal_period
left join {{ ref('dim_fiscal_period') }} as period
    on
        sized.branch_id = period.branch_id
        and sized.fiscal_year = period.fiscal_year
        and sized.fiscal_period = period.fiscal_period
left join booked_period
    on
        sized.branch_id = booked_period.branch_id
        and sized.ledger = booked_period.ledger
        and sized.fiscal_year = booked_period.fiscal_year
        and sized.fiscal_period = booked_period.fiscal_period
left join refused
    on
        sized.branch_id = refused.branch_id
        and sized.ledger = refused.ledger
        and sized.fiscal_year = refused.fiscal_year
        and sized.fiscal_period = refused.fiscal_period
left join unposted
    on
        sized.branch_id = unposted.branch_id
        and sized.ledger = unposted.ledger
        and sized.fiscal_year = unposted.fiscal_year
        and sized.fiscal_period = unposted.fiscal_period
        and sized.account_code = unposted.account_code

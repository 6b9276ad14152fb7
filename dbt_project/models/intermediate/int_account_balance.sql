{{ config(
    database='warehouse',
    schema='kept',
    materialized='incremental' if target.type == 'duckdb' else 'table',
    incremental_strategy='replace_changed_books',
    on_schema_change='fail'
) }}
{{ built_after('int_book_change') }}
{# Opening, movement and closing of each account that ever moved, in every fiscal period from the branch's first to
   its last. Balances begin anew in each year that has an opening of its own (int_year_opening), else they run on.
   For the group's books, which open once and close by rule: `begun` is what an account begins anew with, all of it
   in the period that begins; `unclosed` is the balance if the year had not been closed. #}
with movement as (
    select
        branch_id,
        ledger,
        fiscal_year,
        fiscal_period,
        account_code,
        functional_currency_code,
        opening_entries_amount_functional,
        debit_amount_functional,
        credit_amount_functional,
        closing_entries_amount_functional,
        closing_entries_amount_functional + unmarked_closing_amount_functional as all_closing_amount_functional,
        movement_source
    from {{ changed_books('int_account_movement') }}
),

opening as (
    select
        branch_id,
        ledger,
        fiscal_year,
        account_code,
        functional_currency_code,
        opening_source,
        begins_with_period,
        amount_functional
    from {{ changed_books('int_year_opening') }}
),

account as (
    select
        branch_id,
        ledger,
        account_code,
        functional_currency_code
    from movement
    union
    select
        branch_id,
        ledger,
        account_code,
        functional_currency_code
    from opening
),

reported as (
    select
        branch_id,
        ledger,
        fiscal_year,
        fiscal_period
    from movement
    union
    select
        branch_id,
        ledger,
        fiscal_year,
        fiscal_period
    from {{ changed_books('fct_trial_balance') }}
    union
    select
        branch_id,
        ledger,
        fiscal_year,
        from_fiscal_period as fiscal_period
    from {{ changed_books('fct_trial_balance') }}
),

span as (
    select
        reported.branch_id,
        reported.ledger,
        min(period.period_index) as first_index,
        max(period.period_index) as last_index
    from reported
    inner join {{ ref('dim_fiscal_period') }} as period
        on
            reported.branch_id = period.branch_id
            and reported.fiscal_year = period.fiscal_year
            and reported.fiscal_period = period.fiscal_period
    group by reported.branch_id, reported.ledger
),

period as (
    select
        span.branch_id,
        span.ledger,
        fiscal_period.fiscal_year,
        fiscal_period.fiscal_period,
        fiscal_period.period_index,
        fiscal_period.end_date,
        fiscal_period.group_period
    from span
    inner join {{ ref('dim_fiscal_period') }} as fiscal_period
        on
            span.branch_id = fiscal_period.branch_id
            and fiscal_period.period_index between span.first_index and span.last_index
),

year_start as (
    select
        branch_id,
        ledger,
        fiscal_year,
        max(opening_source) as opening_source,
        min(begins_with_period) as begins_with_period
    from opening
    group by branch_id, ledger, fiscal_year
),

started as (
    select
        period.branch_id,
        period.ledger,
        period.fiscal_year,
        period.fiscal_period,
        period.period_index,
        period.end_date,
        period.group_period,
        coalesce(year_start.opening_source, 'carried_forward') as opening_source,
        coalesce(year_start.begins_with_period, 1) > 1 as begins_within_year,
        -- the first of the year's periods that is not before the one that its opening belongs to
        coalesce(period.fiscal_period >= year_start.begins_with_period, false)
        and row_number() over (
            partition by
                period.branch_id,
                period.ledger,
                period.fiscal_year,
                period.fiscal_period >= year_start.begins_with_period
            order by period.period_index
        ) = 1 as is_beginning
    from period
    left join year_start
        on
            period.branch_id = year_start.branch_id
            and period.ledger = year_start.ledger
            and period.fiscal_year = year_start.fiscal_year
),

anchored as (
    select
        branch_id,
        ledger,
        fiscal_year,
        fiscal_period,
        period_index,
        end_date,
        group_period,
        opening_source,
        begins_within_year,
        is_beginning,
        coalesce(
            max(case when is_beginning then period_index end) over (
                partition by branch_id, ledger order by period_index
            ), 0
        ) as anchor_index
    from started
),

filled as (
    select
        anchored.branch_id,
        anchored.ledger,
        anchored.fiscal_year,
        anchored.fiscal_period,
        anchored.period_index,
        anchored.end_date,
        anchored.group_period,
        anchored.opening_source,
        anchored.begins_within_year,
        anchored.is_beginning,
        anchored.anchor_index,
        account.account_code,
        account.functional_currency_code,
        coalesce(movement.opening_entries_amount_functional, 0)
        + case when anchored.is_beginning then coalesce(opening.amount_functional, 0) else 0 end
            as opened_amount_functional,
        coalesce(movement.debit_amount_functional, 0) as debit_amount_functional,
        coalesce(movement.credit_amount_functional, 0) as credit_amount_functional,
        coalesce(movement.closing_entries_amount_functional, 0) as closing_entries_amount_functional,
        coalesce(movement.all_closing_amount_functional, 0) as all_closing_amount_functional,
        movement.movement_source
    from anchored
    inner join account
        on anchored.branch_id = account.branch_id and anchored.ledger = account.ledger
    left join movement
        on
            anchored.branch_id = movement.branch_id
            and anchored.ledger = movement.ledger
            and anchored.fiscal_year = movement.fiscal_year
            and anchored.fiscal_period = movement.fiscal_period
            and account.account_code = movement.account_code
            and account.functional_currency_code = movement.functional_currency_code
    left join opening
        on
            anchored.branch_id = opening.branch_id
            and anchored.ledger = opening.ledger
            and anchored.fiscal_year = opening.fiscal_year
            and account.account_code = opening.account_code
            and account.functional_currency_code = opening.functional_currency_code
),

rolled as (
    select
        branch_id,
        ledger,
        fiscal_year,
        fiscal_period,
        period_index,
        end_date,
        group_period,
        opening_source,
        begins_within_year,
        account_code,
        functional_currency_code,
        opened_amount_functional,
        debit_amount_functional,
        credit_amount_functional,
        closing_entries_amount_functional,
        all_closing_amount_functional,
        movement_source,
        is_beginning,
        anchor_index,
        sum(opened_amount_functional + debit_amount_functional - credit_amount_functional) over (
            partition by branch_id, ledger, account_code, functional_currency_code, anchor_index order by period_index
        ) as closing_balance_amount_functional,
        sum(opened_amount_functional) over (
            partition by branch_id, ledger, account_code, functional_currency_code, anchor_index
        ) as begun_amount_functional,
        sum(debit_amount_functional - credit_amount_functional - all_closing_amount_functional) over (
            partition by branch_id, ledger, account_code, functional_currency_code, anchor_index order by period_index
        ) as moved_since_amount_functional,
        sum(debit_amount_functional - credit_amount_functional - all_closing_amount_functional) over (
            partition by branch_id, ledger, account_code, functional_currency_code, fiscal_year order by period_index
        ) as moved_in_year_amount_functional,
        sum(opened_amount_functional) over (
            partition by branch_id, ledger, account_code, functional_currency_code, fiscal_year order by period_index
        ) as opened_in_year_amount_functional
    from filled
)

select
    branch_id,
    ledger,
    fiscal_year,
    fiscal_period,
    period_index,
    end_date,
    group_period,
    account_code,
    functional_currency_code,
    opening_source,
    {{ money('closing_balance_amount_functional - debit_amount_functional + credit_amount_functional') }}
        as opening_balance_amount_functional,
    {{ money('debit_amount_functional') }} as debit_amount_functional,
    {{ money('credit_amount_functional') }} as credit_amount_functional,
    {{ money('closing_balance_amount_functional') }} as closing_balance_amount_functional,
    {{ money('debit_amount_functional - credit_amount_functional - all_closing_amount_functional') }}
        as movement_amount_functional,
    {{ money('closing_entries_amount_functional') }} as closing_entries_amount_functional,
    {{ money(
        'moved_in_year_amount_functional'
        ' + case when begins_within_year then opened_in_year_amount_functional else 0 end'
    ) }}
        as year_to_date_amount_functional,
    movement_source,
    begins_within_year,
    is_beginning,
    anchor_index,
    {{ money('case when is_beginning then begun_amount_functional else 0 end') }} as begun_amount_functional,
    {{ money('begun_amount_functional + moved_since_amount_functional') }} as unclosed_amount_functional
from rolled

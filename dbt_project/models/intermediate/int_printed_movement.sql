{# What the printed trial balances say that each account moved, for the periods before a branch's ledger begins:
   all of them where it sends balances only. A print closes what the print before it in the same year left, or what
   it opens with itself: so a month that nobody printed is part of the print that comes after it. What its turnover
   does not explain of that stands on the side of its sign; turnover of a span that an earlier print has begun is
   not counted twice. #}
with ledger_period as (
    select distinct
        branch_id,
        ledger,
        fiscal_year,
        fiscal_period
    from {{ ref('fct_gl_balance') }}
    where is_posted
),

ledger_start as (
    select
        branch_id,
        ledger,
        min(fiscal_year * 100 + fiscal_period) as first_period
    from ledger_period
    group by branch_id, ledger
),

printed as (
    select
        trial_balance.branch_id,
        trial_balance.ledger,
        trial_balance.fiscal_year,
        trial_balance.from_fiscal_period,
        trial_balance.fiscal_period,
        trial_balance.account_code,
        trial_balance.functional_currency_code,
        trial_balance.opening_balance_amount_functional,
        coalesce(trial_balance.debit_amount_functional, 0) as debit_amount_functional,
        coalesce(trial_balance.credit_amount_functional, 0) as credit_amount_functional,
        trial_balance.closing_balance_amount_functional
    from {{ ref('fct_trial_balance') }} as trial_balance
    left join ledger_start
        on trial_balance.branch_id = ledger_start.branch_id and trial_balance.ledger = ledger_start.ledger
    where trial_balance.fiscal_year * 100 + trial_balance.fiscal_period < coalesce(ledger_start.first_period, 999999)
),

-- Of several prints that end with a period the one of the shortest span says most about it.
ranked_print as (
    select
        branch_id,
        ledger,
        fiscal_year,
        from_fiscal_period,
        fiscal_period,
        row_number() over (
            partition by branch_id, ledger, fiscal_year, fiscal_period order by from_fiscal_period desc
        ) as preference
    from printed
    group by branch_id, ledger, fiscal_year, from_fiscal_period, fiscal_period
),

print as (
    select
        branch_id,
        ledger,
        fiscal_year,
        from_fiscal_period,
        fiscal_period,
        row_number() over (partition by branch_id, ledger, fiscal_year order by fiscal_period) as number_in_year,
        from_fiscal_period <= coalesce(
            lag(fiscal_period) over (partition by branch_id, ledger, fiscal_year order by fiscal_period), 0
        ) as repeats_turnover
    from ranked_print
    where preference = 1
),

account as (
    select distinct
        branch_id,
        ledger,
        fiscal_year,
        account_code,
        functional_currency_code
    from printed
),

-- An account that a print does not mention has a balance of nothing in it.
filled as (
    select
        print.branch_id,
        print.ledger,
        print.fiscal_year,
        print.fiscal_period,
        print.number_in_year,
        account.account_code,
        account.functional_currency_code,
        coalesce(printed.opening_balance_amount_functional, 0) as opening_balance,
        case when print.repeats_turnover then 0 else coalesce(printed.debit_amount_functional, 0) end as debit,
        case when print.repeats_turnover then 0 else coalesce(printed.credit_amount_functional, 0) end as credit,
        coalesce(printed.closing_balance_amount_functional, 0) as closing_balance
    from print
    inner join account
        on
            print.branch_id = account.branch_id
            and print.ledger = account.ledger
            and print.fiscal_year = account.fiscal_year
    left join printed
        on
            print.branch_id = printed.branch_id
            and print.ledger = printed.ledger
            and print.fiscal_year = printed.fiscal_year
            and print.from_fiscal_period = printed.from_fiscal_period
            and print.fiscal_period = printed.fiscal_period
            and account.account_code = printed.account_code
            and account.functional_currency_code = printed.functional_currency_code
),

moved as (
    select
        branch_id,
        ledger,
        fiscal_year,
        fiscal_period,
        account_code,
        functional_currency_code,
        debit,
        credit,
        closing_balance
        - case
            when number_in_year = 1 then opening_balance
            else lag(closing_balance) over (
                partition by branch_id, ledger, fiscal_year, account_code, functional_currency_code
                order by number_in_year
            )
        end as movement
    from filled
)

select
    branch_id,
    ledger,
    fiscal_year,
    fiscal_period,
    account_code,
    functional_currency_code,
    {{ money('debit + greatest(movement - (debit - credit), 0)') }} as debit_amount_functional,
    {{ money('credit + greatest((debit - credit) - movement, 0)') }} as credit_amount_functional
from moved

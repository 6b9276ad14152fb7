-- Opening + debit - credit = closing in every row; and within a year each opening is the closing before it, unless
-- opening entries were booked in that very period.
with rolled as (
    select
        branch_id,
        ledger,
        fiscal_year,
        fiscal_period,
        account_code,
        functional_currency_code,
        opening_balance_amount_functional as opening,
        debit_amount_functional as debit,
        credit_amount_functional as credit,
        closing_balance_amount_functional as closing,
        lag(closing_balance_amount_functional) over (
            partition by branch_id, ledger, fiscal_year, account_code, functional_currency_code order by fiscal_period
        ) as closing_before
    from {{ ref('rpt_branch_trial_balance') }}
),

opened as (
    select
        branch_id,
        ledger,
        fiscal_year,
        fiscal_period,
        account_code,
        functional_currency_code,
        sum(debit_amount_functional - credit_amount_functional) as opened
    from {{ ref('fct_gl_balance') }}
    where is_posted and entry_kind = 'opening'
    group by branch_id, ledger, fiscal_year, fiscal_period, account_code, functional_currency_code
)

select
    rolled.branch_id,
    rolled.ledger,
    rolled.fiscal_year,
    rolled.fiscal_period,
    rolled.account_code
from rolled
left join opened
    on
        rolled.branch_id = opened.branch_id
        and rolled.ledger = opened.ledger
        and rolled.fiscal_year = opened.fiscal_year
        and rolled.fiscal_period = opened.fiscal_period
        and rolled.account_code = opened.account_code
        and rolled.functional_currency_code = opened.functional_currency_code
where
    rolled.opening + rolled.debit - rolled.credit <> rolled.closing
    or rolled.closing_before + coalesce(opened.opened, 0) <> rolled.opening

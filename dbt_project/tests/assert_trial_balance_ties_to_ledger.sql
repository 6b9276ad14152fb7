-- Turnover on the report is the posted turnover of the ledger, account by account, from the ledger's first period on:
-- before it, and where a branch sends balances alone, the report shows what the branch printed.
with ledger as (
    select
        branch_id,
        ledger,
        fiscal_year,
        fiscal_period,
        account_code,
        sum(debit_amount_functional) as debit,
        sum(credit_amount_functional) as credit
    from {{ ref('fct_gl_balance') }}
    where is_posted and entry_kind <> 'opening'
    group by branch_id, ledger, fiscal_year, fiscal_period, account_code
),

first_booked as (
    select
        branch_id,
        ledger,
        min(fiscal_year * 100 + fiscal_period) as period_number
    from ledger
    group by branch_id, ledger
),

report as (
    select
        balance.branch_id,
        balance.ledger,
        balance.fiscal_year,
        balance.fiscal_period,
        balance.account_code,
        sum(balance.debit_amount_functional) as debit,
        sum(balance.credit_amount_functional) as credit
    from {{ ref('rpt_branch_trial_balance') }} as balance
    inner join first_booked
        on
            balance.branch_id = first_booked.branch_id
            and balance.ledger = first_booked.ledger
            and balance.fiscal_year * 100 + balance.fiscal_period >= first_booked.period_number
    group by
        balance.branch_id,
        balance.ledger,
        balance.fiscal_year,
        balance.fiscal_period,
        balance.account_code
)

select
    coalesce(ledger.branch_id, report.branch_id) as branch_id,
    coalesce(ledger.fiscal_year, report.fiscal_year) as fiscal_year,
    coalesce(ledger.fiscal_period, report.fiscal_period) as fiscal_period,
    coalesce(ledger.account_code, report.account_code) as account_code
from ledger
full outer join report
    on
        ledger.branch_id = report.branch_id
        and ledger.ledger = report.ledger
        and ledger.fiscal_year = report.fiscal_year
        and ledger.fiscal_period = report.fiscal_period
        and ledger.account_code = report.account_code
where
    coalesce(ledger.debit, 0) <> coalesce(report.debit, 0)
    or coalesce(ledger.credit, 0) <> coalesce(report.credit, 0)

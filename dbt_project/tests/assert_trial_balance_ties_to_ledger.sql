-- Turnover on the report is the posted turnover of the ledger, account by account.
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

report as (
    select
        branch_id,
        ledger,
        fiscal_year,
        fiscal_period,
        account_code,
        sum(debit_amount_functional) as debit,
        sum(credit_amount_functional) as credit
    from {{ ref('rpt_branch_trial_balance') }}
    group by branch_id, ledger, fiscal_year, fiscal_period, account_code
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

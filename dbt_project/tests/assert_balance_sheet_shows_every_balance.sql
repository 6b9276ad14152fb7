-- The balance sheet leaves no account out: its lines add up to the closing balances of all accounts.
with statement as (
    select
        branch_id,
        ledger,
        fiscal_year,
        fiscal_period,
        sum(case when section in ('assets', 'unmapped') then amount_functional else -amount_functional end) as total
    from {{ ref('rpt_branch_balance_sheet') }}
    where section <> 'memo'
    group by branch_id, ledger, fiscal_year, fiscal_period
),

report as (
    select
        branch_id,
        ledger,
        fiscal_year,
        fiscal_period,
        sum(closing_balance_amount_functional) as total
    from {{ ref('rpt_branch_trial_balance') }}
    group by branch_id, ledger, fiscal_year, fiscal_period
)

select
    report.branch_id,
    report.fiscal_year,
    report.fiscal_period
from report
left join statement
    on
        report.branch_id = statement.branch_id
        and report.ledger = statement.ledger
        and report.fiscal_year = statement.fiscal_year
        and report.fiscal_period = statement.fiscal_period
where statement.total is null or statement.total <> report.total

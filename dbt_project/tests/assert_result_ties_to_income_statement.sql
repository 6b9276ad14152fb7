-- The result on the balance sheet is the income statement's, year to date; the indicators' net profit is the month's.
with income as (
    select
        branch_id,
        ledger,
        fiscal_year,
        fiscal_period,
        sum(case when account_type = 'revenue' then 1 else -1 end * amount_functional) as result_of_period,
        sum(case when account_type = 'revenue' then 1 else -1 end * year_to_date_amount_functional) as result_to_date
    from {{ ref('rpt_branch_income_statement') }}
    group by branch_id, ledger, fiscal_year, fiscal_period
),

sheet as (
    select
        branch_id,
        ledger,
        fiscal_year,
        fiscal_period,
        sum(amount_functional) as amount_functional
    from {{ ref('rpt_branch_balance_sheet') }}
    where statement_line = 'result_for_the_year'
    group by branch_id, ledger, fiscal_year, fiscal_period
),

indicator as (
    select
        branch_id,
        ledger,
        fiscal_year,
        fiscal_period,
        sum(net_profit_amount_functional) as amount_functional
    from {{ ref('kpi_monthly') }}
    group by branch_id, ledger, fiscal_year, fiscal_period
)

select
    income.branch_id,
    income.fiscal_year,
    income.fiscal_period
from income
left join sheet
    on
        income.branch_id = sheet.branch_id
        and income.ledger = sheet.ledger
        and income.fiscal_year = sheet.fiscal_year
        and income.fiscal_period = sheet.fiscal_period
left join indicator
    on
        income.branch_id = indicator.branch_id
        and income.ledger = indicator.ledger
        and income.fiscal_year = indicator.fiscal_year
        and income.fiscal_period = indicator.fiscal_period
where
    coalesce(sheet.amount_functional, 0) <> income.result_to_date
    or coalesce(indicator.amount_functional, 0) <> income.result_of_period

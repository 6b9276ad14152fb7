{# Unmapped balances count on the side of the assets: they are shown, not hidden, and have a check of their own. So has
   what a branch's own opening balances lack: it runs through every later period and is no error of these. #}
with period as (
    select
        branch_id,
        ledger,
        fiscal_year,
        fiscal_period,
        functional_currency_code,
        coalesce(sum(amount_functional) filter (where section in ('assets', 'unmapped')), 0) as assets,
        coalesce(sum(amount_functional) filter (where section in ('liabilities', 'equity')), 0) as funding
    from {{ ref('rpt_branch_balance_sheet') }}
    group by branch_id, ledger, fiscal_year, fiscal_period, functional_currency_code
),

opening as (
    select
        branch_id,
        ledger,
        fiscal_year,
        functional_currency_code,
        sum(amount_functional) as lacking
    from {{ ref('int_year_opening') }}
    group by branch_id, ledger, fiscal_year, functional_currency_code
),

anchored as (
    select
        period.branch_id,
        period.ledger,
        period.fiscal_year,
        period.fiscal_period,
        period.functional_currency_code,
        period.assets,
        period.funding,
        max(opening.fiscal_year) as opening_year
    from period
    left join opening
        on
            period.branch_id = opening.branch_id
            and period.ledger = opening.ledger
            and period.functional_currency_code = opening.functional_currency_code
            and period.fiscal_year >= opening.fiscal_year
    group by
        period.branch_id,
        period.ledger,
        period.fiscal_year,
        period.fiscal_period,
        period.functional_currency_code,
        period.assets,
        period.funding
),

explained as (
    select
        anchored.branch_id,
        anchored.ledger,
        anchored.fiscal_year,
        anchored.fiscal_period,
        anchored.functional_currency_code,
        anchored.funding,
        anchored.assets - coalesce(opening.lacking, 0) as assets
    from anchored
    left join opening
        on
            anchored.branch_id = opening.branch_id
            and anchored.ledger = opening.ledger
            and anchored.functional_currency_code = opening.functional_currency_code
            and anchored.opening_year = opening.fiscal_year
)

select
    'balance_sheet' as check_name,
    'branch' as scope,
    period.branch_id,
    {{ period_label('period') }} as subject,
    period.functional_currency_code as currency_code,
    cast(period.assets as string) as expected,
    cast(period.funding as string) as actual,
    {{ minor_units('(period.funding - period.assets)', 'currency.minor_factor') }} as difference_minor,
    period.assets = period.funding as passed
from explained as period
left join {{ ref('currency') }} as currency
    on period.functional_currency_code = currency.currency_code

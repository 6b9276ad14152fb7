{# Unmapped balances count on the side of the assets: they are shown, not hidden, and have a check of their own. #}
with period as (
    select
        branch_id,
        ledger,
        fiscal_year,
        fiscal_period,
        functional_currency_code,
        coalesce(sum(amount_functional) filter (where section in ('assets', 'unmapped')), 0) as assets,
        coalesce(sum(amount_functional) filter (where section in ('liabilities', 'equity')), 0) as funding
    from {{ ref('rpt_balance_sheet') }}
    group by branch_id, ledger, fiscal_year, fiscal_period, functional_currency_code
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
from period
left join {{ ref('currency') }} as currency
    on period.functional_currency_code = currency.currency_code

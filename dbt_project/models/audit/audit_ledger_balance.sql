with period as (
    select
        branch_id,
        ledger,
        fiscal_year,
        fiscal_period,
        functional_currency_code,
        sum(debit_amount_functional) as debit,
        sum(credit_amount_functional) as credit
    from {{ ref('fct_gl_balance') }}
    where is_posted
    group by branch_id, ledger, fiscal_year, fiscal_period, functional_currency_code
)

select
    'ledger_balance' as check_name,
    'branch' as scope,
    period.branch_id,
    {{ period_label('period') }} as subject,
    period.functional_currency_code as currency_code,
    cast(period.debit as string) as expected,
    cast(period.credit as string) as actual,
    {{ minor_units('(period.credit - period.debit)', 'currency.minor_factor') }} as difference_minor,
    period.debit = period.credit as passed
from period
left join {{ ref('currency') }} as currency
    on period.functional_currency_code = currency.currency_code

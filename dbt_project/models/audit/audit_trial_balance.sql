{# Accounts are compared one by one and their differences added without sign, so that two errors never cancel. Books
   that are made up of printed balances are no second witness to them and are not compared. #}
with period as (
    select
        branch_id,
        ledger,
        fiscal_year,
        fiscal_period,
        functional_currency_code,
        sum(abs(opening_difference_amount_functional)) as opening_difference,
        sum(abs(movement_difference_amount_functional)) as movement_difference,
        sum(abs(closing_difference_amount_functional)) as closing_difference
    from {{ ref('recon_ledger_to_trial_balance') }}
    where coalesce(explained_by, '') <> 'balances_only'
    group by branch_id, ledger, fiscal_year, fiscal_period, functional_currency_code
),

measured as (
    select
        branch_id,
        ledger,
        fiscal_year,
        fiscal_period,
        functional_currency_code,
        'opening' as aspect,
        opening_difference as difference
    from period
    union all
    select
        branch_id,
        ledger,
        fiscal_year,
        fiscal_period,
        functional_currency_code,
        'movement' as aspect,
        movement_difference as difference
    from period
    union all
    select
        branch_id,
        ledger,
        fiscal_year,
        fiscal_period,
        functional_currency_code,
        'closing' as aspect,
        closing_difference as difference
    from period
)

select
    'trial_balance' as check_name,
    'branch' as scope,
    measured.branch_id,
    {{ period_label('measured') }} || ' ' || measured.aspect as subject,
    measured.functional_currency_code as currency_code,
    'ledger equals trial balance on every account' as expected,
    'accounts differ by ' || cast(measured.difference as string) || ' together' as actual,
    {{ minor_units('measured.difference', 'currency.minor_factor') }} as difference_minor,
    measured.difference = 0 as passed
from measured
left join {{ ref('currency') }} as currency
    on measured.functional_currency_code = currency.currency_code

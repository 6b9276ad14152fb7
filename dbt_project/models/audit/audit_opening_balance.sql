{# Where a year begins with the balances that the branch's own trial balance prints, these should add up to nothing.
   What they lack is the branch's to explain; it is named here, so that the balance sheet's check tells our errors from it. #}
with opening as (
    select
        branch_id,
        ledger,
        fiscal_year,
        functional_currency_code,
        sum(amount_functional) as amount_functional
    from {{ ref('int_year_opening') }}
    group by branch_id, ledger, fiscal_year, functional_currency_code
)

select
    'opening_balance' as check_name,
    'branch' as scope,
    opening.branch_id,
    opening.ledger || ' ' || cast(opening.fiscal_year as string) as subject,
    opening.functional_currency_code as currency_code,
    'opening balances add up to 0' as expected,
    cast(opening.amount_functional as string) as actual,
    {{ minor_units('opening.amount_functional', 'currency.minor_factor') }} as difference_minor,
    opening.amount_functional = 0 as passed
from opening
left join {{ ref('currency') }} as currency
    on opening.functional_currency_code = currency.currency_code

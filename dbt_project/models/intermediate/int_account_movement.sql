{# What the posted ledger moved per account and fiscal period, opening and closing entries apart. Whoever needs net
   figures takes debit minus credit. #}
select
    branch_id,
    ledger,
    fiscal_year,
    fiscal_period,
    account_code,
    functional_currency_code,
    {{ money(
        "coalesce(sum(debit_amount_functional - credit_amount_functional) filter (where entry_kind = 'opening'), 0)"
    ) }}
        as opening_entries_amount_functional,
    {{ money("coalesce(sum(debit_amount_functional) filter (where entry_kind <> 'opening'), 0)") }}
        as debit_amount_functional,
    {{ money("coalesce(sum(credit_amount_functional) filter (where entry_kind <> 'opening'), 0)") }}
        as credit_amount_functional,
    {{ money(
        "coalesce(sum(debit_amount_functional - credit_amount_functional) filter (where entry_kind = 'closing'), 0)"
    ) }}
        as closing_entries_amount_functional,
    max(case when entry_kind = 'opening' then 1 else 0 end) as has_opening_entries
from {{ ref('fct_gl_balance') }}
where is_posted
group by
    branch_id,
    ledger,
    fiscal_year,
    fiscal_period,
    account_code,
    functional_currency_code

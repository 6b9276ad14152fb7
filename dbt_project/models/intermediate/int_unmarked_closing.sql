{# Year-end closing entries that the branch does not mark as such: in a period at whose end every result account is
   empty, the documents that lie on result and equity accounts alone. #}
select
    branch_id,
    ledger,
    fiscal_year,
    fiscal_period,
    account_code,
    cost_center_code,
    movement_type,
    functional_currency_code,
    {{ money('0') }} as amount_functional
from {{ ref('fct_gl_balance') }}
where false

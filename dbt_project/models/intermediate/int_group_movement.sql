{{ config(materialized='view') }}
{# Everything that counts in a unit's books, before years are closed: one list of the models that say what. Each of them
   has the columns of `fct_group_balance`. #}
{% set parts = [
    'int_unit_reported',
    'int_unit_translated',
    'int_unit_budget',
    'int_adjustment',
    'int_elimination_intercompany',
    'int_elimination_stock_profit',
    'int_capital_elimination',
] %}
{% for part in parts -%}
select
    scenario,
    unit_id,
    stage,
    branch_id,
    partner_branch_id,
    ledger,
    group_period,
    group_account_code,
    movement_type,
    rule,
    functional_currency_code,
    amount_functional,
    group_currency_code,
    amount_group,
    reason,
    source_kind,
    source_reference,
    made_by,
    approved_by
from {{ ref(part) }}
{{ 'union all' if not loop.last }}
{% endfor %}

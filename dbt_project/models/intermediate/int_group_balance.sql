{{ config(materialized='view') }}
{# All movements of all units. What counts is listed in `int_group_movement`; years are closed here. #}
{% for part in ['int_group_movement', 'int_year_roll'] -%}
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

{{ config(alias='statement_state') }}
{# Written after all that is told from the one of the night before. #}
{{ built_after('int_statement_change') }}
{% for statement in [
    'rpt_trial_balance', 'rpt_income_statement', 'rpt_balance_sheet', 'rpt_cash_flow', 'rpt_changes_in_equity',
    'rpt_roll_forward',
] -%}
-- depends_on: {{ ref(statement) }}
{% endfor %}
select
    unit_id,
    month_index,
    row_count,
    content_number
from {{ ref('int_statement_state') }}

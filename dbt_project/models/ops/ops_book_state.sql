{{ config(alias='book_state') }}
{# Written after all that is told from the one of the night before. #}
{{ built_after('int_book_change') }}
{% for book in [
    'int_account_balance', 'int_account_position', 'int_branch_movement', 'rpt_branch_trial_balance',
    'rpt_branch_income_statement', 'rpt_branch_balance_sheet',
] -%}
-- depends_on: {{ ref(book) }}
{% endfor %}
select
    branch_id,
    row_count,
    content_number
from {{ ref('int_book_state') }}

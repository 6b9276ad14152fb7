{# What the statements of units have in common. Not here: arithmetic of money (money.sql). #}

{# A month 'YYYY-MM' as a whole number that grows by one a month, so that months can be counted. #}
{% macro month_index(month_expression) -%}
    (cast(substring({{ month_expression }}, 1, 4) as bigint) * 12
    + cast(substring({{ month_expression }}, 6, 2) as bigint) - 1)
{%- endmacro %}

{# A code as a label: `trade_receivables` reads "Trade receivables". #}
{% macro label_of(code_expression) -%}
    upper(substring({{ code_expression }}, 1, 1)) || replace(substring({{ code_expression }}, 2), '_', ' ')
{%- endmacro %}

{# What tells one line's months from another line's, in a relation of a statement's lines. #}
{% macro statement_series(keys, order_by='order by month_index') -%}
    partition by scenario, unit_id, currency_view, ledger, {{ keys | join(', ') }} {{ order_by }}
{%- endmacro %}

{% macro statement_columns() -%}
    {% do return(['section', 'line_code', 'line_name', 'parent_code', 'level', 'is_total', 'sort_order']) %}
{%- endmacro %}

{# Comparatives of flows: beside month_amount, quarter_amount and year_amount of `relation`, which lacks no month between
   a line's first and last, stand those of the month before, of the quarter before at the same place, of the year before. #}
{% macro with_flow_comparatives(relation, keys=['section', 'line_code']) -%}
    select
        *,
        lag(month_amount, 1) over ({{ statement_series(keys) }}) as month_prior_amount,
        lag(month_amount, 12) over ({{ statement_series(keys) }}) as month_prior_year_amount,
        lag(quarter_amount, 3) over ({{ statement_series(keys) }}) as quarter_prior_amount,
        lag(quarter_amount, 12) over ({{ statement_series(keys) }}) as quarter_prior_year_amount,
        lag(year_amount, 12) over ({{ statement_series(keys) }}) as year_prior_amount,
        lag(year_amount, 12) over ({{ statement_series(keys) }}) as year_prior_year_amount
    from {{ relation }}
{%- endmacro %}

{# Comparatives of balances: beside closing_amount of `relation`, which lacks no month between a line's first and last,
   stand those of the month before, of the month before the quarter and the year began, and of the year before. #}
{% macro with_balance_comparatives(relation, keys) -%}
    select
        *,
        max(case when month_index = quarter_index then month_prior_amount end) over (
            {{ statement_series(keys, order_by='') }}, quarter_index
        ) as quarter_prior_amount,
        max(case when month_index = year_index then month_prior_amount end) over (
            {{ statement_series(keys, order_by='') }}, year_index
        ) as year_prior_amount
    from (
        select
            *,
            lag(closing_amount, 1) over ({{ statement_series(keys) }}) as month_prior_amount,
            lag(closing_amount, 12) over ({{ statement_series(keys) }}) as prior_year_amount
        from {{ relation }}
    ) as with_priors
{%- endmacro %}

{# The long form that every statement has, as the last CTEs and the select of its model: one row per line and kind of
   period. `measured` holds <kind>_amount, <kind>_prior_amount and <kind>_prior_year_amount of month, quarter and year,
   `keys` tell its lines apart, `spans` are more amounts of that kind. The budget has no ledger of its own: it stands beside each. #}
{% macro statement_rows(measured, keys=['section', 'line_code'], spans=[]) -%}
    {%- set carried = (statement_columns() + keys) | unique | list -%}
    spanned as (
        {% for kind, name in (('month', 'month'), ('quarter', 'quarter'), ('year', 'year_to_date')) -%}
        {{ 'union all' if not loop.first }}
        select
            scenario,
            unit_id,
            unit_kind,
            group_period,
            '{{ name }}' as period_kind,
            currency_view,
            currency_code,
            ledger,
            {{ carried | join(', ') }},
            {% for span in spans -%}
            {{ kind }}_{{ span }} as {{ span }},
            {% endfor -%}
            {{ kind }}_amount as amount,
            {{ kind }}_prior_amount as prior_period_amount,
            {{ kind }}_prior_year_amount as prior_year_amount
        from {{ measured }}
        where not is_before
        {% endfor %}
    ),

    budget as (
        select
            unit_id,
            currency_view,
            group_period,
            period_kind,
            {{ keys | join(', ') }},
            sum(amount) as amount
        from spanned
        where scenario = 'budget'
        group by unit_id, currency_view, group_period, period_kind, {{ keys | join(', ') }}
    )

    select
        spanned.scenario,
        spanned.unit_id,
        spanned.unit_kind,
        spanned.group_period,
        spanned.period_kind,
        spanned.currency_view,
        spanned.currency_code,
        spanned.ledger,
        {% for column in carried -%}
        spanned.{{ column }},
        {% endfor -%}
        {% for span in spans -%}
        {{ money('spanned.' ~ span) }} as {{ span }},
        {% endfor -%}
        {{ money('spanned.amount') }} as amount,
        {{ money('spanned.prior_period_amount') }} as prior_period_amount,
        {{ money('spanned.prior_year_amount') }} as prior_year_amount,
        {{ money('budget.amount') }} as budget_amount
    from spanned
    left join budget
        on
            spanned.unit_id = budget.unit_id
            and spanned.currency_view = budget.currency_view
            and spanned.group_period = budget.group_period
            and spanned.period_kind = budget.period_kind
            {%- for key in keys %}
            and spanned.{{ key }} = budget.{{ key }}
            {%- endfor %}
{%- endmacro %}

{# Where a movement stands between a balance's opening and its closing. #}
{% macro movement_order(movement_expression) -%}
    case {{ movement_expression }}
        {% for movement in [
            'opening_balance', 'result', 'other_comprehensive_income', 'translation_difference', 'reclassification',
            'capital', 'dividend', 'addition', 'drawdown', 'disposal', 'repayment', 'depreciation', 'amortisation',
            'impairment', 'acquisition', 'deconsolidation',
        ] -%}
        when '{{ movement }}' then {{ loop.index }}
        {% endfor -%}
        when 'closing_balance' then 99
        else 50
    end
{%- endmacro %}

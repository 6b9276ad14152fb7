{# What the two engines write differently. #}

{# One row per day from `first` to `last` (date expressions), inclusive, as column `calendar_date` of a select. #}
{% macro days_between(first, last) -%}
    {{ adapter.dispatch('days_between', 'tieout')(first, last) }}
{%- endmacro %}

{% macro default__days_between(first, last) -%}
    explode(sequence({{ first }}, {{ last }}, interval 1 day)) as calendar_date
{%- endmacro %}

{% macro duckdb__days_between(first, last) -%}
    cast(unnest(generate_series({{ first }}, {{ last }}, interval 1 day)) as date) as calendar_date
{%- endmacro %}

{# The month of a date as 'YYYY-MM', and the first day of such a month. #}
{% macro month_of(date_expression) -%}
    substring(cast({{ date_expression }} as string), 1, 7)
{%- endmacro %}

{% macro first_day_of(month_expression) -%}
    cast({{ month_expression }} || '-01' as date)
{%- endmacro %}

{# The month before a date's own: the month that a delivery reports when nothing else says so. #}
{% macro month_before(date_expression) -%}
    {{ adapter.dispatch('month_before', 'tieout')(date_expression) }}
{%- endmacro %}

{% macro default__month_before(date_expression) -%}
    substring(cast(add_months({{ date_expression }}, -1) as string), 1, 7)
{%- endmacro %}

{% macro duckdb__month_before(date_expression) -%}
    substring(cast(cast({{ date_expression }} - interval 1 month as date) as string), 1, 7)
{%- endmacro %}

{# The month after a date's own. #}
{% macro month_after(date_expression) -%}
    {{ adapter.dispatch('month_after', 'tieout')(date_expression) }}
{%- endmacro %}

{% macro default__month_after(date_expression) -%}
    substring(cast(add_months({{ date_expression }}, 1) as string), 1, 7)
{%- endmacro %}

{% macro duckdb__month_after(date_expression) -%}
    substring(cast(cast({{ date_expression }} + interval 1 month as date) as string), 1, 7)
{%- endmacro %}

{# The day after a date. #}
{% macro day_after(date_expression) -%}
    {{ adapter.dispatch('day_after', 'tieout')(date_expression) }}
{%- endmacro %}

{% macro default__day_after(date_expression) -%}
    date_add({{ date_expression }}, 1)
{%- endmacro %}

{% macro duckdb__day_after(date_expression) -%}
    cast({{ date_expression }} + interval 1 day as date)
{%- endmacro %}

{# Whole days from one date to another. #}
{% macro days_from(first, last) -%}
    {{ adapter.dispatch('days_from', 'tieout')(first, last) }}
{%- endmacro %}

{% macro default__days_from(first, last) -%}
    cast(datediff({{ last }}, {{ first }}) as bigint)
{%- endmacro %}

{% macro duckdb__days_from(first, last) -%}
    cast({{ last }} - {{ first }} as bigint)
{%- endmacro %}

{% macro day_before(date_expression) -%}
    {{ adapter.dispatch('day_before', 'tieout')(date_expression) }}
{%- endmacro %}

{% macro default__day_before(date_expression) -%}
    date_sub({{ date_expression }}, 1)
{%- endmacro %}

{% macro duckdb__day_before(date_expression) -%}
    cast({{ date_expression }} - interval 1 day as date)
{%- endmacro %}

{# Columns of a row as one whole number, so that rows can be told from other rows by the sum of theirs. #}
{% macro row_hash(columns) -%}
    {{ adapter.dispatch('row_hash', 'tieout')(columns) }}
{%- endmacro %}

{% macro default__row_hash(columns) -%}
    cast(xxhash64({{ columns | join(', ') }}) as decimal(38, 0))
{%- endmacro %}

{% macro duckdb__row_hash(columns) -%}
    cast(hash({{ columns | join(', ') }}) as decimal(38, 0))
{%- endmacro %}

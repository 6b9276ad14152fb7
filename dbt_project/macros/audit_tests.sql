{# What several audit tests need: the limits that a governed table sets, and the parts of a document's number. #}

{# Joins the limit `parameter` of `test` that holds for the branch of `of` (an alias with branch_id) as `alias`. #}
{% macro join_audit_limit(alias, test, parameter, of) -%}
    inner join {{ ref('int_audit_limit') }} as {{ alias }}
        on
            {{ of }}.branch_id = {{ alias }}.branch_id
            and {{ alias }}.test = '{{ test }}'
            and {{ alias }}.parameter = '{{ parameter }}'
{%- endmacro %}

{# The digits at the end of a number, up to 18 of them, as a whole number; null where there are none. #}
{% macro trailing_number(expression) -%}
    case
        when length({{ trailing_digits(expression) }}) between 1 and 18
            then cast({{ trailing_digits(expression) }} as bigint)
    end
{%- endmacro %}

{% macro trailing_digits(expression) -%}
    regexp_extract({{ expression }}, '([0-9]+)$', 1)
{%- endmacro %}

{# A number as one would read it out: without blanks, dots, strokes and dashes. DuckDB replaces the first hit only unless
   it is told otherwise. #}
{% macro letters_and_digits(expression) -%}
    {{ adapter.dispatch('letters_and_digits', 'tieout')(expression) }}
{%- endmacro %}

{% macro default__letters_and_digits(expression) -%}
    regexp_replace({{ expression }}, '[^A-Za-z0-9]', '')
{%- endmacro %}

{% macro duckdb__letters_and_digits(expression) -%}
    regexp_replace({{ expression }}, '[^A-Za-z0-9]', '', 'g')
{%- endmacro %}

{# What stands before those digits: numbers with the same beginning are one series. #}
{% macro number_prefix(expression) -%}
    substring({{ expression }}, 1, cast(length({{ expression }}) - length({{ trailing_digits(expression) }}) as int))
{%- endmacro %}

{# Whether a day is a Saturday or Sunday. #}
{% macro is_weekend(date_expression) -%}
    {{ adapter.dispatch('is_weekend', 'tieout')(date_expression) }}
{%- endmacro %}

{% macro default__is_weekend(date_expression) -%}
    weekday({{ date_expression }}) >= 5
{%- endmacro %}

{% macro duckdb__is_weekend(date_expression) -%}
    isodow({{ date_expression }}) >= 6
{%- endmacro %}

{# The first digit of an amount of 10 or more, 1 to 9; smaller ones say little and are left out (null). #}
{% macro first_digit(expression) -%}
    case
        when abs({{ expression }}) >= 10
            then cast(substring(cast(cast(floor(abs({{ expression }})) as decimal(38, 0)) as string), 1, 1) as bigint)
    end
{%- endmacro %}

{# The arithmetic of money lives here and nowhere else: no model divides, rounds or casts an amount by itself. #}

{# An amount as every table stores it. A sum that does not fit is an error, never a wrong number. #}
{% macro money(expression) -%}
    cast({{ expression }} as decimal(20, 4))
{%- endmacro %}

{# The only rounding: half away from zero, to `digits` decimals. Both engines' round() does this on decimals. #}
{% macro rounded(expression, digits) -%}
    cast(round(cast({{ expression }} as decimal(38, 10)), {{ digits }}) as decimal(38, {{ digits }}))
{%- endmacro %}

{# The only division. `numerator` and `denominator` are money; the result is a per cent figure with four decimals,
   never money, null where the denominator is null or zero. Exact: whole-number arithmetic on ten-thousandths,
   rounded half away from zero. #}
{% macro ratio_pct(numerator, denominator) -%}
    {{ adapter.dispatch('ratio_pct', 'tieout')(numerator, denominator) }}
{%- endmacro %}

{% macro default__ratio_pct(numerator, denominator) -%}
    {{ _ratio_pct(numerator, denominator, 'decimal(38, 0)', 'div') }}
{%- endmacro %}

{% macro duckdb__ratio_pct(numerator, denominator) -%}
    {{ _ratio_pct(numerator, denominator, 'hugeint', '//') }}
{%- endmacro %}

{% macro _ratio_pct(numerator, denominator, whole, divide) -%}
    case
        when {{ denominator }} <> 0
            then cast(
                sign({{ numerator }}) * sign({{ denominator }})
                * (
                    (
                        cast(abs({{ numerator }}) * 10000 as {{ whole }}) * 2000000
                        + cast(abs({{ denominator }}) * 10000 as {{ whole }})
                    )
                    {{ divide }} (cast(abs({{ denominator }}) * 10000 as {{ whole }}) * 2)
                ) as decimal(38, 0)
            ) * cast(0.0001 as decimal(5, 4))
    end
{%- endmacro %}

{# A difference in whole minor units of its currency, away from zero, so that no difference ever becomes nothing.
   `factor` is how many minor units make one unit (100 for most, 1 for JPY, 1000 for KWD). #}
{% macro minor_units(expression, factor) -%}
    cast(sign({{ expression }}) * ceil(abs({{ expression }}) * coalesce({{ factor }}, 100)) as bigint)
{%- endmacro %}

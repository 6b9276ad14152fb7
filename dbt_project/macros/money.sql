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

{# The one place where money is divided: amount x part / whole, rounded once, half away from zero, to minor units of a
   currency of `factor` minor units (100 for most, 1 for JPY, 1000 for KWD; 10000 for the four decimals that tables keep).
   `amount` may be money times a rate (14 decimals count), `part` and `whole` are money. Null where the whole is null or
   zero. Exact: a long division of whole numbers, whose remainder is carried until the one rounding. #}
{% macro prorated(amount, part, whole, factor=10000) -%}
    {{ adapter.dispatch('prorated', 'tieout')(amount, part, whole, factor) }}
{%- endmacro %}

{% macro default__prorated(amount, part, whole, factor) -%}
    {{ _prorated(amount, part, whole, factor, 'decimal(38, 0)') }}
{%- endmacro %}

{% macro duckdb__prorated(amount, part, whole, factor) -%}
    {{ _prorated(amount, part, whole, factor, 'hugeint') }}
{%- endmacro %}

{% macro _prorated(amount, part, whole, factor, type) -%}
    {%- set a -%}
        (
            cast(floor(abs(cast({{ amount }} as decimal(38, 14)))) as {{ type }})
            * cast(100000000000000 as {{ type }})
            + cast(
                abs(cast({{ amount }} as decimal(38, 14))) % cast(1 as decimal(1, 0)) * 100000000000000 as {{ type }}
            )
        )
    {%- endset -%}
    {%- set p = "cast(abs(" ~ money(part) ~ ") * 10000 as " ~ type ~ ")" -%}
    {%- set w = "cast(abs(" ~ money(whole) ~ ") * 10000 as " ~ type ~ ")" -%}
    {%- set f = "cast(coalesce(" ~ factor ~ ", 100) as " ~ type ~ ")" -%}
    {%- set left_over = "(" ~ a ~ " % " ~ w ~ ") * " ~ p -%}
    {%- set quotient = "(" ~ whole_division(a, w) ~ " * " ~ p ~ " + " ~ whole_division(left_over, w) ~ ")" -%}
    {%- set remainder = "((" ~ left_over ~ ") % " ~ w ~ ")" -%}
    {%- set carried = quotient ~ " * " ~ f ~ " + " ~ whole_division(remainder ~ " * " ~ f, w) -%}
    {%- set half = "cast(50000000000000 as " ~ type ~ ")" -%}
    {%- set one = "cast(100000000000000 as " ~ type ~ ")" -%}
    {%- set rounded_units = whole_division(carried ~ " + " ~ half, one) -%}
    case
        when {{ whole }} <> 0
            then cast(
                case when (({{ amount }} < 0) <> ({{ part }} < 0)) <> ({{ whole }} < 0) then -1 else 1 end
                * cast(
                    {{ rounded_units }}
                    * {{ whole_division("cast(10000 as " ~ type ~ ")", f) }} as decimal(32, 0)
                )
                * cast(0.0001 as decimal(4, 4)) as decimal(20, 4)
            )
    end
{%- endmacro %}

{# How often a whole number goes into another; the rest is dropped. #}
{% macro whole_division(number, by) -%}
    {{ adapter.dispatch('whole_division', 'tieout')(number, by) }}
{%- endmacro %}

{% macro default__whole_division(number, by) -%}
    cast((({{ number }}) - ({{ number }}) % ({{ by }})) / ({{ by }}) as decimal(38, 0))
{%- endmacro %}

{% macro duckdb__whole_division(number, by) -%}
    (({{ number }}) // ({{ by }}))
{%- endmacro %}

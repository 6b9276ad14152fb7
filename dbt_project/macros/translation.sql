{# The arithmetic of rates. A rate has ten decimals as given; composed of two it has twenty, exactly, and stays so wide;
   beyond two it is kept to twenty. A wide rate is multiplied in two parts, since no engine has room for the product of
   an amount and twenty decimals: the first ten decimals, and what is left of it. #}

{% macro rate_high(rate) -%}
    cast(round({{ rate }}, 10) as decimal(17, 10))
{%- endmacro %}

{% macro rate_low(rate) -%}
    cast(cast({{ rate }} as decimal(37, 20)) - cast(round({{ rate }}, 10) as decimal(37, 20)) as decimal(20, 20))
{%- endmacro %}

{# An amount in another currency, rounded once, half away from zero, to the minor units of that currency
   (`minor_factor`: 1, 100, 1000 or 10000 minor units make one unit). Null where the rate is. #}
{% macro translated(amount, rate, minor_factor) -%}
    {{ to_minor_units(
        'cast(' ~ money(amount) ~ ' * ' ~ rate_high(rate) ~ ' as decimal(30, 14)) + cast('
        ~ money(amount) ~ ' * ' ~ rate_low(rate) ~ ' as decimal(26, 19))', minor_factor
    ) }}
{%- endmacro %}

{% macro to_minor_units(expression, minor_factor) -%}
    case coalesce({{ minor_factor }}, 100)
        when 1 then cast(round({{ expression }}, 0) as decimal(20, 4))
        when 1000 then cast(round({{ expression }}, 3) as decimal(20, 4))
        when 10000 then cast(round({{ expression }}, 4) as decimal(20, 4))
        else cast(round({{ expression }}, 2) as decimal(20, 4))
    end
{%- endmacro %}

{# Two rates one after the other: from the first currency by way of the second. `rate` has ten decimals. #}
{% macro composed_rate(wide_rate, rate) -%}
    cast(
        cast({{ rate_high(wide_rate) }} * cast({{ rate }} as decimal(19, 10)) as decimal(37, 20))
        + cast({{ rate_low(wide_rate) }} * cast({{ rate }} as decimal(19, 10)) as decimal(37, 20))
        as decimal(38, 20)
    )
{%- endmacro %}

{# One unit the other way round: 1 / rate to ten decimals, in whole numbers, rounded half away from zero. #}
{% macro inverse_rate(rate) -%}
    {{ adapter.dispatch('inverse_rate', 'tieout')(rate) }}
{%- endmacro %}

{% macro default__inverse_rate(rate) -%}
    {{ _inverse_rate(rate, 'decimal(38, 0)', 'div') }}
{%- endmacro %}

{% macro duckdb__inverse_rate(rate) -%}
    {{ _inverse_rate(rate, 'hugeint', '//') }}
{%- endmacro %}

{% macro _inverse_rate(rate, whole, divide) -%}
    case
        when {{ rate }} > 0
            then cast(
                cast(
                    (
                        cast(200000000000000000000 as {{ whole }})
                        + cast(cast({{ rate }} as decimal(20, 10)) * 10000000000 as {{ whole }})
                    )
                    {{ divide }} (cast(cast({{ rate }} as decimal(20, 10)) * 10000000000 as {{ whole }}) * 2)
                    as decimal(27, 0)
                ) * cast(0.0000000001 as decimal(10, 10)) as decimal(20, 10)
            )
    end
{%- endmacro %}

{# The first group month that counts when control begins on a day, and the last when it ends on one: the month end
   nearest to the change decides, the earlier of two equally near ones. #}
{% macro first_month_of_control(first_day) -%}
    case
        when {{ first_day }} < date '1900-02-01' then '1900-01'
        when {{ days_from(first_day_of(month_of(first_day)), first_day) }} * 2
            <= {{ days_from(first_day_of(month_of(first_day)), 'last_day(' ~ first_day ~ ')') }} + 1
            then {{ month_of(first_day) }}
        else {{ month_of(day_after('last_day(' ~ first_day ~ ')')) }}
    end
{%- endmacro %}

{% macro last_month_of_control(last_day) -%}
    case
        when {{ last_day }} = date '9999-12-31' then '9999-12'
        when ({{ days_from(first_day_of(month_of(last_day)), last_day) }} + 1) * 2
            <= {{ days_from(first_day_of(month_of(last_day)), 'last_day(' ~ last_day ~ ')') }} + 1
            then {{ month_before(first_day_of(month_of(last_day))) }}
        else {{ month_of(last_day) }}
    end
{%- endmacro %}

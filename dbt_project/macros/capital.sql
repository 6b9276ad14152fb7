{# What the consolidation of capital computes with. #}

{# `pct` per cent of an amount, rounded once to whole minor units, half away from zero. #}
{% macro share_of(amount, pct, minor_factor) -%}
    {{ to_minor_units(
        money(amount) ~ ' * cast(cast(' ~ pct ~ ' as decimal(20, 10)) * 0.01 as decimal(16, 12))', minor_factor
    ) }}
{%- endmacro %}

{# An amount taken back through the rate with which it was translated; fourteen decimals of the rate count. #}
{% macro translated_back(amount, rate, minor_factor) -%}
    {{ prorated(
        amount, 'cast(10000000000 as decimal(20, 4))',
        '(cast(' ~ rate ~ ' as decimal(20, 14)) * cast(10000000000 as decimal(11, 0)))', minor_factor
    ) }}
{%- endmacro %}

{# A group month as a number that counts months: differences of two are months between them. #}
{% macro month_number(group_period) -%}
    (cast(substring({{ group_period }}, 1, 4) as bigint) * 12 + cast(substring({{ group_period }}, 6, 2) as bigint))
{%- endmacro %}

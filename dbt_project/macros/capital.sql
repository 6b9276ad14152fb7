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

{# The part of others' interests that changes hands at a `step` from one percentage of the owners to another. #}
{% macro changing_hands(held) -%}
    {{ prorated(
        held, '((step.effective_pct - step.pct_before) * 1000000)', '((100 - step.pct_before) * 1000000)',
        'step.minor_factor'
    ) }}
{%- endmacro %}

{# One change of interest under control: what others held before it and what of it moves. Where the owners had the whole,
   others begin. #}
{% macro interest_step(held, held_translation) -%}
    step.unit_id,
    step.branch_id,
    step.group_period,
    step.change_number,
    {{ money(held) }} as held_amount,
    {{ money(held_translation) }} as held_translation_amount,
    {{ money('case when step.pct_before = 100 then -step.begun_amount else -' ~ changing_hands(held) ~ ' end') }}
        as amount_group,
    {{ money(
        'case when step.pct_before = 100 then step.begun_translation_amount else -'
        ~ changing_hands(held_translation) ~ ' end'
    ) }} as translation_amount_group
{%- endmacro %}

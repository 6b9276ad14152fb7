{# How an audit names a fiscal period: ledger, year and two-digit period, as in `local 2026-P03`. #}
{% macro period_label(alias) -%}
    {{ alias }}.ledger || ' ' || cast({{ alias }}.fiscal_year as string) || '-P'
    || lpad(cast({{ alias }}.fiscal_period as string), 2, '0')
{%- endmacro %}

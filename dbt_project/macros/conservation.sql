{# One row per slice of a fact: its row count, as measure `rows`. #}
{% macro fact_slice_rows(dataset, fact) -%}
    select
        '{{ dataset }}' as dataset,
        branch_id,
        slice_period,
        'rows' as measure,
        '' as currency_code,
        cast(count(*) as decimal(38, 4)) as amount
    from {{ fact }}
    group by branch_id, slice_period
{%- endmacro %}

{# One row per slice, measure and currency of a fact: its sum, over rows that have an amount. #}
{% macro fact_slice_sum(dataset, fact, measure, currency) -%}
    select
        '{{ dataset }}' as dataset,
        branch_id,
        slice_period,
        '{{ measure }}' as measure,
        coalesce({{ currency }}, '') as currency_code,
        cast(sum({{ measure }}) as decimal(38, 4)) as amount
    from {{ fact }}
    where {{ measure }} is not null
    group by branch_id, slice_period, {{ currency }}
{%- endmacro %}

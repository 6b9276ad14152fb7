{# What a fact holds, slice by slice: its row count as measure `rows`, and per measure and currency its sum over the rows
   that have an amount. One pass over the fact; a night that builds on
   an earlier one reads the touched slices alone. #}
{% macro fact_slice_sums(dataset, fact) -%}
    {%- set sums = conserved_sums(dataset) -%}
    {%- set currencies = sums.values() | unique | list -%}
    select
        dataset,
        branch_id,
        slice_period,
        measure,
        currency_code,
        cast(sum(amount) as decimal(38, 4)) as amount
    from (
        with summed as (
            select
                dataset,
                branch_id,
                slice_period,
                {% for currency in currencies -%}
                coalesce({{ currency }}, '') as {{ currency }},
                {% endfor -%}
                {% for measure in sums -%}
                sum({{ measure }}) as {{ measure }},
                {% endfor -%}
                count(*) as row_count
            from {{ fact }}
            {% if is_incremental() -%}
            where (branch_id, slice_period) in (
                select touched.branch_id, touched.slice_period
                from ({{ touched_slices([dataset]) }}) as touched
            )
            {% endif -%}
            group by dataset, branch_id, slice_period
            {%- for currency in currencies %}, coalesce({{ currency }}, ''){% endfor %}
        )

        select
            dataset,
            branch_id,
            slice_period,
            'rows' as measure,
            '' as currency_code,
            cast(row_count as decimal(38, 4)) as amount
        from summed
        {% for measure, currency in sums.items() -%}
        union all
        select
            dataset,
            branch_id,
            slice_period,
            '{{ measure }}' as measure,
            {{ currency }} as currency_code,
            cast({{ measure }} as decimal(38, 4)) as amount
        from summed
        where {{ measure }} is not null
        {% endfor %}
    ) as measured
    group by dataset, branch_id, slice_period, measure, currency_code
{%- endmacro %}

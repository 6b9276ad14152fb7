{{ config(
    alias='repeated_key',
    materialized='incremental' if target.type == 'duckdb' else 'table',
    incremental_strategy='replace_all',
    on_schema_change='fail',
    meta={'owner': 'data_engineering'}
) }}

-- noqa: disable=LT02,LT09
{# Keys that stand more than once in a whole fact, also across slices. A key that no touched slice holds stands as often
   as it did last night; so whatever is repeated now is in a touched slice or was repeated then, and only these keys are
   counted, each over the whole fact. #}
{%- set parts = 5 -%}
with
{%- for dataset in sliced_datasets() -%}
{%- set key = ['branch_id'] + (key_columns(dataset) | list) -%}
{%- if key | length > parts + 1 -%}
    {% do exceptions.raise_compiler_error(
        "The key of " ~ dataset ~ " has more than " ~ parts ~ " columns: give ops_repeated_key another one."
    ) %}
{%- endif %}
{% if is_incremental() -%}
suspect_{{ dataset }} as (
    select
        {% for column in key -%}
        {{ column }}{{ ',' if not loop.last }}
        {% endfor %}
    from {{ ref('fct_' ~ dataset) }}
    where (branch_id, slice_period) in (
        select touched.branch_id, touched.slice_period
        from ({{ touched_slices([dataset]) }}) as touched
    )
    union
    select
        {% for column in key -%}
        known.{{ column }}{{ ',' if not loop.last }}
        {% endfor %}
    from {{ ref('fct_' ~ dataset) }} as known
    inner join {{ this }} as last_night
        on
            last_night.dataset = '{{ dataset }}'
            and known.branch_id = last_night.branch_id
            {% for column in key_columns(dataset) -%}
            and cast(known.{{ column }} as string) = last_night.key_{{ loop.index }}
            {% endfor %}
),

{% endif -%}
repeated_{{ dataset }} as (
    select
        '{{ dataset }}' as dataset,
        fact.branch_id,
        {% for n in range(1, parts + 1) -%}
        {% if n < key | length -%}
        cast(fact.{{ key[n] }} as string) as key_{{ n }},
        {% else -%}
        cast(null as string) as key_{{ n }},
        {% endif -%}
        {% endfor -%}
        count(*) as row_count
    from {{ ref('fct_' ~ dataset) }} as fact
    {% if is_incremental() -%}
    inner join suspect_{{ dataset }} as suspect
        on
            {% for column in key -%}
            {{ 'and ' if not loop.first }}fact.{{ column }} = suspect.{{ column }}
            {% endfor %}
    {%- endif %}
    group by
        {% for column in key -%}
        fact.{{ column }}{{ ',' if not loop.last }}
        {% endfor %}
    having count(*) > 1
){{ ',' if not loop.last }}
{% endfor %}

{% for dataset in sliced_datasets() -%}
select
    dataset,
    branch_id,
    {% for n in range(1, parts + 1) -%}
    key_{{ n }},
    {% endfor -%}
    row_count
from repeated_{{ dataset }}
{{ 'union all' if not loop.last }}
{% endfor %}

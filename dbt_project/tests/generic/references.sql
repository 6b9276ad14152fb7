{# Every combination of `columns` that is not null stands in `to`. #}
{% test references(model, columns, to, to_columns=none) %}
{%- set others = to_columns or columns -%}
with child as (
    select distinct {{ columns | join(', ') }}
    from {{ model }}
    where
        {% for column in columns -%}
        {{ 'and ' if not loop.first }}{{ column }} is not null
        {% endfor %}
),

parent as (
    select distinct
        {% for other in others -%}
        {{ other }}{{ ',' if not loop.last }}
        {% endfor %}
    from {{ to }}
)

select
    {% for column in columns -%}
    child.{{ column }}{{ ',' if not loop.last }}
    {% endfor %}
from child
left join parent
    on
        {% for column in columns -%}
        {{ 'and ' if not loop.first }}child.{{ column }} = parent.{{ others[loop.index0] }}
        {% endfor %}
where parent.{{ others[0] }} is null
{% endtest %}

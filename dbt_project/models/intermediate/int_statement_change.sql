{# The units whose statements are made of something else than in the version that the night builds on, and the first
   month of which that holds: 0 means all of them. Without such a version, every unit. #}
{%- set published = last_published('ops', 'statement_state') -%}
with state as (
    select
        unit_id,
        month_index,
        row_count,
        content_number
    from {{ ref('int_statement_state') }}
){% if published %},

published as (
    select
        unit_id,
        month_index,
        row_count,
        content_number
    from {{ published }}
)

select
    coalesce(state.unit_id, published.unit_id) as unit_id,
    min(coalesce(state.month_index, published.month_index)) as from_month_index
from state
full outer join published on state.unit_id = published.unit_id and state.month_index = published.month_index
where
    state.unit_id is null
    or published.unit_id is null
    or state.row_count <> published.row_count
    or state.content_number <> published.content_number
group by coalesce(state.unit_id, published.unit_id)
{% else %}

select
    unit_id,
    min(month_index) as from_month_index
from state
group by unit_id
{% endif %}

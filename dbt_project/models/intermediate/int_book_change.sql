{# The branches whose books are told from something else than in the version that the night builds on. Without such a
   version, every branch. #}
{%- set published = last_published('ops', 'book_state') -%}
with state as (
    select
        branch_id,
        row_count,
        content_number
    from {{ ref('int_book_state') }}
){% if published %},

published as (
    select
        branch_id,
        row_count,
        content_number
    from {{ published }}
)

select coalesce(state.branch_id, published.branch_id) as branch_id
from state
full outer join published on state.branch_id = published.branch_id
where
    state.branch_id is null
    or published.branch_id is null
    or state.row_count <> published.row_count
    or state.content_number <> published.content_number
{% else %}

select branch_id
from state
{% endif %}

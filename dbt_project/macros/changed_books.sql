{# The books of a branch are told anew, whole, when what they are told from is not what it was in the version that the
   night builds on (int_book_change); all others stay as they are. Tables in schema `kept` are published for that alone. #}

{# The rows of `model` of branches whose books are told anew; all of them where the night builds from nothing. #}
{% macro changed_books(model) -%}
    {%- if last_published('ops', 'book_state') -%}
    (
        select book_row.*
        from {{ ref(model) }} as book_row
        inner join {{ ref('int_book_change') }} as book_change on book_row.branch_id = book_change.branch_id
    )
    {%- else -%}
    {{ ref(model) }}
    {%- endif -%}
{%- endmacro %}

{# Deletes and inserts the rows of such branches; the materialization wraps both in one transaction. The model must carry
   branch_id. #}
{% macro get_incremental_replace_changed_books_sql(arg_dict) %}
    {%- set target_relation = arg_dict['target_relation'] -%}
    {%- set columns = get_quoted_csv(arg_dict['dest_columns'] | map(attribute='name')) -%}
    {%- set changed -%}
        select book_change.branch_id
        from {{ ref('int_book_change') }} as book_change
    {%- endset -%}
    delete from {{ target_relation }}
    where branch_id in ({{ changed }});

    insert into {{ target_relation }} ({{ columns }})
    select {{ columns }}
    from {{ arg_dict['temp_relation'] }}
    where branch_id in ({{ changed }})
{% endmacro %}

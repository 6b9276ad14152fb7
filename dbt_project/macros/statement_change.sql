{# Statements follow what changed: a unit's months from the first one that is made of something else than in the version
   that the night builds on (int_statement_change) are written anew, all others stay as they were published. #}

{# A table of the version that the night builds on, or nothing where it builds from nothing or a unit test builds. #}
{% macro last_published(schema, name) -%}
    {%- if execute and target.type == 'duckdb' and not flags.FULL_REFRESH and model.resource_type != 'unit_test' -%}
        {{ return(adapter.get_relation(database='warehouse', schema=schema, identifier=name)) }}
    {%- endif -%}
{%- endmacro %}

{# Says that a model is built after another that only its incremental nights read; a unit test, which has none, need not
   give rows for it. #}
{% macro built_after(name) -%}
    {%- if model.resource_type != 'unit_test' -%}
    -- depends_on: {{ ref(name) }}
    {%- endif -%}
{%- endmacro %}

{# The months of `relation` that statements to be written read: those that changed and the year before them, which they
   are compared with. All months where the statements are built from nothing. #}
{% macro changed_months(relation) -%}
    {%- if last_published('ops', 'statement_state') -%}
    (
        select month_row.*
        from {{ relation }} as month_row
        inner join {{ ref('int_statement_change') }} as unit_change on month_row.unit_id = unit_change.unit_id
        where month_row.month_index >= unit_change.from_month_index - 12
    )
    {%- else -%}
    {{ relation }}
    {%- endif -%}
{%- endmacro %}

{# All months of `relation` of such units: what a balance is added up from. #}
{% macro changed_units(relation) -%}
    {%- if last_published('ops', 'statement_state') -%}
    (
        select unit_row.*
        from {{ relation }} as unit_row
        inner join {{ ref('int_statement_change') }} as unit_change on unit_row.unit_id = unit_change.unit_id
    )
    {%- else -%}
    {{ relation }}
    {%- endif -%}
{%- endmacro %}

{# Deletes and inserts a unit's months from the first one that changed; the materialization wraps both in one
   transaction. The model must carry unit_id and group_period. #}
{% macro get_incremental_replace_changed_months_sql(arg_dict) %}
    {%- set target_relation = arg_dict['target_relation'] -%}
    {%- set columns = get_quoted_csv(arg_dict['dest_columns'] | map(attribute='name')) -%}
    {%- set has_changed -%}
        exists (
            select 1 as one
            from {{ ref('int_statement_change') }} as unit_change
            where
                unit_change.unit_id = statement_row.unit_id
                and unit_change.from_month_index <= {{ month_index('statement_row.group_period') }}
        )
    {%- endset -%}
    delete from {{ target_relation }} as statement_row
    where {{ has_changed }};

    insert into {{ target_relation }} ({{ columns }})
    select {{ columns }}
    from {{ arg_dict['temp_relation'] }} as statement_row
    where {{ has_changed }}
{% endmacro %}

{# The one incremental strategy of facts. A slice is dataset × branch × period. Every touched slice of the model's
   datasets is deleted, also when nothing is left of it, then written anew; the materialization wraps both in one
   transaction. A unique_key strategy cannot delete what vanished, hence this. The model must carry the columns dataset,
   branch_id and slice_period, and names its datasets in `meta: {datasets: [...]}`. A dataset whose rows also change
   with the same slice of another one names it in `meta: {touched_by: {dataset: [others]}}`. #}
{% macro get_incremental_replace_slices_sql(arg_dict) %}
    {%- set datasets = model.config.meta.get('datasets', []) -%}
    {%- if not datasets -%}
        {% do exceptions.raise_compiler_error(
            model.name ~ ": replace_slices needs `meta: {datasets: [...]}` naming the datasets whose slices it holds."
        ) %}
    {%- endif -%}
    {%- set target_relation = arg_dict['target_relation'] -%}
    {%- set columns = get_quoted_csv(arg_dict['dest_columns'] | map(attribute='name')) -%}
    {%- set touched = touched_slices(datasets, model.config.meta.get('touched_by', {})) -%}
    delete from {{ target_relation }}
    where (dataset, branch_id, slice_period) in ({{ touched }});

    insert into {{ target_relation }} ({{ columns }})
    select {{ columns }}
    from {{ arg_dict['temp_relation'] }}
    where (dataset, branch_id, slice_period) in ({{ touched }})
{% endmacro %}

{% macro touched_slices(datasets, touched_by={}) -%}
    select dataset, branch_id, slice_period
    from {{ source('lake', 'touched_slice') }}
    where dataset in ('{{ datasets | join("', '") }}')
    {%- for dataset, others in touched_by.items() %}
    union
    select '{{ dataset }}' as dataset, branch_id, slice_period
    from {{ source('lake', 'touched_slice') }}
    where dataset in ('{{ others | join("', '") }}')
    {%- endfor %}
{%- endmacro %}

{# The strategy of a small table that is worked out from its own last state and what is new: all of it is replaced.
   A plain table cannot do this, since it no longer exists when it is asked for its last state. #}
{% macro get_incremental_replace_all_sql(arg_dict) %}
    {%- set target_relation = arg_dict['target_relation'] -%}
    {%- set columns = get_quoted_csv(arg_dict['dest_columns'] | map(attribute='name')) -%}
    delete from {{ target_relation }};

    insert into {{ target_relation }} ({{ columns }})
    select {{ columns }}
    from {{ arg_dict['temp_relation'] }}
{% endmacro %}

{# Loads a reference table straight from its CSV, by column name, every column of the type that is pinned for it.
   dbt's own seed materialization is not used for two reasons: it lets a type be guessed from the values, and it writes the
   run's SQL to `target/run/<path of the seed>`, which is the CSV itself where the seeds' folder is an absolute path. Hence no
   statement here may be called `main`. #}
{% materialization seed, adapter='duckdb' %}
    {%- set target_relation = this.incorporate(type='table') -%}
    {%- set path = adapter.escape_sql_string(adapter.get_seed_file_path(model)) -%}
    {%- set types = config.get('column_types') or {} -%}

    {%- call statement('load') -%}
        create or replace table {{ target_relation }} as
        select
            {% for column, type in types.items() -%}
            cast({{ column }} as {{ type }}) as {{ column }}{{ ',' if not loop.last }}
            {% else -%}
            *
            {% endfor %}
        from read_csv('{{ path }}', header = true, delim = ',', quote = '"', escape = '"', all_varchar = true)
    {%- endcall -%}

    {% set loaded = load_agate_table() %}
    {% do store_result('agate_table', response='OK', agate_table=loaded) %}
    {% do store_raw_result('main', message='INSERT', code='INSERT', rows_affected=loaded.rows | length) %}
    {% do persist_docs(target_relation, model) %}
    {{ adapter.commit() }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

{# Loads a reference table on Spark, every column of the type that is pinned for it. dbt-spark's own materialization is not
   used for two reasons: an apostrophe in a value breaks its statement, and it writes the run's SQL to
   `target/run/<path of the seed>`, which is the CSV itself where the seeds' folder is an absolute path. Hence no statement
   here may be called `main`. #}
{% materialization seed, adapter='spark' %}
    {%- set target_relation = this.incorporate(type='table') -%}
    {%- set types = config.get('column_types') or {} -%}
    {%- set loaded = load_agate_table() -%}

    {%- call statement('drop') -%}
        drop table if exists {{ target_relation }}
    {%- endcall -%}

    {%- call statement('create') -%}
        create table {{ target_relation }} (
            {% for column in loaded.column_names -%}
            {{ column }} {{ types[column] }}{{ ',' if not loop.last }}
            {% endfor %}
        ) using parquet
    {%- endcall -%}

    {%- for rows in loaded.rows | batch(1000) -%}
        {%- call statement('load_' ~ loop.index) -%}
            insert into {{ target_relation }} values
            {% for row in rows -%}
            (
                {%- for cell in row -%}
                cast({{ spark_literal(cell) }} as {{ types[loaded.column_names[loop.index0]] }}){{ ', ' if not loop.last }}
                {%- endfor -%}
            ){{ ',' if not loop.last }}
            {% endfor %}
        {%- endcall -%}
    {%- endfor -%}

    {% do store_result('agate_table', response='OK', agate_table=loaded) %}
    {% do store_raw_result('main', message='INSERT', code='INSERT', rows_affected=loaded.rows | length) %}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

{# A cell of a CSV (text, or none where it is empty) as a literal. #}
{% macro spark_literal(cell) -%}
    {%- if cell is none -%}
        null
    {%- else -%}
        '{{ cell | string | replace('\\', '\\\\') | replace("'", "\\'") }}'
    {%- endif -%}
{%- endmacro %}

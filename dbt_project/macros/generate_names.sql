{# Where a model lands: its schema is named as configured, without the profile's prefix. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ (custom_schema_name or target.schema) | trim }}
{%- endmacro %}

{# Spark has schemas but no databases above them; none is its word for that. #}
{% macro generate_database_name(custom_database_name=none, node=none) -%}
    {{ return(adapter.dispatch('generate_database_name', 'tieout')(custom_database_name, node)) }}
{%- endmacro %}

{% macro spark__generate_database_name(custom_database_name, node) -%}
    {{ return(none) }}
{%- endmacro %}

{% macro duckdb__generate_database_name(custom_database_name, node) -%}
    {{ return(custom_database_name or target.database) }}
{%- endmacro %}

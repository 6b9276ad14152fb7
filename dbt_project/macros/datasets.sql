{# What models ask of the contracts (contracts.sql): which datasets there are, their keys and their conserved sums. #}

{# Datasets whose rows have a date and so a slice a month; each has a staging model and a fact of its name. #}
{% macro sliced_datasets() -%}
    {% do return(contract_facts() | list) %}
{%- endmacro %}

{# Datasets of one slice a branch. #}
{% macro whole_datasets() -%}
    {% do return(contract_dimensions() | list) %}
{%- endmacro %}

{# Columns of a dataset's primary key, in order, the branch left out. #}
{% macro key_columns(dataset) -%}
    {% do return(contract_facts()[dataset]['key'] if dataset in contract_facts() else contract_dimensions()[dataset]) %}
{%- endmacro %}

{# The date whose month is the slice. #}
{% macro slice_date(dataset) -%}
    {% do return(contract_facts()[dataset]['date']) %}
{%- endmacro %}

{# Measures that the lake sums of each slice: measure to the column of its currency. #}
{% macro conserved_sums(dataset) -%}
    {% do return(contract_facts()[dataset]['sums']) %}
{%- endmacro %}

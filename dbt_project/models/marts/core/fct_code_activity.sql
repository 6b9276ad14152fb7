{{ config(
    materialized='incremental' if target.type == 'duckdb' else 'table',
    incremental_strategy='replace_slices',
    meta={'owner': 'group_data', 'datasets': ['gl_entry', 'sales_invoice_line', 'purchase_invoice_line']}
) }}

with mentioned as (
    {% for dataset, kind, code, name in [
        ('gl_entry', 'cost_center', 'cost_center_code', 'cast(null as string)'),
        ('gl_entry', 'tax_code', 'tax_code', 'cast(null as string)'),
        ('sales_invoice_line', 'product', 'product_code', 'product_name'),
        ('sales_invoice_line', 'tax_code', 'tax_code', 'cast(null as string)'),
        ('purchase_invoice_line', 'product', 'product_code', 'product_name'),
        ('purchase_invoice_line', 'tax_code', 'tax_code', 'cast(null as string)'),
        ('purchase_invoice_line', 'cost_center', 'cost_center_code', 'cast(null as string)'),
    ] -%}
    select
        dataset,
        branch_id,
        slice_period,
        '{{ kind }}' as code_kind,
        {{ code }} as code,
        {{ name }} as code_name
    from {{ ref('stg_' ~ dataset) }}
    where {{ code }} is not null
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select
    dataset,
    branch_id,
    slice_period,
    code_kind,
    code,
    max(code_name) as code_name,
    count(*) as row_count
from mentioned
group by
    dataset,
    branch_id,
    slice_period,
    code_kind,
    code

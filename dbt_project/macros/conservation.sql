{# Per fact, the sums that the lake keeps of each slice (the contracts' `sums`) and the currency of each. #}
{% macro conserved_measures() -%}
    {{ return({
        'gl_entry': {
            'debit_amount_functional': 'functional_currency_code',
            'credit_amount_functional': 'functional_currency_code',
        },
        'trial_balance': {
            'opening_balance_amount_functional': 'functional_currency_code',
            'debit_amount_functional': 'functional_currency_code',
            'credit_amount_functional': 'functional_currency_code',
            'closing_balance_amount_functional': 'functional_currency_code',
        },
        'sales_invoice': {
            'net_amount_transaction': 'currency_code',
            'tax_amount_transaction': 'currency_code',
            'gross_amount_transaction': 'currency_code',
            'net_amount_functional': 'functional_currency_code',
            'tax_amount_functional': 'functional_currency_code',
            'gross_amount_functional': 'functional_currency_code',
        },
        'sales_invoice_line': {
            'net_amount_transaction': 'currency_code',
            'tax_amount_transaction': 'currency_code',
        },
        'payment': {
            'amount_transaction': 'currency_code',
            'amount_functional': 'functional_currency_code',
        },
        'payment_allocation': {
            'allocated_amount_transaction': 'currency_code',
            'discount_amount_transaction': 'currency_code',
            'write_off_amount_transaction': 'currency_code',
        },
    }) }}
{%- endmacro %}

{# One row per slice of a fact: its row count, as measure `rows`. #}
{% macro fact_slice_rows(dataset, fact) -%}
    select
        '{{ dataset }}' as dataset,
        branch_id,
        slice_period,
        'rows' as measure,
        '' as currency_code,
        cast(count(*) as decimal(38, 4)) as amount
    from {{ fact }}
    group by branch_id, slice_period
{%- endmacro %}

{# One row per slice, measure and currency of a fact: its sum, over rows that have an amount. #}
{% macro fact_slice_sum(dataset, fact, measure, currency) -%}
    select
        '{{ dataset }}' as dataset,
        branch_id,
        slice_period,
        '{{ measure }}' as measure,
        coalesce({{ currency }}, '') as currency_code,
        cast(sum({{ measure }}) as decimal(38, 4)) as amount
    from {{ fact }}
    where {{ measure }} is not null
    group by branch_id, slice_period, {{ currency }}
{%- endmacro %}

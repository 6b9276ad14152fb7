{# The lines of the cash flow statement by both methods (IAS 7 as changed by IFRS 18): the indirect one starts from the
   operating profit; interest paid is financing, interest and dividends received are investing. #}
{%- set operating = {
    'indirect': [
        'operating_profit', 'depreciation_and_amortisation', 'change_in_inventories', 'change_in_trade_receivables',
        'change_in_trade_payables', 'change_in_other_working_capital', 'change_in_provisions', 'non_cash_equity',
        'unmapped', 'income_tax_paid',
    ],
    'direct': [
        'receipts_from_customers', 'payments_to_suppliers', 'payments_to_employees', 'sales_taxes_collected_less_paid',
        'other_operating_receipts_and_payments', 'income_tax_paid',
    ],
} -%}
{%- set common = [
    ('investing', [
        'capital_expenditure', 'disposal_of_fixed_assets', 'changes_of_scope', 'equity_accounted_investments',
        'other_financial_assets', 'interest_received', 'dividends_received',
    ]),
    ('financing', [
        'borrowings', 'repayment_of_borrowings', 'lease_payments', 'non_cash_leases', 'interest_paid',
        'capital_contributions', 'dividends_paid', 'dividends_paid_to_non_controlling_interests',
        'transactions_with_non_controlling_interests',
    ]),
    ('exchange_effect', ['exchange_effect', 'balances_moved']),
] -%}
{% for way in ('indirect', 'direct') -%}
{% set way_loop = loop -%}
{% for section, codes in [('operating', operating[way])] + common -%}
{% set section_loop = loop -%}
{% for code in codes -%}
{{ 'union all' if not (way_loop.first and section_loop.first and loop.first) }}
select
    '{{ way }}' as way,
    '{{ section }}' as section,
    '{{ code }}' as line_code,
    '{{ 'net_change_in_cash' if section == 'exchange_effect' else 'net_cash_from_' ~ section ~ '_activities' }}'
        as parent_code,
    {{ section_loop.index * 100 + loop.index }} as sort_order
{% endfor -%}
{% endfor -%}
{% endfor %}

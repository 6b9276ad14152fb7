{# Generated from data_contracts/ by `python -m pipelines.contracts.dictionary`; do not edit. #}

{# Datasets with a slice date: each has a staging model and a fact. Date, key, sums by currency. #}
{% macro contract_facts() %}
    {% do return({
        "fx_rate": {"date": "rate_date", "key": ["from_currency_code", "to_currency_code", "rate_date", "rate_type"], "sums": {}},
        "gl_entry": {"date": "posting_date", "key": ["ledger", "fiscal_year", "journal_code", "document_number", "line_number"], "sums": {"debit_amount_functional": "functional_currency_code", "credit_amount_functional": "functional_currency_code"}},
        "open_item": {"date": "as_of_date", "key": ["as_of_date", "side", "document_number", "instalment"], "sums": {"open_amount_transaction": "currency_code", "open_amount_functional": "functional_currency_code"}},
        "payment": {"date": "payment_date", "key": ["payment_number"], "sums": {"amount_transaction": "currency_code", "amount_functional": "functional_currency_code"}},
        "payment_allocation": {"date": "payment_date", "key": ["payment_number", "line_number"], "sums": {"allocated_amount_transaction": "currency_code", "discount_amount_transaction": "currency_code", "write_off_amount_transaction": "currency_code"}},
        "purchase_invoice": {"date": "invoice_date", "key": ["invoice_number"], "sums": {"net_amount_transaction": "currency_code", "tax_amount_transaction": "currency_code", "gross_amount_transaction": "currency_code", "net_amount_functional": "functional_currency_code", "tax_amount_functional": "functional_currency_code", "gross_amount_functional": "functional_currency_code"}},
        "purchase_invoice_line": {"date": "invoice_date", "key": ["invoice_number", "line_number"], "sums": {"net_amount_transaction": "currency_code", "tax_amount_transaction": "currency_code"}},
        "sales_invoice": {"date": "invoice_date", "key": ["invoice_number"], "sums": {"net_amount_transaction": "currency_code", "tax_amount_transaction": "currency_code", "gross_amount_transaction": "currency_code", "net_amount_functional": "functional_currency_code", "tax_amount_functional": "functional_currency_code", "gross_amount_functional": "functional_currency_code"}},
        "sales_invoice_line": {"date": "invoice_date", "key": ["invoice_number", "line_number"], "sums": {"net_amount_transaction": "currency_code", "tax_amount_transaction": "currency_code"}},
        "trial_balance": {"date": "period_end_date", "key": ["ledger", "fiscal_year", "from_fiscal_period", "fiscal_period", "account_code"], "sums": {"opening_balance_amount_functional": "functional_currency_code", "debit_amount_functional": "functional_currency_code", "credit_amount_functional": "functional_currency_code", "closing_balance_amount_functional": "functional_currency_code"}},
    }) %}
{% endmacro %}


{# Datasets of one slice a branch: dimensions. Their keys. #}
{% macro contract_dimensions() %}
    {% do return({
        "acquisition_event": ["event_code"],
        "adjustment_entry": ["journal_code", "line_number"],
        "branch": ["branch_code"],
        "budget": ["version_code", "branch_code", "group_account_code", "cost_center_code", "group_period"],
        "cost_center": ["cost_center_code"],
        "customer": ["customer_code"],
        "equity_event": ["branch_code", "event_code", "group_currency_code"],
        "fair_value_step": ["event_code", "step_code"],
        "fiscal_calendar": ["branch_code", "fiscal_year", "fiscal_period"],
        "gl_account": ["account_code"],
        "ic_stock": ["branch_code", "supplying_branch_code", "as_of_date", "product_code", "transaction_date"],
        "ownership": ["owner_branch_code", "owned_branch_code", "valid_from"],
        "product": ["product_code"],
        "supplier": ["supplier_code"],
        "tax_code": ["tax_code", "valid_from"],
    }) %}
{% endmacro %}

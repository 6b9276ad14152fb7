{{ config(
    materialized='incremental' if target.type == 'duckdb' else 'table',
    incremental_strategy='replace_changed_months',
    on_schema_change='fail'
) }}
{{ built_after('int_statement_change') }}
{# Assets are debit positive, equity and liabilities credit positive: both roots show the same total. Accounts without a
   place in the group chart stand apart as unmapped, debit positive, and belong to the side of the assets. #}
with line as (
    select
        balance.scenario,
        balance.unit_id,
        balance.unit_kind,
        balance.currency_view,
        balance.currency_code,
        balance.ledger,
        balance.group_period,
        balance.month_index,
        balance.quarter_index,
        balance.year_index,
        balance.is_before,
        part_of.line_code,
        sum(part_of.sign * balance.closing_amount) as closing_amount
    from {{ changed_months(ref('int_unit_account_month')) }} as balance
    inner join {{ ref('int_statement_member') }} as part_of
        on balance.group_account_code = part_of.group_account_code and part_of.statement = 'balance_sheet'
    where balance.has_balances
    group by
        balance.scenario,
        balance.unit_id,
        balance.unit_kind,
        balance.currency_view,
        balance.currency_code,
        balance.ledger,
        balance.group_period,
        balance.month_index,
        balance.quarter_index,
        balance.year_index,
        balance.is_before,
        part_of.line_code
    union all
    select
        scenario,
        unit_id,
        unit_kind,
        currency_view,
        currency_code,
        ledger,
        group_period,
        month_index,
        quarter_index,
        year_index,
        is_before,
        'refused' as line_code,
        closing_amount
    from {{ changed_months(ref('int_unit_refused_month')) }}
),

compared as (
    {{ with_balance_comparatives('line', ['line_code']) }}
),

measured as (
    select
        compared.scenario,
        compared.unit_id,
        compared.unit_kind,
        compared.group_period,
        compared.currency_view,
        compared.currency_code,
        compared.ledger,
        compared.is_before,
        described.section,
        compared.line_code,
        described.line_name,
        described.parent_code,
        described.level,
        described.is_total,
        described.sort_order,
        compared.closing_amount as month_amount,
        compared.month_prior_amount,
        compared.prior_year_amount as month_prior_year_amount,
        compared.closing_amount as quarter_amount,
        compared.quarter_prior_amount,
        compared.prior_year_amount as quarter_prior_year_amount,
        compared.closing_amount as year_amount,
        compared.year_prior_amount,
        compared.prior_year_amount as year_prior_year_amount
    from compared
    inner join {{ ref('int_statement_line') }} as described
        on compared.line_code = described.line_code and described.statement = 'balance_sheet'
),

{{ statement_rows('measured') }}

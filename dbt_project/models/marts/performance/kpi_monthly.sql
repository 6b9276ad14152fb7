with statement as (
    select
        branch_id,
        ledger,
        fiscal_year,
        fiscal_period,
        period_end_date,
        group_period,
        functional_currency_code,
        {{ money("coalesce(sum(amount_functional) filter (where statement_line = 'sales'), 0)") }} as sales,
        {{ money("coalesce(sum(amount_functional) filter (where statement_line = 'cost_of_sales'), 0)") }}
            as cost_of_sales,
        {{ money("sum(case when account_type = 'revenue' then amount_functional else -amount_functional end)") }}
            as net_profit
    from {{ ref('rpt_branch_income_statement') }}
    group by
        branch_id,
        ledger,
        fiscal_year,
        fiscal_period,
        period_end_date,
        group_period,
        functional_currency_code
)

select
    branch_id,
    ledger,
    fiscal_year,
    fiscal_period,
    period_end_date,
    group_period,
    functional_currency_code,
    sales as sales_amount_functional,
    cost_of_sales as cost_of_sales_amount_functional,
    {{ money('sales - cost_of_sales') }} as gross_profit_amount_functional,
    cast({{ ratio_pct('(sales - cost_of_sales)', 'sales') }} as decimal(20, 4)) as gross_margin_pct,
    net_profit as net_profit_amount_functional,
    cast({{ ratio_pct('net_profit', 'sales') }} as decimal(20, 4)) as net_margin_pct
from statement

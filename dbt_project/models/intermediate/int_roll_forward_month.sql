{# Equity, debt and fixed assets of every unit from opening to closing, movement by movement, with the sign of the
   balance sheet. Results and the non-controlling interests' share in them belong to retained earnings; of a quarter and
   a year they are what the income statement shows. `opening_balance` + movements = `closing_balance` in every span.
   Only the months that statements to be written read. #}
{{ built_after('int_statement_change') }}
with account as (
    select
        group_account_code,
        statement,
        case
            when statement = 'income_statement' or account_type = 'equity' then 'equity'
            when cash_flow_line in ('borrowings', 'lease_payments') and account_type = 'liability' then 'debt'
            when
                account_type = 'asset'
                and (
                    cash_flow_line in ('capital_expenditure', 'depreciation_and_amortisation', 'non_cash_leases')
                    or group_account_code = '1010'
                )
                then 'fixed_assets'
        end as section,
        case
            when statement = 'income_statement' or group_account_code = '2150' then 'retained_earnings'
            else statement_line
        end as line_code,
        case when account_type = 'asset' then 1 else -1 end as sign
    from {{ ref('dim_group_account') }}
),

movement as (
    select
        moved.scenario,
        moved.unit_id,
        moved.unit_kind,
        moved.currency_view,
        moved.currency_code,
        moved.ledger,
        moved.group_period,
        moved.month_index,
        moved.is_before,
        account.section,
        account.line_code,
        case
            when moved.movement_type = 'nci_change' then 'transactions_with_non_controlling_interests'
            when moved.movement_type <> 'normal' then moved.movement_type
            when moved.group_account_code in ('2000', '2050') then 'capital'
            when moved.group_account_code = '2500' then 'translation_difference'
            else 'other'
        end as movement_type,
        account.sign * moved.month_amount as month_amount,
        account.sign * moved.quarter_amount as quarter_amount,
        account.sign * moved.year_amount as year_amount
    from {{ changed_months(ref('int_unit_movement_month')) }} as moved
    inner join account on moved.group_account_code = account.group_account_code
    where account.section is not null and account.statement = 'balance_sheet' and moved.has_balances
    union all
    select
        balance.scenario,
        balance.unit_id,
        balance.unit_kind,
        balance.currency_view,
        balance.currency_code,
        balance.ledger,
        balance.group_period,
        balance.month_index,
        balance.is_before,
        account.section,
        account.line_code,
        'result' as movement_type,
        account.sign * balance.month_amount as month_amount,
        account.sign * balance.quarter_amount as quarter_amount,
        account.sign * balance.year_amount as year_amount
    from {{ changed_months(ref('int_unit_account_month')) }} as balance
    inner join account on balance.group_account_code = account.group_account_code
    where account.statement = 'income_statement' and balance.has_balances
),

closing as (
    select
        balance.scenario,
        balance.unit_id,
        balance.unit_kind,
        balance.currency_view,
        balance.currency_code,
        balance.ledger,
        balance.group_period,
        balance.month_index,
        balance.is_before,
        account.section,
        account.line_code,
        sum(account.sign * balance.closing_amount) as amount
    from {{ changed_months(ref('int_unit_account_month')) }} as balance
    inner join account on balance.group_account_code = account.group_account_code
    where account.section is not null and balance.has_balances
    group by
        balance.scenario,
        balance.unit_id,
        balance.unit_kind,
        balance.currency_view,
        balance.currency_code,
        balance.ledger,
        balance.group_period,
        balance.month_index,
        balance.is_before,
        account.section,
        account.line_code
),

step as (
    select * from movement
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
        is_before,
        section,
        line_code,
        'opening_balance' as movement_type,
        amount as month_amount,
        amount as quarter_amount,
        amount as year_amount
    from closing
    union all
    -- An opening is the closing less what moved.
    select
        scenario,
        unit_id,
        unit_kind,
        currency_view,
        currency_code,
        ledger,
        group_period,
        month_index,
        is_before,
        section,
        line_code,
        'opening_balance' as movement_type,
        -month_amount as month_amount,
        -quarter_amount as quarter_amount,
        -year_amount as year_amount
    from movement
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
        is_before,
        section,
        line_code,
        'closing_balance' as movement_type,
        amount as month_amount,
        amount as quarter_amount,
        amount as year_amount
    from closing
)

select
    scenario,
    unit_id,
    unit_kind,
    currency_view,
    currency_code,
    ledger,
    group_period,
    month_index,
    is_before,
    section,
    line_code,
    movement_type,
    {{ money('sum(month_amount)') }} as month_amount,
    {{ money('sum(quarter_amount)') }} as quarter_amount,
    {{ money('sum(year_amount)') }} as year_amount
from step
group by
    scenario,
    unit_id,
    unit_kind,
    currency_view,
    currency_code,
    ledger,
    group_period,
    month_index,
    is_before,
    section,
    line_code,
    movement_type

{# What moved in the books of each unit, added up over branches and partners, with the line of the cash flow that it
   belongs to. A branch that a group owns stands here twice: in its own currency, and in the group's as translated for
   it, also before and after the group controlled it; its years roll in translated amounts. A group has one view. #}
with unit as (
    select
        unit_id,
        unit_kind,
        ledger,
        first_month_of_year
    from {{ ref('dim_reporting_unit') }}
),

root as (
    select
        part_of.branch_id,
        min(unit.unit_id) as unit_id
    from {{ ref('int_unit_member') }} as part_of
    inner join unit on part_of.unit_id = unit.unit_id
    where unit.unit_kind = 'group' and part_of.method = 'full'
    group by part_of.branch_id
),

translated as (
    select
        'actual' as scenario,
        root.branch_id as unit_id,
        fact.group_currency_code as currency_code,
        fact.ledger,
        {{ month_index('fact.group_period') }} as month_index,
        fact.group_account_code,
        fact.movement_type,
        fact.rule,
        fact.amount_group as amount
    from {{ ref('int_translated_movement') }} as fact
    inner join root on fact.unit_id = root.unit_id and fact.branch_id = root.branch_id
    where fact.movement_type <> 'result_brought_forward'
    union all
    select
        fact.scenario,
        root.branch_id as unit_id,
        fact.group_currency_code as currency_code,
        fact.ledger,
        {{ month_index('fact.group_period') }} as month_index,
        fact.group_account_code,
        fact.movement_type,
        fact.rule,
        fact.amount_group as amount
    from {{ ref('fct_group_balance') }} as fact
    inner join root on fact.unit_id = root.unit_id and fact.branch_id = root.branch_id
    where fact.scenario <> 'actual' and fact.stage = 'translated' and fact.movement_type <> 'result_brought_forward'
),

-- What the result accounts of a branch gathered in one of its years, dated where the next begins.
result_of_year as (
    select
        translated.scenario,
        translated.unit_id,
        translated.currency_code,
        translated.ledger,
        translated.month_index - mod(translated.month_index - (unit.first_month_of_year - 1), 12) + 12 as month_index,
        translated.group_account_code,
        sum(translated.amount) as amount
    from translated
    inner join unit on translated.unit_id = unit.unit_id
    inner join {{ ref('dim_group_account') }} as chart
        on translated.group_account_code = chart.group_account_code
    where chart.statement = 'income_statement'
    group by
        translated.scenario,
        translated.unit_id,
        translated.currency_code,
        translated.ledger,
        translated.month_index - mod(translated.month_index - (unit.first_month_of_year - 1), 12) + 12,
        translated.group_account_code
),

last_month as (
    select
        scenario,
        unit_id,
        max(month_index) as month_index
    from translated
    group by scenario, unit_id
),

rolled as (
    select result_of_year.*
    from result_of_year
    inner join last_month
        on
            result_of_year.scenario = last_month.scenario
            and result_of_year.unit_id = last_month.unit_id
            and result_of_year.month_index <= last_month.month_index
),

moved as (
    select
        fact.scenario,
        fact.unit_id,
        case when unit.unit_kind = 'branch' then 'functional' else 'group' end as currency_view,
        fact.group_currency_code as currency_code,
        -- A group's adjustments and eliminations belong to the books that it consolidates.
        case when unit.unit_kind = 'branch' then fact.ledger else unit.ledger end as ledger,
        {{ month_index('fact.group_period') }} as month_index,
        fact.group_account_code,
        fact.movement_type,
        fact.rule,
        fact.amount_group as amount
    from {{ ref('fct_group_balance') }} as fact
    inner join unit on fact.unit_id = unit.unit_id
    union all
    select
        scenario,
        unit_id,
        'group' as currency_view,
        currency_code,
        ledger,
        month_index,
        group_account_code,
        movement_type,
        rule,
        amount
    from translated
    union all
    select
        scenario,
        unit_id,
        'group' as currency_view,
        currency_code,
        ledger,
        month_index,
        group_account_code,
        'result_brought_forward' as movement_type,
        'year_roll' as rule,
        -amount as amount
    from rolled
    union all
    select
        scenario,
        unit_id,
        'group' as currency_view,
        currency_code,
        ledger,
        month_index,
        '2100' as group_account_code,
        'result_brought_forward' as movement_type,
        'year_roll' as rule,
        amount
    from rolled
),

-- IAS 7: depreciation is added back, companies bought and sold and what non-controlling interests get have lines of
-- their own, and what only translation moved is the effect of exchange rates.
classed as (
    select
        moved.scenario,
        moved.unit_id,
        moved.currency_view,
        moved.currency_code,
        moved.ledger,
        moved.month_index,
        moved.group_account_code,
        moved.movement_type,
        moved.amount,
        case
            when chart.cash_flow_line = 'cash' then 'cash'
            when moved.movement_type in ('mapping_change', 'opening_difference') then 'balances_moved'
            when moved.movement_type in ('acquisition', 'deconsolidation') then 'changes_of_scope'
            when
                moved.group_account_code in ('1180', '1190', '2500', '2900')
                and moved.movement_type = 'reclassification'
                then 'changes_of_scope'
            when moved.movement_type = 'nci_change' and chart.account_type = 'equity'
                then 'transactions_with_non_controlling_interests'
            when moved.movement_type = 'other_comprehensive_income' then 'non_cash_equity'
            when moved.group_account_code = '2500' or moved.movement_type = 'translation_difference'
                then 'exchange_effect'
            when moved.group_account_code = '2900' and moved.movement_type = 'result' then 'non_cash_equity'
            when moved.group_account_code = '2900' and moved.movement_type = 'dividend'
                then 'dividends_paid_to_non_controlling_interests'
            when
                chart.category = 'non_current' and chart.account_type = 'asset'
                and moved.movement_type in ('depreciation', 'amortisation', 'impairment')
                then 'depreciation_and_amortisation'
            when
                chart.cash_flow_line in ('capital_expenditure', 'depreciation_and_amortisation')
                and moved.movement_type = 'disposal'
                then 'disposal_of_fixed_assets'
            when chart.cash_flow_line = 'borrowings' and moved.movement_type = 'repayment'
                then 'repayment_of_borrowings'
            when chart.cash_flow_line = 'lease_payments' and moved.movement_type = 'addition' then 'non_cash_leases'
            else coalesce(chart.cash_flow_line, 'unmapped')
        end as cash_flow_line
    from moved
    left join {{ ref('dim_group_account') }} as chart on moved.group_account_code = chart.group_account_code
)

select
    scenario,
    unit_id,
    currency_view,
    currency_code,
    ledger,
    month_index,
    group_account_code,
    movement_type,
    cash_flow_line,
    {{ money('sum(amount)') }} as amount
from classed
group by
    scenario,
    unit_id,
    currency_view,
    currency_code,
    ledger,
    month_index,
    group_account_code,
    movement_type,
    cash_flow_line

{# The statements of a unit tie to one another and to the facts, year to date: what is compared are sums that were made
   apart. Where a branch's own books do not balance, that is said by its own check and taken out here. One row a unit and
   month that ties, one per figure that does not. #}
with fact_month as (
    select
        fact.scenario,
        fact.unit_id,
        case when unit.unit_kind = 'branch' then fact.ledger else unit.ledger end as ledger,
        fact.group_period,
        sum(case when chart.statement = 'income_statement' then -fact.amount_group else 0 end) as profit,
        sum(case when chart.cash_flow_line = 'cash' then fact.amount_group else 0 end) as cash,
        sum(case when chart.account_type in ('asset', 'unmapped') then fact.amount_group else 0 end) as assets,
        sum(fact.amount_group) as everything
    from {{ ref('fct_group_balance') }} as fact
    inner join {{ ref('dim_reporting_unit') }} as unit on fact.unit_id = unit.unit_id
    left join {{ ref('dim_group_account') }} as chart on fact.group_account_code = chart.group_account_code
    where fact.scenario <> 'budget'
    group by
        fact.scenario,
        fact.unit_id,
        case when unit.unit_kind = 'branch' then fact.ledger else unit.ledger end,
        fact.group_period
),

fact_balance as (
    select
        scenario,
        unit_id,
        ledger,
        group_period,
        sum(profit) over (partition by scenario, unit_id, ledger order by group_period) as profit,
        sum(cash) over (partition by scenario, unit_id, ledger order by group_period) as cash,
        sum(assets) over (partition by scenario, unit_id, ledger order by group_period) as assets,
        sum(everything) over (partition by scenario, unit_id, ledger order by group_period) as everything
    from fact_month
),

moved as (
    select
        scenario,
        unit_id,
        currency_view,
        ledger,
        month_index,
        sum(amount) as amount,
        sum(case when movement_type in ('opening', 'result_brought_forward') then 0 else amount end) as flow_amount
    from {{ ref('int_unit_movement') }}
    where scenario <> 'budget'
    group by scenario, unit_id, currency_view, ledger, month_index
),

unbalanced as (
    select
        unit_month.scenario,
        unit_month.unit_id,
        unit_month.currency_view,
        unit_month.ledger,
        unit_month.group_period,
        sum(coalesce(moved.amount, 0)) over (
            partition by unit_month.scenario, unit_month.unit_id, unit_month.currency_view, unit_month.ledger
            order by unit_month.month_index
        ) as amount,
        sum(coalesce(moved.flow_amount, 0)) over (
            partition by
                unit_month.scenario,
                unit_month.unit_id,
                unit_month.currency_view,
                unit_month.ledger,
                unit_month.year_index
            order by unit_month.month_index
        ) as movement_amount
    from {{ ref('int_unit_month') }} as unit_month
    left join moved
        on
            unit_month.scenario = moved.scenario
            and unit_month.unit_id = moved.unit_id
            and unit_month.currency_view = moved.currency_view
            and unit_month.ledger = moved.ledger
            and unit_month.month_index = moved.month_index
    where unit_month.scenario <> 'budget'
),

statement_line as (
    {% for statement, code, condition in [
        ('rpt_income_statement', "line_code", "line_code = 'profit'"),
        ('rpt_balance_sheet', "line_code", "line_code in ('assets', 'unmapped', 'equity', 'equity_and_liabilities')"),
        (
            'rpt_cash_flow',
            "method || ' ' || line_code",
            "line_code in ('net_cash_from_operating_activities', 'net_change_in_cash', 'cash_at_beginning', 'cash_at_end')",
        ),
        (
            'rpt_changes_in_equity',
            "'changes ' || line_code",
            "section = 'equity' and line_code in ('result', 'closing_balance')",
        ),
    ] -%}
    {{ 'union all' if not loop.first }}
    select
        scenario,
        unit_id,
        unit_kind,
        currency_view,
        currency_code,
        ledger,
        group_period,
        {{ code }} as figure,
        amount
    from {{ ref(statement) }}
    where period_kind = 'year_to_date' and scenario <> 'budget' and {{ condition }}
    {% endfor %}
),

shown as (
    select
        scenario,
        unit_id,
        unit_kind,
        currency_view,
        currency_code,
        ledger,
        group_period,
        {% for name, figures in {
            'profit': "'profit'",
            'assets': "'assets', 'unmapped'",
            'funding': "'equity_and_liabilities'",
            'equity': "'equity'",
            'equity_closing': "'changes closing_balance'",
            'equity_result': "'changes result'",
            'cash_begin': "'indirect cash_at_beginning'",
            'cash_end': "'indirect cash_at_end'",
            'indirect_change': "'indirect net_change_in_cash'",
            'direct_change': "'direct net_change_in_cash'",
            'indirect_operating': "'indirect net_cash_from_operating_activities'",
            'direct_operating': "'direct net_cash_from_operating_activities'",
        }.items() -%}
        sum(case when figure in ({{ figures }}) then amount else 0 end) as {{ name }},
        {% endfor -%}
        count(*) as figure_count
    from statement_line
    group by scenario, unit_id, unit_kind, currency_view, currency_code, ledger, group_period
),

compared as (
    select
        shown.*,
        coalesce(unbalanced.amount, 0) as unbalanced_amount,
        coalesce(unbalanced.movement_amount, 0) as unbalanced_movement_amount,
        fact_balance.profit as fact_profit,
        fact_balance.cash as fact_cash,
        fact_balance.assets as fact_assets
    from shown
    left join unbalanced
        on
            shown.scenario = unbalanced.scenario
            and shown.unit_id = unbalanced.unit_id
            and shown.currency_view = unbalanced.currency_view
            and shown.ledger = unbalanced.ledger
            and shown.group_period = unbalanced.group_period
    left join fact_balance
        on
            shown.scenario = fact_balance.scenario
            and shown.unit_id = fact_balance.unit_id
            and shown.ledger = fact_balance.ledger
            and shown.group_period = fact_balance.group_period
            and (shown.unit_kind <> 'branch' or shown.currency_view = 'functional')
),

aspect as (
    {% for name, expected, actual in [
        ('profit is the movement of equity', 'profit', 'equity_result'),
        ('assets are liabilities and equity', 'assets - unbalanced_amount', 'funding'),
        ('equity is where its changes close', 'equity', 'equity_closing'),
        ('cash flow is the movement of cash', 'cash_end - cash_begin - unbalanced_movement_amount', 'indirect_change'),
        ('both methods give one cash flow', 'indirect_change', 'direct_change'),
        ('both methods give one operating cash flow', 'indirect_operating', 'direct_operating'),
        ('profit is the sum of its facts', 'fact_profit', 'profit'),
        ('cash is the sum of its facts', 'fact_cash', 'cash_end'),
        ('assets are the sum of their facts', 'fact_assets', 'assets'),
    ] -%}
    {{ 'union all' if not loop.first }}
    select
        scenario,
        unit_id,
        unit_kind,
        currency_view,
        currency_code,
        ledger,
        group_period,
        '{{ name }}' as aspect,
        {{ expected }} as expected,
        {{ actual }} as actual
    from compared
    {% endfor %}
),

judged as (
    select
        *,
        coalesce(expected = actual, true) as passed
    from aspect
),

named as (
    select
        case unit_kind when 'branch' then 'branch' else 'group' end as scope,
        case unit_kind when 'branch' then unit_id end as branch_id,
        case unit_kind when 'branch' then '' else unit_id || ' ' end
        || group_period || ' ' || ledger || ' ' || scenario || ' in ' || currency_code || ' (' || currency_view || ')'
            as subject,
        currency_code,
        aspect,
        expected,
        actual,
        passed
    from judged
)

select
    'statement' as check_name,
    named.scope,
    named.branch_id,
    named.subject || ': ' || named.aspect as subject,
    named.currency_code,
    cast(named.expected as string) as expected,
    cast(named.actual as string) as actual,
    {{ minor_units('(named.actual - named.expected)', 'currency.minor_factor') }} as difference_minor,
    false as passed
from named
left join {{ ref('currency') }} as currency on named.currency_code = currency.currency_code
where not named.passed
union all
select
    'statement' as check_name,
    scope,
    branch_id,
    subject,
    currency_code,
    'statements that tie' as expected,
    'statements that tie' as actual,
    cast(0 as bigint) as difference_minor,
    true as passed
from named
group by scope, branch_id, subject, currency_code
having min(case when passed then 1 else 0 end) = 1

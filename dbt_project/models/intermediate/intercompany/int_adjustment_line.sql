{# Lines of the group's own journals in each unit whose books they belong to, in that unit's currency. A journal counts
   in a unit where its lines of the unit's members balance: at the month's average rate where one of its accounts is of
   the income statement, else at the closing rate, so that every line has the same rate. #}
with line as (
    select
        entry.journal_code,
        entry.line_number,
        nullif(entry.unit_id, '') as named_unit_id,
        entry.branch_id,
        coalesce(entry.partner_branch_id, '') as partner_branch_id,
        entry.group_period,
        -- A code that the group chart lacks stands on the line Unmapped, as a branch's own account would.
        coalesce(chart.code, '9999') as group_account_code,
        coalesce(chart.statement, 'balance_sheet') = 'income_statement' as is_result,
        entry.currency_code,
        entry.debit_amount - entry.credit_amount as amount,
        entry.reason,
        entry.maker,
        entry.checker,
        entry.is_auto_reversed
    from {{ ref('stg_adjustment_entry') }} as entry
    left join {{ ref('group_account') }} as chart on entry.group_account_code = chart.code
    where entry.maker <> entry.checker
),

presence as (
    select
        unit_id,
        branch_id,
        flow_from_period as from_period,
        flow_to_period as to_period
    from {{ ref('int_intercompany_presence') }}
    where method = 'full'
),

unit_line as (
    select distinct
        presence.unit_id,
        line.journal_code,
        line.line_number,
        line.branch_id,
        line.partner_branch_id,
        line.group_period,
        line.group_account_code,
        line.is_result,
        line.currency_code,
        line.amount,
        line.reason,
        line.maker,
        line.checker,
        line.is_auto_reversed
    from line
    inner join presence
        on
            line.branch_id = presence.branch_id
            and line.group_period between presence.from_period and presence.to_period
            and coalesce(line.named_unit_id, presence.unit_id) = presence.unit_id
),

journal as (
    select
        unit_id,
        journal_code,
        group_period,
        max(currency_code) as currency_code,
        max(case when is_result then 1 else 0 end) = 1 as has_result
    from unit_line
    group by unit_id, journal_code, group_period
    having sum(amount) = 0 and min(currency_code) = max(currency_code)
),

rate as (
    select
        journal.unit_id,
        journal.journal_code,
        case when journal.has_result then unit_rate.average_rate else unit_rate.closing_rate end as rate,
        row_number() over (
            partition by journal.unit_id, journal.journal_code
            order by case when line.branch_id is null then 1 else 0 end, unit_rate.branch_id
        ) as preference
    from journal
    inner join {{ ref('int_unit_rate') }} as unit_rate
        on
            journal.unit_id = unit_rate.unit_id
            and journal.group_period = unit_rate.group_period
            and journal.currency_code = unit_rate.functional_currency_code
    left join line
        on
            journal.journal_code = line.journal_code
            and unit_rate.branch_id = line.branch_id
)

select
    unit_line.unit_id,
    unit.ledger,
    unit_line.journal_code,
    unit_line.line_number,
    unit_line.branch_id,
    unit_line.partner_branch_id,
    unit_line.group_period,
    unit_line.group_account_code,
    unit_line.currency_code,
    {{ money('unit_line.amount') }} as amount,
    branch.functional_currency_code,
    unit.currency_code as group_currency_code,
    case
        when unit_line.currency_code = unit.currency_code then {{ money('unit_line.amount') }}
        else {{ translated('unit_line.amount', 'rate.rate', 'unit.minor_factor') }}
    end as amount_group,
    unit_line.reason,
    unit_line.maker,
    unit_line.checker,
    unit_line.is_auto_reversed
from unit_line
inner join journal
    on
        unit_line.unit_id = journal.unit_id
        and unit_line.journal_code = journal.journal_code
        and unit_line.group_period = journal.group_period
inner join {{ ref('int_capital_unit') }} as unit on unit_line.unit_id = unit.unit_id
left join rate
    on
        unit_line.unit_id = rate.unit_id
        and unit_line.journal_code = rate.journal_code
        and rate.preference = 1
left join {{ ref('dim_branch') }} as branch on unit_line.branch_id = branch.branch_id

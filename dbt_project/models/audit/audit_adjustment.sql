{# The group's own journals: each balances, has a second person, names accounts of the group chart, and counts in every
   unit that it is meant for. Those that do not are not booked, except that unknown accounts stand on Unmapped. #}
with line as (
    select
        entry.journal_code,
        entry.line_number,
        nullif(entry.unit_id, '') as named_unit_id,
        entry.branch_id,
        entry.group_period,
        entry.group_account_code,
        entry.currency_code,
        entry.debit_amount,
        entry.credit_amount,
        entry.maker,
        entry.checker,
        chart.code is not null as is_known_account
    from {{ ref('stg_adjustment_entry') }} as entry
    left join {{ ref('group_account') }} as chart on entry.group_account_code = chart.code
),

journal as (
    select
        journal_code,
        min(branch_id) as branch_id,
        max(currency_code) as currency_code,
        sum(debit_amount) as debit,
        sum(credit_amount) as credit,
        max(case when maker = checker then maker end) as alone,
        min(case when not is_known_account then group_account_code end) as unknown_account
    from line
    group by journal_code
),

-- Where a journal is meant to count: in the unit that it names, else in every unit that holds one of its branches then.
meant as (
    select distinct
        line.journal_code,
        coalesce(line.named_unit_id, presence.unit_id, 'no unit') as unit_id
    from line
    left join {{ ref('int_intercompany_presence') }} as presence
        on
            line.named_unit_id is null
            and line.branch_id = presence.branch_id
            and presence.method = 'full'
            and line.group_period between presence.flow_from_period and presence.flow_to_period
),

counted as (
    select
        unit_id,
        journal_code,
        max(case when amount_group is null then 1 else 0 end) = 1 as lacks_rate
    from {{ ref('int_adjustment_line') }}
    group by unit_id, journal_code
),

finding as (
    select
        branch_id,
        journal_code || ' balance' as subject,
        currency_code,
        cast(debit as string) as expected,
        cast(credit as string) as actual,
        credit - debit as amount
    from journal
    where debit <> credit
    union all
    select
        branch_id,
        journal_code || ' four eyes' as subject,
        cast(null as string) as currency_code,
        'a maker and another person as checker' as expected,
        alone || ' alone' as actual,
        cast(0.01 as decimal(20, 4)) as amount
    from journal
    where alone is not null
    union all
    select
        branch_id,
        journal_code || ' account' as subject,
        cast(null as string) as currency_code,
        'accounts of the group chart' as expected,
        unknown_account || ', booked on 9999' as actual,
        cast(0.01 as decimal(20, 4)) as amount
    from journal
    where unknown_account is not null
    union all
    select
        journal.branch_id,
        meant.journal_code || ' in ' || meant.unit_id as subject,
        cast(null as string) as currency_code,
        'booked' as expected,
        case
            when counted.lacks_rate then 'not booked: no rate of ' || journal.currency_code || ' in the month'
            else 'not booked: the unit does not hold all branches of the journal then'
        end as actual,
        cast(0.01 as decimal(20, 4)) as amount
    from meant
    inner join journal on meant.journal_code = journal.journal_code
    left join counted
        on
            meant.journal_code = counted.journal_code
            and meant.unit_id = counted.unit_id
    where
        journal.debit = journal.credit
        and journal.alone is null
        and coalesce(counted.lacks_rate, true)
)

select
    'adjustment' as check_name,
    'branch' as scope,
    branch_id,
    'all journals' as subject,
    cast(null as string) as currency_code,
    'group journals that can be booked' as expected,
    'group journals that can be booked' as actual,
    cast(0 as bigint) as difference_minor,
    true as passed
from {{ ref('dim_branch') }}
where branch_id not in (select finding.branch_id from finding)
union all
select
    'adjustment' as check_name,
    'branch' as scope,
    finding.branch_id,
    finding.subject,
    finding.currency_code,
    finding.expected,
    finding.actual,
    {{ minor_units('finding.amount', 'currency.minor_factor') }} as difference_minor,
    false as passed
from finding
left join {{ ref('currency') }} as currency on finding.currency_code = currency.currency_code

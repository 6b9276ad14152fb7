{# What the group's own journals add to a unit's books, with the month after taking back what is reversed by itself. A
   cent that rounding the lines leaves stands in a row of its own on the journal's largest line. Journals without a rate
   are not booked; the audit names them. #}
with line as (
    select
        unit_id,
        ledger,
        journal_code,
        line_number,
        branch_id,
        partner_branch_id,
        group_period,
        group_account_code,
        currency_code,
        amount,
        functional_currency_code,
        group_currency_code,
        amount_group,
        reason,
        maker,
        checker,
        is_auto_reversed,
        sum(amount_group) over (partition by unit_id, journal_code) as left_by_rounding,
        row_number() over (
            partition by unit_id, journal_code
            order by abs(amount_group) desc, line_number
        ) as size_rank
    from {{ ref('int_adjustment_line') }}
    where amount_group is not null
),

booked as (
    select
        unit_id,
        ledger,
        journal_code,
        line_number,
        branch_id,
        partner_branch_id,
        group_period,
        group_account_code,
        'adjustment_entry' as rule,
        functional_currency_code,
        case when currency_code = functional_currency_code then amount end as amount_functional,
        currency_code as transaction_currency_code,
        amount as amount_transaction,
        group_currency_code,
        amount_group,
        reason,
        maker,
        checker,
        is_auto_reversed
    from line
    union all
    select
        unit_id,
        ledger,
        journal_code,
        line_number,
        branch_id,
        partner_branch_id,
        group_period,
        group_account_code,
        'adjustment_rounding' as rule,
        functional_currency_code,
        cast(null as decimal(20, 4)) as amount_functional,
        currency_code as transaction_currency_code,
        {{ money('0') }} as amount_transaction,
        group_currency_code,
        -left_by_rounding as amount_group,
        'What rounding the lines of the journal in the currency of the group leaves.' as reason,
        maker,
        checker,
        is_auto_reversed
    from line
    where
        size_rank = 1
        and left_by_rounding <> 0
)

select
    'actual' as scenario,
    unit_id,
    'adjusted' as stage,
    branch_id,
    partner_branch_id,
    ledger,
    group_period,
    group_account_code,
    'adjustment' as movement_type,
    rule,
    functional_currency_code,
    {{ money('amount_functional') }} as amount_functional,
    group_currency_code,
    {{ money('amount_group') }} as amount_group,
    reason,
    'adjustment_entry' as source_kind,
    journal_code || ' line ' || cast(line_number as string) as source_reference,
    maker as made_by,
    checker as approved_by,
    transaction_currency_code,
    {{ money('amount_transaction') }} as amount_transaction
from booked
union all
select
    'actual' as scenario,
    unit_id,
    'adjusted' as stage,
    branch_id,
    partner_branch_id,
    ledger,
    {{ month_after(first_day_of('group_period')) }} as group_period,
    group_account_code,
    'adjustment_reversal' as movement_type,
    rule,
    functional_currency_code,
    {{ money('-amount_functional') }} as amount_functional,
    group_currency_code,
    {{ money('-amount_group') }} as amount_group,
    'Reversed in the month after: ' || reason as reason,
    'adjustment_entry' as source_kind,
    journal_code || ' line ' || cast(line_number as string) as source_reference,
    maker as made_by,
    checker as approved_by,
    transaction_currency_code,
    {{ money('-amount_transaction') }} as amount_transaction
from booked
where is_auto_reversed

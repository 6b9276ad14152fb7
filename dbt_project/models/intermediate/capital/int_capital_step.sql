{# What happens to fair value steps after the purchase: written off in equal parts a month over their life at the
   month's average rate, deferred tax released alike, what remains at the closing rate (IAS 21.39, 21.47). #}
with part as (
    select
        part.unit_id,
        part.branch_id,
        part.spell_number,
        part.event_code,
        part.event_code || '/' || part.step_code as source_reference,
        part.step_code,
        part.part,
        part.group_account_code,
        part.amortisation_account_code,
        part.life_months,
        part.functional_minor_factor,
        part.minor_factor,
        part.entry_rate,
        part.amount_functional,
        part.amount_group,
        acquired.first_period,
        acquired.last_period,
        acquired.has_entry,
        acquired.entry_period
    from {{ ref('int_capital_step_part') }} as part
    inner join {{ ref('int_capital_acquired') }} as acquired
        on
            part.unit_id = acquired.unit_id
            and part.branch_id = acquired.branch_id
            and part.spell_number = acquired.spell_number
),

month as (
    select
        part.*,
        rate.group_period,
        rate.average_rate,
        rate.opening_rate,
        rate.closing_rate,
        least(
            {{ month_number('rate.group_period') }} - {{ month_number('part.first_period') }} + 1, part.life_months
        ) as months_run,
        least(
            {{ month_number('rate.group_period') }} - {{ month_number('part.first_period') }}, part.life_months
        ) as months_run_before
    from part
    inner join {{ ref('int_translation_month') }} as rate
        on
            part.unit_id = rate.unit_id
            and part.branch_id = rate.branch_id
            and rate.group_period between part.first_period and part.last_period
            and rate.is_translated
            and (part.has_entry or part.entry_period <= rate.group_period)
),

remaining as (
    select
        *,
        amount_functional - coalesce(
            {{ prorated('amount_functional', 'months_run', 'life_months', 'functional_minor_factor') }}, 0
        ) as closing_amount_functional,
        amount_functional - coalesce(
            {{ prorated('amount_functional', 'months_run_before', 'life_months', 'functional_minor_factor') }}, 0
        ) as opening_amount_functional
    from month
),

valued as (
    select
        *,
        opening_amount_functional - closing_amount_functional as written_off_functional,
        {{ translated(
            '(opening_amount_functional - closing_amount_functional)', 'average_rate', 'minor_factor'
        ) }} as written_off_group,
        {{ translated('opening_amount_functional', 'opening_rate', 'minor_factor') }} as first_amount_group,
        {{ translated('opening_amount_functional', 'entry_rate', 'minor_factor') }} as first_at_entry_rate,
        {{ translated('closing_amount_functional', 'closing_rate', 'minor_factor') }} as closing_amount_group
    from remaining
),

chained as (
    select
        *,
        lag(closing_amount_group) over (
            partition by unit_id, branch_id, spell_number, event_code, step_code, part order by group_period
        ) as before_amount_group
    from valued
),

moved as (
    select
        *,
        closing_amount_group + written_off_group
        - coalesce(before_amount_group, case when has_entry then amount_group else first_amount_group end)
            as difference_group,
        not has_entry and before_amount_group is null as is_opening
    from chained
),

posting as (
    select
        unit_id,
        branch_id,
        group_period,
        source_reference,
        group_account_code,
        'amortisation' as movement_type,
        'fair_value_amortisation' as rule,
        -written_off_functional as amount_functional,
        -written_off_group as amount_group
    from moved
    union all
    select
        unit_id,
        branch_id,
        group_period,
        source_reference,
        amortisation_account_code as group_account_code,
        'amortisation' as movement_type,
        'fair_value_amortisation' as rule,
        written_off_functional as amount_functional,
        written_off_group as amount_group
    from moved
    union all
    select
        unit_id,
        branch_id,
        group_period,
        source_reference,
        group_account_code,
        'translation_difference' as movement_type,
        'fair_value_translation' as rule,
        0 as amount_functional,
        difference_group as amount_group
    from moved
    union all
    select
        unit_id,
        branch_id,
        group_period,
        source_reference,
        '2500' as group_account_code,
        'translation_difference' as movement_type,
        'fair_value_translation' as rule,
        0 as amount_functional,
        -difference_group as amount_group
    from moved
    union all
    -- What was written off, and what the rates did, before the first month of the books.
    select
        unit_id,
        branch_id,
        group_period,
        source_reference,
        group_account_code,
        'opening' as movement_type,
        'fair_value_amortisation' as rule,
        opening_amount_functional - amount_functional as amount_functional,
        first_amount_group - amount_group as amount_group
    from moved
    where is_opening
    union all
    select
        unit_id,
        branch_id,
        group_period,
        source_reference,
        '2100' as group_account_code,
        'opening' as movement_type,
        'fair_value_amortisation' as rule,
        amount_functional - opening_amount_functional as amount_functional,
        amount_group - first_at_entry_rate as amount_group
    from moved
    where is_opening
    union all
    select
        unit_id,
        branch_id,
        group_period,
        source_reference,
        '2500' as group_account_code,
        'opening' as movement_type,
        'fair_value_translation' as rule,
        0 as amount_functional,
        first_at_entry_rate - first_amount_group as amount_group
    from moved
    where is_opening
)

select
    unit_id,
    'eliminated' as stage,
    branch_id,
    '' as partner_branch_id,
    group_period,
    group_account_code,
    movement_type,
    rule,
    {{ money('amount_functional') }} as amount_functional,
    {{ money('amount_group') }} as amount_group,
    'fair_value_step' as source_kind,
    source_reference
from posting
where amount_group <> 0

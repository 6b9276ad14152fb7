{# Goodwill is an asset of the purchased branch, in its currency: at the closing rate of every month, the difference
   into translation differences (IAS 21.47). #}
with acquired as (
    select
        unit_id,
        branch_id,
        spell_number,
        event_code,
        first_period,
        last_period,
        has_entry,
        entry_period,
        minor_factor,
        goodwill_amount_group,
        goodwill_amount_functional
    from {{ ref('int_capital_acquired') }}
    where goodwill_amount_functional is not null
),

month as (
    select
        acquired.unit_id,
        acquired.branch_id,
        acquired.spell_number,
        acquired.event_code,
        acquired.has_entry,
        acquired.entry_period,
        acquired.goodwill_amount_group,
        rate.group_period,
        {{ translated('acquired.goodwill_amount_functional', 'rate.opening_rate', 'acquired.minor_factor') }}
            as first_amount_group,
        {{ translated('acquired.goodwill_amount_functional', 'rate.closing_rate', 'acquired.minor_factor') }}
            as closing_amount_group
    from acquired
    inner join {{ ref('int_translation_month') }} as rate
        on
            acquired.unit_id = rate.unit_id
            and acquired.branch_id = rate.branch_id
            and rate.group_period between acquired.first_period and acquired.last_period
            and rate.is_translated
            and (acquired.has_entry or acquired.entry_period <= rate.group_period)
),

chained as (
    select
        unit_id,
        branch_id,
        event_code,
        has_entry,
        entry_period,
        group_period,
        goodwill_amount_group,
        first_amount_group,
        closing_amount_group,
        lag(closing_amount_group) over (
            partition by unit_id, branch_id, spell_number order by group_period
        ) as before_amount_group
    from month
),

difference as (
    select
        unit_id,
        branch_id,
        event_code,
        group_period,
        'translation_difference' as movement_type,
        closing_amount_group
        - coalesce(before_amount_group, case when has_entry then goodwill_amount_group else first_amount_group end)
            as amount_group
    from chained
    union all
    -- What the rates did between the purchase and the first month of the books.
    select
        unit_id,
        branch_id,
        event_code,
        group_period,
        'opening' as movement_type,
        first_amount_group - goodwill_amount_group as amount_group
    from chained
    where
        not has_entry
        and before_amount_group is null
)

select
    unit_id,
    'eliminated' as stage,
    branch_id,
    '' as partner_branch_id,
    group_period,
    '1010' as group_account_code,
    movement_type,
    'goodwill_translation' as rule,
    {{ money('0') }} as amount_functional,
    {{ money('amount_group') }} as amount_group,
    'acquisition_event' as source_kind,
    event_code as source_reference
from difference
where amount_group <> 0
union all
select
    unit_id,
    'eliminated' as stage,
    branch_id,
    '' as partner_branch_id,
    group_period,
    '2500' as group_account_code,
    movement_type,
    'goodwill_translation' as rule,
    cast(null as decimal(20, 4)) as amount_functional,
    {{ money('-amount_group') }} as amount_group,
    'acquisition_event' as source_kind,
    event_code as source_reference
from difference
where amount_group <> 0

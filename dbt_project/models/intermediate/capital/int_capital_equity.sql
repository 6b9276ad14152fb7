{# The equity of a purchased branch on the day on which it came in, account by account, debit positive: what it
   brought in, or, where its books begin later, its capital and reserve movements up to that day. A branch of which
   no such movement is known brings in the equity with which its books begin. #}
with spell as (
    select
        unit_id,
        branch_id,
        spell_number,
        valid_from,
        has_entry,
        entry_period
    from {{ ref('int_capital_spell') }}
    where entry_kind <> 'founded'
),

purchase as (
    select
        event_code,
        acquired_branch_id,
        event_date
    from {{ ref('fct_acquisition_event') }}
    where event_kind = 'acquisition'
),

bought as (
    select
        spell.unit_id,
        spell.branch_id,
        spell.spell_number,
        coalesce(max(purchase.event_date), max(spell.valid_from)) as event_date
    from spell
    left join purchase
        on
            spell.branch_id = purchase.acquired_branch_id
            and (
                {{ month_of('spell.valid_from') }} = {{ month_of('purchase.event_date') }}
                or {{ day_before('spell.valid_from') }} = purchase.event_date
            )
    where not spell.has_entry
    group by spell.unit_id, spell.branch_id, spell.spell_number
),

event as (
    select distinct
        branch_id,
        event_code,
        event_date
    from {{ ref('fct_equity_event') }}
),

history as (
    select
        bought.unit_id,
        bought.branch_id,
        bought.spell_number,
        movement.group_account_code,
        sum(movement.amount_functional) as amount_functional,
        sum(movement.amount_group) as amount_group
    from bought
    inner join {{ ref('int_translated_movement') }} as movement
        on
            bought.unit_id = movement.unit_id
            and bought.branch_id = movement.branch_id
            and movement.movement_type = 'opening'
    inner join event
        on
            movement.branch_id = event.branch_id
            and movement.event_code = event.event_code
            and bought.event_date >= event.event_date
    group by bought.unit_id, bought.branch_id, bought.spell_number, movement.group_account_code
),

known as (
    select distinct
        unit_id,
        branch_id,
        spell_number
    from history
),

opening as (
    select
        spell.unit_id,
        spell.branch_id,
        spell.spell_number,
        base.group_account_code,
        sum(base.amount_functional) as amount_functional,
        sum(base.amount_group) as amount_group
    from spell
    inner join {{ ref('int_capital_base') }} as base
        on
            spell.unit_id = base.unit_id
            and spell.branch_id = base.branch_id
            and spell.entry_period = base.group_period
            and base.movement_type = case when spell.has_entry then 'acquisition' else 'opening' end
    left join known
        on
            spell.unit_id = known.unit_id
            and spell.branch_id = known.branch_id
            and spell.spell_number = known.spell_number
    where
        base.account_class in ('capital', 'retained', 'other_comprehensive_income', 'result')
        and known.branch_id is null
    group by
        spell.unit_id,
        spell.branch_id,
        spell.spell_number,
        base.group_account_code
)

select
    unit_id,
    branch_id,
    spell_number,
    group_account_code,
    'equity_event' as source_kind,
    {{ money('amount_functional') }} as amount_functional,
    {{ money('amount_group') }} as amount_group
from history
union all
select
    unit_id,
    branch_id,
    spell_number,
    group_account_code,
    'ledger' as source_kind,
    {{ money('amount_functional') }} as amount_functional,
    {{ money('amount_group') }} as amount_group
from opening

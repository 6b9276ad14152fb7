{# Capital of branches that the unit founded, and what is paid into or out of any branch later: the capital goes
   out, with it the holders' investment by their direct share, and the rest is the non-controlling interests' (IFRS
   10.B86). #}
with spell as (
    select
        unit_id,
        branch_id,
        spell_number,
        entry_kind,
        has_entry,
        first_period,
        last_period,
        entry_period
    from {{ ref('int_capital_spell') }}
    where method = 'full'
),

paid as (
    select
        base.unit_id,
        base.branch_id,
        base.group_period,
        base.group_account_code,
        base.movement_type,
        base.amount_group,
        greatest(base.group_period, spell.first_period) as holding_period
    from {{ ref('int_capital_base') }} as base
    inner join spell
        on
            base.unit_id = spell.unit_id
            and base.branch_id = spell.branch_id
            and base.group_period between spell.entry_period and spell.last_period
    where
        base.account_class = 'capital'
        and (base.movement_type <> 'acquisition' or spell.entry_kind = 'founded')
    union all
    -- The capital that was bought is no contribution.
    select
        equity.unit_id,
        equity.branch_id,
        spell.entry_period as group_period,
        equity.group_account_code,
        'opening' as movement_type,
        -equity.amount_group as amount_group,
        greatest(spell.entry_period, spell.first_period) as holding_period
    from {{ ref('int_capital_equity') }} as equity
    inner join spell
        on
            equity.unit_id = spell.unit_id
            and equity.branch_id = spell.branch_id
            and equity.spell_number = spell.spell_number
    where
        not spell.has_entry
        and equity.group_account_code in ('2000', '2050')
),

contribution as (
    select
        unit_id,
        branch_id,
        group_period,
        group_account_code,
        movement_type,
        holding_period,
        sum(amount_group) as amount_group
    from paid
    group by unit_id, branch_id, group_period, group_account_code, movement_type, holding_period
    having sum(amount_group) <> 0
),

held as (
    select
        contribution.unit_id,
        contribution.branch_id,
        contribution.group_period,
        contribution.group_account_code,
        contribution.movement_type,
        holding.holder_branch_id,
        {{ share_of('contribution.amount_group', 'holding.direct_pct', 'unit.minor_factor') }} as amount_group,
        {{ share_of(
            'contribution.amount_group', '(100 - holding.holder_pct) * holding.direct_pct * 0.01', 'unit.minor_factor'
        ) }} as holder_nci_amount_group
    from contribution
    inner join {{ ref('int_capital_unit') }} as unit on contribution.unit_id = unit.unit_id
    inner join {{ ref('int_capital_holding') }} as holding
        on
            contribution.unit_id = holding.unit_id
            and contribution.branch_id = holding.branch_id
            and contribution.holding_period between holding.from_period and holding.to_period
),

held_in_all as (
    select
        unit_id,
        branch_id,
        group_period,
        group_account_code,
        movement_type,
        sum(amount_group - holder_nci_amount_group) as amount_group
    from held
    group by unit_id, branch_id, group_period, group_account_code, movement_type
),

posting as (
    select
        unit_id,
        branch_id,
        '' as partner_branch_id,
        group_period,
        group_account_code,
        movement_type,
        'investment' as rule,
        -amount_group as amount_group,
        branch_id as source_reference
    from contribution
    union all
    select
        unit_id,
        holder_branch_id as branch_id,
        branch_id as partner_branch_id,
        group_period,
        '1180' as group_account_code,
        movement_type,
        'investment' as rule,
        amount_group,
        branch_id as source_reference
    from held
    union all
    select
        unit_id,
        holder_branch_id as branch_id,
        branch_id as partner_branch_id,
        group_period,
        '2900' as group_account_code,
        movement_type,
        'nci_investment' as rule,
        -holder_nci_amount_group as amount_group,
        branch_id as source_reference
    from held
    union all
    select
        contribution.unit_id,
        contribution.branch_id,
        '' as partner_branch_id,
        contribution.group_period,
        '2900' as group_account_code,
        contribution.movement_type,
        'nci_equity' as rule,
        contribution.amount_group - coalesce(held_in_all.amount_group, 0) as amount_group,
        contribution.branch_id as source_reference
    from contribution
    left join held_in_all
        on
            contribution.unit_id = held_in_all.unit_id
            and contribution.branch_id = held_in_all.branch_id
            and contribution.group_period = held_in_all.group_period
            and contribution.group_account_code = held_in_all.group_account_code
            and contribution.movement_type = held_in_all.movement_type
)

select
    unit_id,
    'eliminated' as stage,
    branch_id,
    partner_branch_id,
    group_period,
    group_account_code,
    movement_type,
    rule,
    cast(null as decimal(20, 4)) as amount_functional,
    {{ money('amount_group') }} as amount_group,
    'rule' as source_kind,
    source_reference
from posting
where amount_group <> 0

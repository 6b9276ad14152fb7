{# What each purchase cost and brought, in the unit's currency: price, net assets, fair value steps, non-controlling
   interests (IFRS 3.19) and what is left, goodwill (IFRS 3.32) or a gain (IFRS 3.34). A branch that came along with
   the purchase of its owner adds what is left of it to that purchase, as far as it is the owners'. #}
with spell as (
    select
        spell.unit_id,
        spell.branch_id,
        spell.spell_number,
        spell.entry_kind,
        spell.anchor_branch_id,
        spell.event_code,
        spell.acquirer_branch_id,
        spell.first_period,
        spell.last_period,
        spell.has_entry,
        spell.entry_period,
        spell.entry_rate,
        unit.currency_code,
        unit.minor_factor,
        branch.functional_currency_code,
        functional.minor_factor as functional_minor_factor,
        coalesce(holding.direct_pct, 100) as held_pct,
        coalesce(holding.holder_pct, 100) as holder_pct
    from {{ ref('int_capital_spell') }} as spell
    inner join {{ ref('int_capital_unit') }} as unit on spell.unit_id = unit.unit_id
    left join {{ ref('dim_branch') }} as branch on spell.branch_id = branch.branch_id
    left join {{ ref('currency') }} as functional on branch.functional_currency_code = functional.currency_code
    left join {{ ref('int_capital_holding') }} as holding
        on
            spell.unit_id = holding.unit_id
            and spell.branch_id = holding.branch_id
            and spell.acquirer_branch_id = holding.holder_branch_id
            and spell.first_period between holding.from_period and holding.to_period
    where
        spell.method = 'full'
        and spell.entry_kind <> 'founded'
),

booked as (
    select
        spell.unit_id,
        spell.branch_id,
        spell.spell_number,
        sum(base.amount_group) as amount_group
    from spell
    inner join {{ ref('int_capital_base') }} as base
        on
            spell.unit_id = base.unit_id
            and spell.acquirer_branch_id = base.branch_id
            and spell.branch_id = base.partner_branch_id
            and spell.entry_period >= base.group_period
    where
        base.account_class = 'investment'
        and (
            spell.has_entry
            or base.movement_type in ('opening', 'acquisition')
            or base.group_period < spell.entry_period
        )
    group by spell.unit_id, spell.branch_id, spell.spell_number
),

equity as (
    select
        unit_id,
        branch_id,
        spell_number,
        -sum(amount_functional) as amount_functional,
        -sum(amount_group) as amount_group
    from {{ ref('int_capital_equity') }}
    group by unit_id, branch_id, spell_number
),

step as (
    select
        unit_id,
        branch_id,
        spell_number,
        sum(amount_group) as amount_group
    from {{ ref('int_capital_step_part') }}
    group by unit_id, branch_id, spell_number
),

measured as (
    select
        spell.unit_id,
        spell.branch_id,
        spell.spell_number,
        spell.entry_kind,
        spell.anchor_branch_id,
        spell.event_code,
        spell.acquirer_branch_id,
        spell.first_period,
        spell.last_period,
        spell.has_entry,
        spell.entry_period,
        spell.entry_rate,
        spell.currency_code,
        spell.minor_factor,
        spell.functional_currency_code,
        spell.functional_minor_factor,
        spell.holder_pct,
        case when spell.entry_kind = 'purchase' then coalesce(purchase.nci_basis, 'proportionate') else 'chain' end
            as nci_basis,
        case
            when spell.entry_kind = 'purchase' then coalesce(purchase.ownership_pct, spell.held_pct)
            else spell.held_pct
        end as ownership_pct,
        {{ money('coalesce(equity.amount_group, 0)') }} as net_assets_amount_group,
        {{ money('coalesce(step.amount_group, 0)') }} as step_amount_group,
        {{ money('coalesce(equity.amount_group, 0) + coalesce(step.amount_group, 0)') }} as identifiable_amount_group,
        booked.amount_group is not null as is_price_booked,
        coalesce(
            {{ money('booked.amount_group') }},
            case
                when spell.entry_kind = 'chain' then {{ money('0') }}
                when purchase.price_currency_code = spell.currency_code then {{ money('purchase.price_amount') }}
            end,
            {{ translated('purchase.price_amount', 'spot.rate', 'spell.minor_factor') }},
            case
                when purchase.price_currency_code = spell.functional_currency_code
                    then {{ translated('purchase.price_amount', 'spell.entry_rate', 'spell.minor_factor') }}
            end,
            {{ money('0') }}
        ) as price_amount_group,
        {{ translated('purchase.nci_fair_value_amount', 'spell.entry_rate', 'spell.minor_factor') }}
            as nci_fair_value_amount_group
    from spell
    left join {{ ref('fct_acquisition_event') }} as purchase
        on
            spell.event_code = purchase.event_code
            and spell.entry_kind = 'purchase'
    left join {{ ref('int_currency_rate') }} as spot
        on
            purchase.price_currency_code = spot.from_currency_code
            and spell.currency_code = spot.to_currency_code
            and spot.rate_type = 'spot'
            and cast(purchase.event_date as string) = spot.rate_key
    left join booked
        on
            spell.unit_id = booked.unit_id
            and spell.branch_id = booked.branch_id
            and spell.spell_number = booked.spell_number
    left join equity
        on
            spell.unit_id = equity.unit_id
            and spell.branch_id = equity.branch_id
            and spell.spell_number = equity.spell_number
    left join step
        on
            spell.unit_id = step.unit_id
            and spell.branch_id = step.branch_id
            and spell.spell_number = step.spell_number
),

shared as (
    select
        *,
        case
            when nci_basis = 'fair_value' and nci_fair_value_amount_group is not null then nci_fair_value_amount_group
            when nci_basis = 'chain'
                then {{ share_of(
                    'identifiable_amount_group', '(100 - holder_pct * ownership_pct * 0.01)', 'minor_factor'
                ) }}
            else {{ share_of('identifiable_amount_group', '(100 - ownership_pct)', 'minor_factor') }}
        end as nci_amount_group,
        {{ share_of('price_amount_group', '(100 - holder_pct)', 'minor_factor') }} as holder_nci_amount_group
    from measured
),

left_over as (
    select
        *,
        {{ money(
            "price_amount_group + nci_amount_group - identifiable_amount_group"
            ~ " - case when nci_basis = 'chain' then holder_nci_amount_group else 0 end"
        ) }} as left_over_amount_group
    from shared
),

chain as (
    select
        unit_id,
        anchor_branch_id,
        event_code,
        sum(left_over_amount_group) as amount_group
    from left_over
    where entry_kind = 'chain'
    group by unit_id, anchor_branch_id, event_code
)

select
    left_over.unit_id,
    left_over.branch_id,
    left_over.spell_number,
    left_over.entry_kind,
    left_over.anchor_branch_id,
    left_over.event_code,
    left_over.acquirer_branch_id,
    left_over.first_period,
    left_over.last_period,
    left_over.has_entry,
    left_over.entry_period,
    left_over.entry_rate,
    left_over.currency_code,
    left_over.minor_factor,
    left_over.functional_currency_code,
    left_over.functional_minor_factor,
    left_over.nci_basis,
    cast(left_over.ownership_pct as decimal(20, 10)) as ownership_pct,
    cast(left_over.holder_pct as decimal(20, 10)) as holder_pct,
    left_over.is_price_booked,
    left_over.price_amount_group,
    left_over.net_assets_amount_group,
    left_over.step_amount_group,
    left_over.nci_amount_group,
    left_over.holder_nci_amount_group,
    left_over.left_over_amount_group,
    {{ money("case when left_over.entry_kind = 'purchase'"
        ~ " then left_over.left_over_amount_group + coalesce(chain.amount_group, 0) else 0 end") }}
        as goodwill_amount_group,
    case
        when
            left_over.entry_kind = 'purchase'
            and left_over.left_over_amount_group + coalesce(chain.amount_group, 0) > 0
            then {{ translated_back(
                '(left_over.left_over_amount_group + coalesce(chain.amount_group, 0))', 'left_over.entry_rate',
                'left_over.functional_minor_factor'
            ) }}
    end as goodwill_amount_functional
from left_over
left join chain
    on
        left_over.unit_id = chain.unit_id
        and left_over.branch_id = chain.anchor_branch_id
        and left_over.event_code = chain.event_code
        and left_over.entry_kind = 'purchase'

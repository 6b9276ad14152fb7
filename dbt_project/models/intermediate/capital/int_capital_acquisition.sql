{# The day of a purchase as rows: equity at acquisition and the investment go out, fair value steps, non-controlling
   interests and goodwill come in (IFRS 3.10, 3.19, 3.32, IFRS 10.B86). The holder's own non-controlling interests
   lose their part of what the holder paid, for they have it in the purchased branch now. #}
with acquired as (
    select
        unit_id,
        branch_id,
        spell_number,
        entry_kind,
        anchor_branch_id,
        event_code,
        acquirer_branch_id,
        has_entry,
        entry_period,
        price_amount_group,
        nci_basis,
        nci_amount_group,
        holder_nci_amount_group,
        left_over_amount_group,
        goodwill_amount_group,
        goodwill_amount_functional,
        case when has_entry then 'acquisition' else 'opening' end as movement_type
    from {{ ref('int_capital_acquired') }}
),

posting as (
    select
        acquired.unit_id,
        acquired.branch_id,
        '' as partner_branch_id,
        acquired.entry_period as group_period,
        equity.group_account_code,
        acquired.movement_type,
        'investment' as rule,
        -equity.amount_functional as amount_functional,
        -equity.amount_group as amount_group,
        acquired.event_code
    from acquired
    inner join {{ ref('int_capital_equity') }} as equity
        on
            acquired.unit_id = equity.unit_id
            and acquired.branch_id = equity.branch_id
            and acquired.spell_number = equity.spell_number
    union all
    select
        unit_id,
        acquirer_branch_id as branch_id,
        branch_id as partner_branch_id,
        entry_period as group_period,
        '1180' as group_account_code,
        movement_type,
        'investment' as rule,
        cast(null as decimal(20, 4)) as amount_functional,
        -price_amount_group as amount_group,
        event_code
    from acquired
    union all
    select
        acquired.unit_id,
        acquired.branch_id,
        '' as partner_branch_id,
        acquired.entry_period as group_period,
        part.group_account_code,
        acquired.movement_type,
        'fair_value_step' as rule,
        part.amount_functional,
        part.amount_group,
        acquired.event_code
    from acquired
    inner join {{ ref('int_capital_step_part') }} as part
        on
            acquired.unit_id = part.unit_id
            and acquired.branch_id = part.branch_id
            and acquired.spell_number = part.spell_number
    union all
    select
        unit_id,
        branch_id,
        '' as partner_branch_id,
        entry_period as group_period,
        '2900' as group_account_code,
        movement_type,
        'nci_acquisition' as rule,
        cast(null as decimal(20, 4)) as amount_functional,
        case when nci_basis = 'chain' then -nci_amount_group else -nci_amount_group - holder_nci_amount_group end
            as amount_group,
        event_code
    from acquired
    union all
    select
        unit_id,
        acquirer_branch_id as branch_id,
        branch_id as partner_branch_id,
        entry_period as group_period,
        '2900' as group_account_code,
        movement_type,
        'nci_investment' as rule,
        cast(null as decimal(20, 4)) as amount_functional,
        holder_nci_amount_group as amount_group,
        event_code
    from acquired
    union all
    select
        unit_id,
        branch_id,
        '' as partner_branch_id,
        entry_period as group_period,
        case
            when goodwill_amount_group > 0 then '1010'
            when has_entry then '7350'
            else '2100'
        end as group_account_code,
        movement_type,
        case when goodwill_amount_group > 0 then 'goodwill' else 'bargain_purchase' end as rule,
        goodwill_amount_functional as amount_functional,
        goodwill_amount_group as amount_group,
        event_code
    from acquired
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
    {{ money('amount_functional') }} as amount_functional,
    {{ money('amount_group') }} as amount_group,
    'acquisition_event' as source_kind,
    event_code as source_reference
from posting
where amount_group <> 0

{# The share of non-controlling interests in what happens after a branch came in: result, other comprehensive
   income, translation differences and other equity (IFRS 10.B94, IAS 21.41); also below zero. Shared are the
   branch's own rows, the group's journals on it, the writing off of fair value steps, unrealised profit of its
   sales, and what it has from associates; not the income from members, which is their result. Exchange differences
   of goodwill are shared with those who share the goodwill. #}
with account as (
    select
        code,
        case
            when statement = 'income_statement' then '2150'
            when account_type = 'equity' and code not in ('2000', '2050', '2150', '2900') then code
        end as contra_account_code
    from {{ ref('group_account') }}
),

spell as (
    select
        unit_id,
        branch_id,
        spell_number,
        entry_kind,
        has_entry,
        entry_period,
        first_period,
        last_period
    from {{ ref('int_capital_spell') }}
    where method = 'full'
),

own as (
    select
        base.unit_id,
        base.branch_id,
        base.group_period,
        base.group_account_code,
        base.movement_type,
        base.amount_group
    from {{ ref('int_capital_base') }} as base
    inner join spell
        on
            base.unit_id = spell.unit_id
            and base.branch_id = spell.branch_id
            and base.group_period between spell.entry_period and spell.last_period
    where
        base.movement_type not in ('dividend', 'result_brought_forward')
        and (base.movement_type <> 'acquisition' or spell.entry_kind = 'founded')
    union all
    -- What was bought belongs to the day of the purchase.
    select
        equity.unit_id,
        equity.branch_id,
        spell.entry_period as group_period,
        equity.group_account_code,
        'opening' as movement_type,
        -equity.amount_group as amount_group
    from {{ ref('int_capital_equity') }} as equity
    inner join spell
        on
            equity.unit_id = spell.unit_id
            and equity.branch_id = spell.branch_id
            and equity.spell_number = spell.spell_number
    where not spell.has_entry
    union all
    select
        unit_id,
        branch_id,
        group_period,
        group_account_code,
        movement_type,
        amount_group
    from {{ ref('int_adjustment') }}
    union all
    select
        unit_id,
        branch_id,
        group_period,
        group_account_code,
        movement_type,
        amount_group
    from {{ ref('int_elimination_stock_profit') }}
    union all
    select
        unit_id,
        branch_id,
        group_period,
        group_account_code,
        movement_type,
        amount_group
    from {{ ref('int_capital_step') }}
    union all
    select
        unit_id,
        branch_id,
        group_period,
        group_account_code,
        movement_type,
        amount_group
    from {{ ref('int_capital_equity_method') }}
    union all
    select
        unit_id,
        branch_id,
        group_period,
        group_account_code,
        movement_type,
        amount_group
    from {{ ref('int_capital_dividend') }}
    where group_account_code = '7160'
),

-- Goodwill that group journals write off as impaired.
impaired as (
    select
        unit_id,
        branch_id,
        group_period,
        movement_type,
        sum(case when group_account_code = '1010' then amount_group else 0 end) as goodwill_amount
    from {{ ref('int_adjustment') }}
    where group_account_code in ('1010', '6150')
    group by unit_id, branch_id, group_period, movement_type
    having sum(case when group_account_code = '6150' then 1 else 0 end) > 0
),

shared as (
    select
        own.unit_id,
        own.branch_id,
        own.group_period,
        account.contra_account_code,
        own.movement_type,
        own.amount_group,
        100 - member.effective_pct as nci_pct
    from own
    inner join account on own.group_account_code = account.code
    inner join spell
        on
            own.unit_id = spell.unit_id
            and own.branch_id = spell.branch_id
            and own.group_period between spell.entry_period and spell.last_period
    inner join {{ ref('int_unit_member') }} as member
        on
            own.unit_id = member.unit_id
            and own.branch_id = member.branch_id
            and greatest(own.group_period, spell.first_period)
            between member.valid_from_period and member.valid_to_period
    where account.contra_account_code is not null
    union all
    select
        goodwill.unit_id,
        goodwill.branch_id,
        goodwill.group_period,
        goodwill.group_account_code as contra_account_code,
        goodwill.movement_type,
        goodwill.amount_group,
        case
            when acquired.nci_basis = 'fair_value' then 100 - member.effective_pct else 100 - acquired.holder_pct
        end as nci_pct
    from {{ ref('int_capital_goodwill') }} as goodwill
    inner join {{ ref('int_capital_acquired') }} as acquired
        on
            goodwill.unit_id = acquired.unit_id
            and goodwill.branch_id = acquired.branch_id
            and goodwill.source_reference = acquired.event_code
    inner join {{ ref('int_unit_member') }} as member
        on
            goodwill.unit_id = member.unit_id
            and goodwill.branch_id = member.branch_id
            and goodwill.group_period between member.valid_from_period and member.valid_to_period
    where goodwill.group_account_code = '2500'
    union all
    select
        purchase.unit_id,
        purchase.branch_id,
        purchase.group_period,
        '2150' as contra_account_code,
        purchase.movement_type,
        purchase.amount_group,
        100 - acquired.holder_pct as nci_pct
    from {{ ref('int_capital_acquisition') }} as purchase
    inner join {{ ref('int_capital_acquired') }} as acquired
        on
            purchase.unit_id = acquired.unit_id
            and purchase.branch_id = acquired.branch_id
            and purchase.source_reference = acquired.event_code
    where purchase.group_account_code = '7350'
    union all
    -- The expense was shared above like any other; who has no part in the goodwill gets that back (IAS 36.C8).
    select
        impaired.unit_id,
        impaired.branch_id,
        impaired.group_period,
        '2150' as contra_account_code,
        impaired.movement_type,
        -impaired.goodwill_amount as amount_group,
        case when acquired.nci_basis = 'fair_value' then 0 else member.effective_pct - acquired.holder_pct end
            as nci_pct
    from impaired
    inner join spell
        on
            impaired.unit_id = spell.unit_id
            and impaired.branch_id = spell.branch_id
            and impaired.group_period between spell.entry_period and spell.last_period
    inner join {{ ref('int_capital_acquired') }} as acquired
        on
            spell.unit_id = acquired.unit_id
            and spell.branch_id = acquired.branch_id
            and spell.spell_number = acquired.spell_number
    inner join {{ ref('int_unit_member') }} as member
        on
            impaired.unit_id = member.unit_id
            and impaired.branch_id = member.branch_id
            and greatest(impaired.group_period, spell.first_period)
            between member.valid_from_period and member.valid_to_period
),

kind as (
    select
        unit_id,
        branch_id,
        group_period,
        contra_account_code,
        case
            when movement_type = 'opening' then 'opening'
            when contra_account_code = '2150' then 'result'
            when contra_account_code = '2200' then 'other_comprehensive_income'
            when contra_account_code = '2500' then 'translation_difference'
            when movement_type = 'acquisition' then 'acquisition'
            else 'normal'
        end as movement_type,
        nci_pct,
        sum(amount_group) as amount_group
    from shared
    where nci_pct <> 0
    group by
        unit_id,
        branch_id,
        group_period,
        contra_account_code,
        case
            when movement_type = 'opening' then 'opening'
            when contra_account_code = '2150' then 'result'
            when contra_account_code = '2200' then 'other_comprehensive_income'
            when contra_account_code = '2500' then 'translation_difference'
            when movement_type = 'acquisition' then 'acquisition'
            else 'normal'
        end,
        nci_pct
),

part as (
    select
        kind.unit_id,
        kind.branch_id,
        kind.group_period,
        kind.contra_account_code,
        kind.movement_type,
        case kind.contra_account_code
            when '2150' then 'nci_result'
            when '2200' then 'nci_oci'
            when '2500' then 'nci_cta'
            else 'nci_equity'
        end as rule,
        {{ share_of('kind.amount_group', 'kind.nci_pct', 'unit.minor_factor') }} as amount_group
    from kind
    inner join {{ ref('int_capital_unit') }} as unit on kind.unit_id = unit.unit_id
),

posting as (
    select
        unit_id,
        branch_id,
        group_period,
        '2900' as group_account_code,
        movement_type,
        rule,
        amount_group
    from part
    union all
    select
        unit_id,
        branch_id,
        group_period,
        contra_account_code as group_account_code,
        movement_type,
        rule,
        -amount_group as amount_group
    from part
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
    cast(null as decimal(20, 4)) as amount_functional,
    {{ money('sum(amount_group)') }} as amount_group,
    'rule' as source_kind,
    branch_id as source_reference
from posting
group by unit_id, branch_id, group_period, group_account_code, movement_type, rule
having sum(amount_group) <> 0

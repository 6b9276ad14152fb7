{# Dividends between members: what the owner took as income goes out, retained earnings of the paying branch come
   back, and the outsiders' part is taken from non-controlling interests. Where both sides stand in one month, what
   the rates leave between them is an exchange difference (IAS 21.45); a side that stands alone waits for the other
   in retained earnings. #}
with declared as (
    select
        base.unit_id,
        base.branch_id,
        base.group_period,
        sum(base.amount_group) as amount_group
    from {{ ref('int_capital_base') }} as base
    inner join {{ ref('int_capital_unit') }} as unit
        on
            base.unit_id = unit.unit_id
            and base.branch_id <> unit.head_branch_id
    where
        base.account_class = 'retained'
        and base.movement_type = 'dividend'
    group by base.unit_id, base.branch_id, base.group_period
    having sum(base.amount_group) <> 0
),

received as (
    select
        base.unit_id,
        base.partner_branch_id as branch_id,
        base.branch_id as holder_branch_id,
        base.group_period,
        sum(base.amount_group) as amount_group
    from {{ ref('int_capital_base') }} as base
    inner join {{ ref('int_unit_member') }} as payer
        on
            base.unit_id = payer.unit_id
            and base.partner_branch_id = payer.branch_id
            and base.group_period between payer.valid_from_period and payer.valid_to_period
            and payer.method = 'full'
    where base.group_account_code = '7160'
    group by base.unit_id, base.partner_branch_id, base.branch_id, base.group_period
    having sum(base.amount_group) <> 0
),

received_in_all as (
    select
        unit_id,
        branch_id,
        group_period,
        min(holder_branch_id) as holder_branch_id,
        sum(amount_group) as amount_group
    from received
    group by unit_id, branch_id, group_period
),

holder_share as (
    select
        declared.unit_id,
        declared.branch_id,
        declared.group_period,
        holding.holder_branch_id,
        {{ share_of(
            'declared.amount_group', '(100 - holding.holder_pct) * holding.direct_pct * 0.01', 'unit.minor_factor'
        ) }} as amount_group
    from declared
    inner join {{ ref('int_capital_unit') }} as unit on declared.unit_id = unit.unit_id
    inner join {{ ref('int_capital_holding') }} as holding
        on
            declared.unit_id = holding.unit_id
            and declared.branch_id = holding.branch_id
            and declared.group_period between holding.from_period and holding.to_period
),

outsider as (
    select
        declared.unit_id,
        declared.branch_id,
        declared.group_period,
        {{ share_of('declared.amount_group', '(100 - member.effective_pct)', 'unit.minor_factor') }} as amount_group
    from declared
    inner join {{ ref('int_capital_unit') }} as unit on declared.unit_id = unit.unit_id
    inner join {{ ref('int_unit_member') }} as member
        on
            declared.unit_id = member.unit_id
            and declared.branch_id = member.branch_id
            and declared.group_period between member.valid_from_period and member.valid_to_period
),

nci as (
    select
        unit_id,
        branch_id,
        branch_id as nci_branch_id,
        '' as partner_branch_id,
        group_period,
        amount_group
    from outsider
    union all
    select
        unit_id,
        branch_id,
        holder_branch_id as nci_branch_id,
        branch_id as partner_branch_id,
        group_period,
        -amount_group as amount_group
    from holder_share
),

nci_in_all as (
    select
        unit_id,
        branch_id,
        group_period,
        sum(amount_group) as amount_group
    from nci
    group by unit_id, branch_id, group_period
),

balance as (
    select
        coalesce(declared.unit_id, received.unit_id) as unit_id,
        coalesce(declared.branch_id, received.branch_id) as branch_id,
        coalesce(declared.group_period, received.group_period) as group_period,
        received.holder_branch_id,
        declared.amount_group as declared_amount,
        received.amount_group as received_amount,
        coalesce(nci.amount_group, 0) as nci_amount
    from declared
    full outer join received_in_all as received
        on
            declared.unit_id = received.unit_id
            and declared.branch_id = received.branch_id
            and declared.group_period = received.group_period
    left join nci_in_all as nci
        on
            declared.unit_id = nci.unit_id
            and declared.branch_id = nci.branch_id
            and declared.group_period = nci.group_period
),

posting as (
    select
        unit_id,
        holder_branch_id as branch_id,
        branch_id as partner_branch_id,
        group_period,
        '7160' as group_account_code,
        'dividend' as rule,
        -amount_group as amount_group,
        branch_id as source_reference
    from received
    union all
    select
        unit_id,
        nci_branch_id as branch_id,
        partner_branch_id,
        group_period,
        '2900' as group_account_code,
        'nci_dividend' as rule,
        amount_group,
        branch_id as source_reference
    from nci
    union all
    select
        unit_id,
        branch_id,
        '' as partner_branch_id,
        group_period,
        '2100' as group_account_code,
        'dividend' as rule,
        case
            when declared_amount is not null and received_amount is not null then -declared_amount
            else coalesce(received_amount, 0) - nci_amount
        end as amount_group,
        branch_id as source_reference
    from balance
    union all
    select
        unit_id,
        holder_branch_id as branch_id,
        branch_id as partner_branch_id,
        group_period,
        '7210' as group_account_code,
        'intercompany_fx_difference' as rule,
        declared_amount + received_amount - nci_amount as amount_group,
        branch_id as source_reference
    from balance
    where
        declared_amount is not null
        and received_amount is not null
)

select
    unit_id,
    'eliminated' as stage,
    branch_id,
    partner_branch_id,
    group_period,
    group_account_code,
    'dividend' as movement_type,
    rule,
    cast(null as decimal(20, 4)) as amount_functional,
    {{ money('amount_group') }} as amount_group,
    'rule' as source_kind,
    source_reference
from posting
where amount_group <> 0

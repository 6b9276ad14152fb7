{# What companies of one group owe, sell and serve each other leaves its books, pair by pair. Sales leave against the
   buyer's cost of sales with the seller's amount; of everything else both sides leave with their own amounts, and what
   translation alone makes of them stands on a line of its own. #}
with part as (
    select
        unit_id,
        kind,
        relation,
        creditor_branch_id,
        debtor_branch_id,
        branch_id,
        partner_branch_id,
        group_account_code,
        currency_code,
        group_period,
        is_one_sided,
        eliminated_amount_group as amount_group
    from {{ ref('int_intercompany_elimination') }}
    where
        relation <> 'trade'
        or side = 'creditor'
),

taken as (
    select
        unit_id,
        relation,
        creditor_branch_id,
        debtor_branch_id,
        currency_code,
        group_period,
        is_one_sided,
        branch_id,
        partner_branch_id,
        group_account_code,
        case kind
            when 'balance' then 'intercompany_balance'
            else case relation when 'trade' then 'intercompany_sales' else 'intercompany_' || relation end
        end as rule,
        -amount_group as amount_group
    from part
),

against as (
    select
        unit_id,
        relation,
        creditor_branch_id,
        debtor_branch_id,
        currency_code,
        group_period,
        is_one_sided,
        case when relation = 'trade' then debtor_branch_id else creditor_branch_id end as branch_id,
        case when relation = 'trade' then creditor_branch_id else debtor_branch_id end as partner_branch_id,
        case
            when relation = 'trade' then '5000'
            when kind = 'flow' then '7210'
            else '1900'
        end as group_account_code,
        case when relation = 'trade' then 'intercompany_sales' else 'intercompany_fx_difference' end as rule,
        sum(amount_group) as amount_group
    from part
    group by unit_id, kind, relation, creditor_branch_id, debtor_branch_id, currency_code, group_period, is_one_sided
),

entry as (
    select
        unit_id,
        relation,
        creditor_branch_id,
        debtor_branch_id,
        currency_code,
        group_period,
        is_one_sided,
        branch_id,
        partner_branch_id,
        group_account_code,
        rule,
        amount_group
    from taken
    union all
    select
        unit_id,
        relation,
        creditor_branch_id,
        debtor_branch_id,
        currency_code,
        group_period,
        is_one_sided,
        branch_id,
        partner_branch_id,
        group_account_code,
        rule,
        amount_group
    from against
)

select
    'actual' as scenario,
    entry.unit_id,
    'eliminated' as stage,
    entry.branch_id,
    entry.partner_branch_id,
    unit.ledger,
    entry.group_period,
    entry.group_account_code,
    'elimination' as movement_type,
    entry.rule,
    branch.functional_currency_code,
    cast(null as decimal(20, 4)) as amount_functional,
    unit.currency_code as group_currency_code,
    {{ money('entry.amount_group') }} as amount_group,
    case
        when entry.rule = 'intercompany_balance' then 'Agreed between both: claim of '
        when entry.rule = 'intercompany_fx_difference' then 'Difference that translation alone makes: '
        when entry.is_one_sided then 'One-sided, since the buyer notes no partner on purchases: sales of '
        else 'Agreed between both: income of '
    end
    || entry.creditor_branch_id
    || case when entry.rule = 'intercompany_balance' then ' on ' else ' to ' end
    || entry.debtor_branch_id || ', ' || entry.relation || ' in ' || entry.currency_code || '.' as reason,
    'rule' as source_kind,
    entry.creditor_branch_id || '>' || entry.debtor_branch_id || ' ' || entry.relation || ' ' || entry.currency_code
    || ' ' || entry.group_period as source_reference,
    'rule' as made_by,
    unit.approved_by
from entry
inner join {{ ref('int_capital_unit') }} as unit on entry.unit_id = unit.unit_id
left join {{ ref('dim_branch') }} as branch on entry.branch_id = branch.branch_id
where entry.amount_group <> 0

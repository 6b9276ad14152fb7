{# What two companies of a unit moved between them, as each of them books it, in the currency of the transaction; the
   group's own journals included. What a buyer books as stock or expense counts only where the other ever sold to it: a
   partner on a line of its own sales is none of its purchases. #}
with member as (
    select distinct
        unit_id,
        branch_id
    from {{ ref('int_intercompany_presence') }}
    where method = 'full'
),

booked as (
    select
        own.unit_id,
        moved.branch_id,
        moved.partner_branch_id,
        moved.group_period,
        moved.group_account_code,
        coalesce(nullif(moved.transaction_currency_code, ''), moved.functional_currency_code) as currency_code,
        moved.movement_type,
        case
            when nullif(moved.transaction_currency_code, '') is null then moved.amount_functional
            else moved.amount_transaction
        end as amount_transaction,
        moved.amount_functional,
        cast(0 as decimal(20, 4)) as adjusted_amount_group
    from {{ ref('int_branch_transaction_movement') }} as moved
    inner join member as own on moved.branch_id = own.branch_id
    inner join member as other
        on
            own.unit_id = other.unit_id
            and moved.partner_branch_id = other.branch_id
    inner join {{ ref('int_capital_unit') }} as unit
        on
            own.unit_id = unit.unit_id
            and moved.ledger = unit.ledger
    where moved.branch_id <> moved.partner_branch_id
    union all
    select
        adjustment.unit_id,
        adjustment.branch_id,
        adjustment.partner_branch_id,
        adjustment.group_period,
        adjustment.group_account_code,
        adjustment.transaction_currency_code as currency_code,
        adjustment.movement_type,
        adjustment.amount_transaction,
        cast(0 as decimal(20, 4)) as amount_functional,
        adjustment.amount_group as adjusted_amount_group
    from {{ ref('int_adjustment') }} as adjustment
    inner join member as other
        on
            adjustment.unit_id = other.unit_id
            and adjustment.partner_branch_id = other.branch_id
    where
        adjustment.branch_id <> adjustment.partner_branch_id
        and adjustment.partner_branch_id <> ''
),

placed as (
    select
        booked.unit_id,
        chart.kind,
        chart.relation,
        chart.side,
        chart.is_purchase_account,
        case when chart.side = 'creditor' then booked.branch_id else booked.partner_branch_id end
            as creditor_branch_id,
        case when chart.side = 'creditor' then booked.partner_branch_id else booked.branch_id end
            as debtor_branch_id,
        booked.branch_id,
        booked.partner_branch_id,
        booked.group_period,
        booked.group_account_code,
        booked.currency_code,
        booked.amount_transaction,
        booked.amount_functional,
        booked.adjusted_amount_group
    from booked
    inner join {{ ref('int_intercompany_account') }} as chart
        on booked.group_account_code = chart.group_account_code
    where
        chart.kind = 'balance'
        or booked.movement_type not in ('opening', 'opening_difference', 'mapping_change')
),

controlled as (
    select
        placed.unit_id,
        placed.kind,
        placed.relation,
        placed.side,
        placed.is_purchase_account,
        placed.creditor_branch_id,
        placed.debtor_branch_id,
        placed.branch_id,
        placed.partner_branch_id,
        placed.group_period,
        placed.group_account_code,
        placed.currency_code,
        placed.amount_transaction,
        placed.amount_functional,
        placed.adjusted_amount_group,
        max(case when placed.relation = 'trade' and placed.side = 'creditor' then 1 else 0 end) over (
            partition by placed.unit_id, placed.creditor_branch_id, placed.debtor_branch_id
        ) = 1 as has_sales
    from placed
    left join {{ ref('int_intercompany_presence') }} as own
        on
            placed.unit_id = own.unit_id
            and placed.branch_id = own.branch_id
            and own.method = 'full'
            and placed.group_period between own.flow_from_period and own.flow_to_period
    left join {{ ref('int_intercompany_presence') }} as other
        on
            placed.unit_id = other.unit_id
            and placed.partner_branch_id = other.branch_id
            and other.method = 'full'
            and placed.group_period between other.flow_from_period and other.flow_to_period
    where
        placed.kind = 'balance'
        or (own.unit_id is not null and other.unit_id is not null)
)

select
    unit_id,
    kind,
    relation,
    side,
    creditor_branch_id,
    debtor_branch_id,
    branch_id,
    partner_branch_id,
    group_period,
    group_account_code,
    currency_code,
    {{ money('sum(amount_transaction)') }} as amount_transaction,
    {{ money('sum(amount_functional)') }} as amount_functional,
    {{ money('sum(adjusted_amount_group)') }} as adjusted_amount_group
from controlled
where
    kind = 'balance'
    or relation <> 'trade'
    or side = 'creditor'
    or is_purchase_account
    or has_sales
group by
    unit_id,
    kind,
    relation,
    side,
    creditor_branch_id,
    debtor_branch_id,
    branch_id,
    partner_branch_id,
    group_period,
    group_account_code,
    currency_code

{# What the posted ledger moved against branches of the group: those that a line names, else those that the master
   record of its party does. Closing entries are left out. #}
with partner as (
    select
        branch_id,
        'customer' as party_type,
        customer_code as party_code,
        partner_branch_id
    from {{ ref('stg_customer') }}
    where partner_branch_id is not null
    union all
    select
        branch_id,
        'supplier' as party_type,
        supplier_code as party_code,
        partner_branch_id
    from {{ ref('stg_supplier') }}
    where partner_branch_id is not null
),

resolved as (
    select
        ledger.branch_id,
        ledger.ledger,
        ledger.fiscal_year,
        ledger.fiscal_period,
        ledger.account_code,
        ledger.entry_kind,
        ledger.cost_center_code,
        ledger.movement_type,
        ledger.functional_currency_code,
        ledger.transaction_currency_code,
        case
            when ledger.partner_branch_id <> '' then ledger.partner_branch_id
            else coalesce(partner.partner_branch_id, '')
        end as partner_branch_id,
        ledger.amount_functional,
        ledger.amount_transaction
    from {{ ref('fct_gl_party_balance') }} as ledger
    left join partner
        on
            ledger.branch_id = partner.branch_id
            and ledger.party_type = partner.party_type
            and ledger.party_code = partner.party_code
    where ledger.is_posted and ledger.entry_kind <> 'closing'
)

select
    branch_id,
    ledger,
    fiscal_year,
    fiscal_period,
    account_code,
    partner_branch_id,
    cost_center_code,
    case
        when entry_kind = 'opening' then 'opening'
        when movement_type = '' then 'normal'
        else movement_type
    end as movement_type,
    entry_kind = 'opening' as is_opening,
    functional_currency_code,
    transaction_currency_code,
    {{ money('sum(amount_functional)') }} as amount_functional,
    {{ money('sum(amount_transaction)') }} as amount_transaction
from resolved
where partner_branch_id <> ''
group by
    branch_id,
    ledger,
    fiscal_year,
    fiscal_period,
    account_code,
    partner_branch_id,
    cost_center_code,
    case
        when entry_kind = 'opening' then 'opening'
        when movement_type = '' then 'normal'
        else movement_type
    end,
    entry_kind = 'opening',
    functional_currency_code,
    transaction_currency_code

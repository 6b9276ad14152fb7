{# Where two companies of a group do not say the same, pair by pair and in the currency of the transaction. #}
with last_month as (
    select
        branch_id,
        max(group_period) as group_period
    from {{ ref('int_branch_movement') }}
    group by branch_id
),

pair as (
    select
        unit_id,
        kind,
        relation,
        creditor_branch_id,
        debtor_branch_id,
        currency_code,
        group_period,
        creditor_amount_transaction,
        debtor_amount_transaction,
        agreed_amount_transaction,
        is_one_sided,
        -- What waited and has been matched since is open no longer.
        case
            when is_caught_up then 0
            when creditor_waiting_amount_transaction < 0
                then creditor_waiting_amount_transaction + caught_up_amount_transaction
            else creditor_waiting_amount_transaction - caught_up_amount_transaction
        end as creditor_open,
        case
            when is_caught_up then 0
            when debtor_waiting_amount_transaction < 0
                then debtor_waiting_amount_transaction + caught_up_amount_transaction
            else debtor_waiting_amount_transaction - caught_up_amount_transaction
        end as debtor_open
    from {{ ref('int_intercompany_match') }}
    where is_counted
)

select
    pair.unit_id,
    pair.group_period,
    pair.kind,
    pair.relation,
    pair.creditor_branch_id,
    pair.debtor_branch_id,
    pair.currency_code as transaction_currency_code,
    pair.creditor_branch_id || '>' || pair.debtor_branch_id || ' ' || pair.relation || ' ' || pair.currency_code
    || ' ' || pair.group_period as source_reference,
    pair.creditor_amount_transaction,
    pair.debtor_amount_transaction,
    pair.agreed_amount_transaction,
    {{ money('pair.creditor_open') }} as creditor_open_amount_transaction,
    {{ money('pair.debtor_open') }} as debtor_open_amount_transaction,
    {{ money('pair.creditor_open + pair.debtor_open') }} as difference_amount_transaction,
    creditor.group_period as creditor_last_period,
    debtor.group_period as debtor_last_period,
    case
        when pair.creditor_open = 0 and pair.debtor_open = 0 and pair.is_one_sided then 'one_sided'
        when pair.creditor_open = 0 and pair.debtor_open = 0 then 'agreed'
        when pair.creditor_open <> 0 and coalesce(debtor.group_period < pair.group_period, true)
            then 'debtor_not_delivered'
        when pair.debtor_open <> 0 and coalesce(creditor.group_period < pair.group_period, true)
            then 'creditor_not_delivered'
        when pair.creditor_open <> 0 and pair.debtor_open <> 0 then 'contradiction'
        when pair.creditor_open <> 0 then 'more_by_creditor'
        else 'more_by_debtor'
    end as status
from pair
left join last_month as creditor on pair.creditor_branch_id = creditor.branch_id
left join last_month as debtor on pair.debtor_branch_id = debtor.branch_id
where
    pair.creditor_amount_transaction <> 0
    or pair.debtor_amount_transaction <> 0
    or pair.creditor_open <> 0
    or pair.debtor_open <> 0

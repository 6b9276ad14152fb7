-- Each payment beside the one before it to the same party of the same amount.
with beside as (
    select
        branch_id,
        party_type,
        party_code,
        payment_number,
        payment_date,
        bank_account_code,
        currency_code,
        amount_transaction,
        end_to_end_reference,
        source_file,
        source_row,
        lag(payment_number) over same_amount as earlier_payment_number,
        lag(payment_date) over same_amount as earlier_payment_date,
        lag(end_to_end_reference) over same_amount as earlier_reference
    from {{ ref('fct_payment') }}
    window same_amount as (
        partition by branch_id, party_type, party_code, currency_code, amount_transaction
        order by payment_date, payment_number
    )
)

select
    beside.branch_id,
    beside.party_type,
    beside.party_code,
    beside.payment_number,
    beside.earlier_payment_number,
    beside.payment_date,
    beside.earlier_payment_date,
    beside.bank_account_code,
    beside.currency_code,
    beside.amount_transaction,
    coalesce(beside.end_to_end_reference = beside.earlier_reference, false) as has_same_reference,
    beside.source_file,
    beside.source_row
from beside
{{ join_audit_limit('near', 'duplicate_payment', 'window_days', 'beside') }}
where {{ days_from('beside.earlier_payment_date', 'beside.payment_date') }} <= cast(near.limit_value as bigint)

-- Each invoice beside the one before it of the same party and amount, or of the same supplier's number.
with invoice as (
    select
        branch_id,
        'purchase' as direction,
        supplier_code as party_code,
        invoice_number,
        upper({{ letters_and_digits('supplier_invoice_number') }}) as their_number,
        invoice_date,
        currency_code,
        gross_amount_transaction,
        source_file,
        source_row
    from {{ ref('fct_purchase_invoice') }}
    where invoice_type = 'invoice'
    union all
    select
        branch_id,
        'sales' as direction,
        customer_code as party_code,
        invoice_number,
        cast(null as string) as their_number,
        invoice_date,
        currency_code,
        gross_amount_transaction,
        source_file,
        source_row
    from {{ ref('fct_sales_invoice') }}
    where invoice_type = 'invoice'
),

beside_amount as (
    select
        branch_id,
        direction,
        party_code,
        invoice_number,
        their_number,
        invoice_date,
        currency_code,
        gross_amount_transaction,
        source_file,
        source_row,
        lag(invoice_number) over same_amount as earlier_invoice_number,
        lag(invoice_date) over same_amount as earlier_invoice_date,
        lag(their_number) over same_amount as earlier_their_number
    from invoice
    window same_amount as (
        partition by branch_id, direction, party_code, currency_code, gross_amount_transaction
        order by invoice_date, invoice_number
    )
),

beside_number as (
    select
        branch_id,
        direction,
        party_code,
        invoice_number,
        their_number,
        invoice_date,
        currency_code,
        gross_amount_transaction,
        source_file,
        source_row,
        lag(invoice_number) over same_number as earlier_invoice_number,
        lag(invoice_date) over same_number as earlier_invoice_date
    from invoice
    where their_number <> ''
    window same_number as (
        partition by branch_id, direction, party_code, their_number order by invoice_date, invoice_number
    )
),

found as (
    select
        branch_id,
        direction,
        party_code,
        invoice_number,
        earlier_invoice_number,
        their_number,
        invoice_date,
        earlier_invoice_date,
        currency_code,
        gross_amount_transaction,
        source_file,
        source_row,
        'same_supplier_number' as likeness
    from beside_number
    where earlier_invoice_number is not null
    union all
    select
        amount.branch_id,
        amount.direction,
        amount.party_code,
        amount.invoice_number,
        amount.earlier_invoice_number,
        amount.their_number,
        amount.invoice_date,
        amount.earlier_invoice_date,
        amount.currency_code,
        amount.gross_amount_transaction,
        amount.source_file,
        amount.source_row,
        'same_party_amount_and_time' as likeness
    from beside_amount as amount
    {{ join_audit_limit('near', 'duplicate_invoice', 'window_days', 'amount') }}
    where
        {{ days_from('amount.earlier_invoice_date', 'amount.invoice_date') }} <= cast(near.limit_value as bigint)
        and coalesce(amount.their_number <> amount.earlier_their_number, true)
)

select
    branch_id,
    direction,
    likeness,
    party_code,
    invoice_number,
    earlier_invoice_number,
    their_number,
    invoice_date,
    earlier_invoice_date,
    currency_code,
    gross_amount_transaction,
    source_file,
    source_row
from found

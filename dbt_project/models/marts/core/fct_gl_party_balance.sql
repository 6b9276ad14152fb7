{# The part of the ledger that names a party or a branch of the group. Whether a party is a branch of the group
   stands in its master record, which may change later: it is looked up anew each night (int_partner_movement) and
   not written here. #}
{{ config(
    materialized='incremental' if target.type == 'duckdb' else 'table',
    incremental_strategy='replace_slices',
    meta={'owner': 'group_data', 'datasets': ['gl_entry']}
) }}

with line as (
    select
        dataset,
        branch_id,
        slice_period,
        ledger,
        fiscal_year,
        fiscal_period,
        account_code,
        entry_kind,
        is_posted,
        functional_currency_code,
        coalesce(cost_center_code, '') as cost_center_code,
        coalesce(movement_type, '') as movement_type,
        coalesce(party_type, '') as party_type,
        coalesce(party_code, '') as party_code,
        coalesce(partner_branch_id, '') as partner_branch_id,
        -- A line without an amount in another currency was made in the currency of the books.
        case
            when transaction_amount is null then functional_currency_code
            else coalesce(transaction_currency_code, functional_currency_code)
        end as transaction_currency_code,
        debit_amount_functional - credit_amount_functional as amount_functional,
        coalesce(transaction_amount, debit_amount_functional - credit_amount_functional) as amount_transaction
    from {{ ref('stg_gl_entry') }}
    where partner_branch_id is not null or party_code is not null
)

select
    dataset,
    branch_id,
    slice_period,
    ledger,
    fiscal_year,
    fiscal_period,
    account_code,
    entry_kind,
    is_posted,
    functional_currency_code,
    cost_center_code,
    movement_type,
    party_type,
    party_code,
    partner_branch_id,
    transaction_currency_code,
    {{ money('sum(amount_functional)') }} as amount_functional,
    {{ money('sum(amount_transaction)') }} as amount_transaction,
    count(*) as line_count
from line
group by
    dataset,
    branch_id,
    slice_period,
    ledger,
    fiscal_year,
    fiscal_period,
    account_code,
    entry_kind,
    is_posted,
    functional_currency_code,
    cost_center_code,
    movement_type,
    party_type,
    party_code,
    partner_branch_id,
    transaction_currency_code

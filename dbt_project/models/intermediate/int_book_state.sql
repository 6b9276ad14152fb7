{# What the books of each branch are told from, as one number: ledger and trial balances as they lie in the lake, its
   accounts with their mapping, its calendar, what it moved against branches of the group, what was refused. Not here:
   the group's chart, whose change builds everything anew. #}
with content as (
    select
        branch_id,
        {{ row_hash(['dataset', 'slice_period', 'content_hash']) }} as row_hash
    from {{ source('lake', 'slice') }}
    where dataset in ('gl_entry', 'trial_balance')
    union all
    select
        branch_id,
        {{ row_hash([
            'account_code', 'account_name', 'account_type', 'valid_from_period', 'valid_to_period',
            'is_current_mapping', 'group_account_code', 'group_account_type', 'statement', 'statement_line',
            'presentation_sign', 'is_mapped',
        ]) }} as row_hash
    from {{ ref('dim_account') }}
    union all
    select
        branch_id,
        {{ row_hash(['fiscal_year', 'fiscal_period', 'period_index', 'end_date', 'group_period']) }} as row_hash
    from {{ ref('dim_fiscal_period') }}
    union all
    select
        branch_id,
        {{ row_hash([
            'ledger', 'fiscal_year', 'fiscal_period', 'account_code', 'partner_branch_id', 'cost_center_code',
            'movement_type', 'is_opening', 'functional_currency_code', 'transaction_currency_code',
            'amount_functional', 'amount_transaction',
        ]) }} as row_hash
    from {{ ref('int_partner_movement') }}
    union all
    select
        branch_id,
        {{ row_hash([
            'ledger', 'fiscal_year', 'fiscal_period', 'period_end_date', 'group_period', 'functional_currency_code',
            'debit_amount_functional', 'credit_amount_functional',
        ]) }} as row_hash
    from {{ ref('int_refused_by_period') }}
)

select
    branch_id,
    count(*) as row_count,
    cast(sum(row_hash) as decimal(38, 0)) as content_number
from content
group by branch_id

-- Vouchers of one month that were booked in another, near the month's end: income and expense in the wrong period.
with result_account as (
    select distinct
        branch_id,
        account_code
    from {{ ref('dim_account') }}
    where statement = 'income_statement'
),

line as (
    select
        entry.branch_id,
        entry.ledger,
        entry.fiscal_year,
        entry.fiscal_period,
        entry.journal_code,
        entry.document_number,
        entry.posting_date,
        entry.document_date,
        entry.functional_currency_code,
        entry.source_file,
        entry.source_row,
        entry.credit_amount_functional - entry.debit_amount_functional as result,
        last_day(least(entry.document_date, entry.posting_date)) as month_end
    from {{ ref('fct_gl_entry') }} as entry
    inner join result_account
        on entry.branch_id = result_account.branch_id and entry.account_code = result_account.account_code
    where
        entry.is_posted
        and entry.entry_kind in ('normal', 'adjustment')
        and last_day(entry.document_date) <> last_day(entry.posting_date)
),

near_the_end as (
    select line.*
    from line
    {{ join_audit_limit('near', 'cut_off', 'near_days', 'line') }}
    where
        {{ days_from('least(line.document_date, line.posting_date)', 'line.month_end') }}
        < cast(near.limit_value as bigint)
        or {{ days_from('line.month_end', 'greatest(line.document_date, line.posting_date)') }}
        <= cast(near.limit_value as bigint)
)

select
    branch_id,
    ledger,
    fiscal_year,
    fiscal_period,
    journal_code,
    document_number,
    posting_date,
    document_date,
    case when document_date < posting_date then 'booked_late' else 'booked_early' end as finding,
    functional_currency_code,
    {{ money('sum(result)') }} as result_amount_functional,
    min(source_file) as source_file,
    min(source_row) as source_row
from near_the_end
group by
    branch_id,
    ledger,
    fiscal_year,
    fiscal_period,
    journal_code,
    document_number,
    posting_date,
    document_date,
    functional_currency_code

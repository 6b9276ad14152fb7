-- Journals with the marks that ISA 240 (paragraph 33 and A42 to A45) asks an auditor to look for.
with line as (
    select
        branch_id,
        ledger,
        fiscal_year,
        fiscal_period,
        journal_code,
        document_number,
        posting_date,
        entry_date,
        user_code,
        entry_kind,
        is_manual,
        account_code,
        debit_amount_functional,
        credit_amount_functional,
        functional_currency_code,
        line_text
    from {{ ref('fct_gl_entry') }}
    where is_posted and entry_kind in ('normal', 'adjustment')
),

account_use as (
    select
        branch_id,
        account_code,
        count(distinct journal_code || ' ' || document_number || ' ' || cast(fiscal_year as string)) as documents
    from line
    group by branch_id, account_code
),

user_use as (
    select
        branch_id,
        user_code,
        count(distinct journal_code || ' ' || document_number || ' ' || cast(fiscal_year as string)) as documents
    from line
    where user_code is not null
    group by branch_id, user_code
),

journal as (
    select
        line.branch_id,
        line.ledger,
        line.fiscal_year,
        line.fiscal_period,
        line.journal_code,
        line.document_number,
        line.functional_currency_code,
        min(line.posting_date) as posting_date,
        max(line.entry_date) as entry_date,
        min(line.user_code) as user_code,
        min(line.line_text) as line_text,
        sum(line.debit_amount_functional) as amount_functional,
        max(case when line.is_manual then 1 else 0 end) as is_manual,
        max(case when line.entry_kind = 'adjustment' then 1 else 0 end) as is_adjustment,
        min(account_use.documents) as rarest_account_documents,
        min(user_use.documents) as user_documents
    from line
    inner join account_use
        on
            line.branch_id = account_use.branch_id
            and line.account_code = account_use.account_code
    left join user_use
        on
            line.branch_id = user_use.branch_id
            and line.user_code = user_use.user_code
    group by
        line.branch_id,
        line.ledger,
        line.fiscal_year,
        line.fiscal_period,
        line.journal_code,
        line.document_number,
        line.functional_currency_code
),

closed as (
    select
        covered.group_period,
        min(cast(made.closed_at as date)) as closed_date
    from {{ source('lake', 'closed_month') }} as covered
    inner join {{ source('lake', 'period_close') }} as made
        on covered.close_id = made.close_id
    where made.is_in_force
    group by covered.group_period
),

flagged as (
    select
        journal.branch_id,
        journal.ledger,
        journal.fiscal_year,
        journal.fiscal_period,
        journal.journal_code,
        journal.document_number,
        journal.functional_currency_code,
        journal.posting_date,
        journal.entry_date,
        journal.user_code,
        journal.line_text,
        journal.amount_functional,
        journal.is_manual = 1 or journal.is_adjustment = 1 as is_manual,
        coalesce({{ is_weekend('coalesce(journal.entry_date, journal.posting_date)') }}, false) as is_weekend,
        journal.amount_functional <> 0 and journal.amount_functional % round_amount.limit_value = 0 as is_round,
        coalesce(
            {{ days_from('period.end_date', 'journal.entry_date') }} > cast(late_days.limit_value as bigint), false
        ) as is_late,
        coalesce(journal.entry_date > closed.closed_date, false) as is_after_close,
        coalesce(journal.user_documents <= cast(rare.limit_value as bigint), false) as is_rare_user,
        journal.rarest_account_documents <= cast(rare.limit_value as bigint) as is_rare_account,
        cast(minimum_flags.limit_value as bigint) as minimum_flags
    from journal
    left join {{ ref('dim_fiscal_period') }} as period
        on
            journal.branch_id = period.branch_id
            and journal.fiscal_year = period.fiscal_year
            and journal.fiscal_period = period.fiscal_period
    left join closed
        on period.group_period = closed.group_period
    {{ join_audit_limit('round_amount', 'journal_entry', 'round_amount', 'journal') }}
    {{ join_audit_limit('late_days', 'journal_entry', 'late_days', 'journal') }}
    {{ join_audit_limit('rare', 'journal_entry', 'rare_documents', 'journal') }}
    {{ join_audit_limit('minimum_flags', 'journal_entry', 'minimum_flags', 'journal') }}
),

counted as (
    select
        branch_id,
        ledger,
        fiscal_year,
        fiscal_period,
        journal_code,
        document_number,
        posting_date,
        entry_date,
        user_code,
        line_text,
        functional_currency_code,
        amount_functional,
        is_manual,
        is_weekend,
        is_round,
        is_late,
        is_after_close,
        is_rare_user,
        is_rare_account,
        minimum_flags,
        case when is_manual then 1 else 0 end
        + case when is_weekend then 1 else 0 end
        + case when is_round then 1 else 0 end
        + case when is_late then 1 else 0 end
        + case when is_after_close then 1 else 0 end
        + case when is_rare_user then 1 else 0 end
        + case when is_rare_account then 1 else 0 end as flags
    from flagged
)

select
    branch_id,
    ledger,
    fiscal_year,
    fiscal_period,
    journal_code,
    document_number,
    posting_date,
    entry_date,
    user_code,
    line_text,
    functional_currency_code,
    {{ money('amount_functional') }} as amount_functional,
    is_manual,
    is_weekend,
    is_round,
    is_late,
    is_after_close,
    is_rare_user,
    is_rare_account,
    cast(flags as bigint) as flags
from counted
where flags >= minimum_flags

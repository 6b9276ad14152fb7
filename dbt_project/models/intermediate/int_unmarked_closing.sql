{# Closing entries that the branch does not mark as such: in a period at whose end every result account is empty,
   the documents that lie on result and equity accounts alone. Closing entries that are marked are left out of the
   balances, so that books which mark them are never empty. Only the documents of such periods are read. #}
with class as (
    select
        branch_id,
        account_code,
        max(case when account_class in ('revenue', 'expense') then 1 else 0 end) as is_result,
        max(case when account_class = 'equity' then 1 else 0 end) as is_equity
    from (
        select
            branch_id,
            account_code,
            case when is_mapped then group_account_type else account_type end as account_class
        from {{ ref('dim_account') }}
        where is_current_mapping
    ) as classified
    group by branch_id, account_code
),

moved as (
    select
        balance.branch_id,
        balance.ledger,
        balance.fiscal_year,
        balance.fiscal_period,
        balance.account_code,
        sum(balance.debit_amount_functional - balance.credit_amount_functional) as amount,
        sum(abs(balance.debit_amount_functional) + abs(balance.credit_amount_functional)) as turnover
    from {{ ref('fct_gl_balance') }} as balance
    inner join class
        on
            balance.branch_id = class.branch_id
            and balance.account_code = class.account_code
            and class.is_result = 1
    where balance.is_posted and balance.entry_kind <> 'closing'
    group by balance.branch_id, balance.ledger, balance.fiscal_year, balance.fiscal_period, balance.account_code
),

period_total as (
    select
        branch_id,
        ledger,
        fiscal_year,
        fiscal_period,
        sum(amount) as amount,
        sum(turnover) as turnover
    from moved
    group by branch_id, ledger, fiscal_year, fiscal_period
),

cumulated as (
    select
        branch_id,
        ledger,
        fiscal_year,
        fiscal_period,
        turnover,
        sum(amount) over (partition by branch_id, ledger, fiscal_year order by fiscal_period) as balance
    from period_total
),

-- The result as a whole is nothing: a few periods, of which each account is looked at.
level as (
    select
        branch_id,
        ledger,
        fiscal_year,
        fiscal_period
    from cumulated
    where balance = 0 and turnover <> 0
),

account_balance as (
    select
        level.branch_id,
        level.ledger,
        level.fiscal_year,
        level.fiscal_period,
        moved.account_code,
        sum(moved.amount) as balance
    from level
    inner join moved
        on
            level.branch_id = moved.branch_id
            and level.ledger = moved.ledger
            and level.fiscal_year = moved.fiscal_year
            and level.fiscal_period >= moved.fiscal_period
    group by level.branch_id, level.ledger, level.fiscal_year, level.fiscal_period, moved.account_code
),

emptied as (
    select
        branch_id,
        ledger,
        fiscal_year,
        fiscal_period
    from account_balance
    group by branch_id, ledger, fiscal_year, fiscal_period
    having max(abs(balance)) = 0
),

line as (
    select
        entry.branch_id,
        entry.ledger,
        entry.fiscal_year,
        entry.fiscal_period,
        entry.journal_code,
        entry.document_number,
        entry.account_code,
        coalesce(entry.cost_center_code, '') as cost_center_code,
        coalesce(entry.movement_type, '') as movement_type,
        entry.functional_currency_code,
        entry.debit_amount_functional - entry.credit_amount_functional as amount,
        coalesce(class.is_result, 0) as is_result,
        coalesce(class.is_equity, 0) as is_equity
    from {{ ref('fct_gl_entry') }} as entry
    inner join emptied
        on
            entry.branch_id = emptied.branch_id
            and entry.ledger = emptied.ledger
            and entry.fiscal_year = emptied.fiscal_year
            and entry.fiscal_period = emptied.fiscal_period
    left join class on entry.branch_id = class.branch_id and entry.account_code = class.account_code
    where entry.is_posted and entry.entry_kind not in ('opening', 'closing')
),

closing_document as (
    select
        branch_id,
        ledger,
        fiscal_year,
        fiscal_period,
        journal_code,
        document_number
    from line
    group by branch_id, ledger, fiscal_year, fiscal_period, journal_code, document_number
    having min(is_result + is_equity) = 1 and max(is_result) = 1 and max(is_equity) = 1
)

select
    line.branch_id,
    line.ledger,
    line.fiscal_year,
    line.fiscal_period,
    line.account_code,
    line.cost_center_code,
    line.movement_type,
    line.functional_currency_code,
    {{ money('sum(line.amount)') }} as amount_functional,
    count(distinct line.journal_code || ' ' || line.document_number) as document_count,
    min(line.journal_code || ' ' || line.document_number) as first_document
from line
inner join closing_document
    on
        line.branch_id = closing_document.branch_id
        and line.ledger = closing_document.ledger
        and line.fiscal_year = closing_document.fiscal_year
        and line.fiscal_period = closing_document.fiscal_period
        and line.journal_code = closing_document.journal_code
        and line.document_number = closing_document.document_number
group by
    line.branch_id,
    line.ledger,
    line.fiscal_year,
    line.fiscal_period,
    line.account_code,
    line.cost_center_code,
    line.movement_type,
    line.functional_currency_code

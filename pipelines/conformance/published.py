"""All branches' accounts as the published warehouse shows them. Not here: what they are mapped to (account_file)."""

from __future__ import annotations

import duckdb

from pipelines.conformance.suggesting import GroupAccount, OwnAccount

# One row an account: name and type from its chart, movements of all posted lines, balance at the last period's end.
_ACCOUNTS = """
with known as (
    select branch_id, account_code, max(account_name) as account_name, max(account_type) as account_type
    from core.dim_account
    group by branch_id, account_code
),
moved as (
    select
        branch_id, account_code, max(functional_currency_code) as currency_code,
        sum(debit_amount_functional) as debit, sum(credit_amount_functional) as credit,
        cast(sum(line_count) as bigint) as entries, min(slice_period) as first_month, max(slice_period) as last_month
    from core.fct_gl_balance
    where is_posted
    group by branch_id, account_code
),
balance as (
    select
        branch_id, account_code, max(functional_currency_code) as currency_code,
        arg_max(closing_balance_amount_functional, fiscal_year * 100 + fiscal_period) as balance
    from finance.rpt_branch_trial_balance
    where ledger = 'local'
    group by branch_id, account_code
)
select
    known.branch_id, known.account_code, coalesce(known.account_name, '') as name, known.account_type,
    branch.country_code, coalesce(balance.currency_code, moved.currency_code, '') as currency_code, balance.balance,
    coalesce(moved.debit, 0) as debit, coalesce(moved.credit, 0) as credit, coalesce(moved.entries, 0) as entries,
    coalesce(moved.first_month, '') as first_month, coalesce(moved.last_month, '') as last_month
from known
left join moved using (branch_id, account_code)
left join balance using (branch_id, account_code)
left join core.dim_branch as branch using (branch_id)
order by known.branch_id, known.account_code
"""


def own_accounts(connection: duckdb.DuckDBPyConnection) -> list[OwnAccount]:
    """Every account of every branch, by branch and code."""
    cursor = connection.execute(_ACCOUNTS)
    names = [column[0] for column in cursor.description or ()]
    return [OwnAccount(**dict(zip(names, row, strict=True))) for row in cursor.fetchall()]


def group_accounts(rows: list[dict[str, str]]) -> dict[str, GroupAccount]:
    """The group chart by code, out of the rows of group_account.csv."""
    return {
        row["code"]: GroupAccount(row["code"], row["name"], row["account_type"], row["normal_side"]) for row in rows
    }

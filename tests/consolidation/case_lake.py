"""Lays hand-worked cases into one hand-made lake: rows as branches and the group office would have delivered them.

Every amount is the case's own. Not here: reading the files (`case_files`), and any figure that is expected.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from case_files import Case, Document

Row = dict[str, Any]
Slices = dict[tuple[str, str, str], list[Row]]

RATE_TYPES = ("spot", "average", "closing")
"""A rate of a case is `{CUR>CUR: {closing: {2025-01-31: 0.95}, average: {2025-01: 0.92}}}`."""


def slices_of(cases: Iterable[Case]) -> Slices:
    """All slices of the lake that the cases need, by dataset, sender and period."""
    slices: Slices = defaultdict(list)
    rates: dict[tuple[str, str, date, str], Decimal] = {}
    for case in cases:
        slices["branch", "group", "all"] += [_branch(case, name, code) for name, code in case.data["branches"].items()]
        slices["ownership", "group", "all"] += [_ownership(case, text) for text in case.data.get("ownership", [])]
        slices["equity_event", "group", "all"] += [
            _equity_event(case, text) for text in case.data.get("equity_events", [])
        ]
        for dataset in ("acquisition_event", "fair_value_step", "adjustment_entry", "ic_stock"):
            slices[dataset, "group", "all"] += [_listed(case, dataset, row) for row in case.data.get(dataset, [])]
        slices["fiscal_calendar", "group", "all"] += [_period(case, text) for text in case.data.get("calendar", [])]
        for key, rate in _rates(case):
            if rates.setdefault(key, rate) != rate:
                raise ValueError(f"{case.key}: {key} is {rate} here and {rates[key]} in another case: use other codes.")
        for number, document in enumerate(case.documents, start=1):
            slices["gl_entry", case.branch_id(document.branch), f"{document.day:%Y-%m}"] += _entries(
                case, number, document
            )
        for branch, prints in case.data.get("trial_balance", {}).items():
            for heading, lines in prints.items():
                day = date.fromisoformat(heading)
                slices["trial_balance", case.branch_id(branch), f"{day:%Y-%m}"] += _printed(case, branch, day, lines)
    for (source, target, day, kind), rate in rates.items():
        slices["fx_rate", "group", f"{day:%Y-%m}"].append(
            {
                "from_currency_code": source,
                "to_currency_code": target,
                "rate_date": day,
                "rate_type": kind,
                "rate": rate,
            }
        )
    return {key: rows for key, rows in slices.items() if rows}


def account_map(cases: Iterable[Case]) -> list[Row]:
    """Rows of the governed account map: local accounts carry the group's codes, unless the case maps them itself."""
    rows: list[Row] = []
    for case in cases:
        own = case.data.get("account_map", [])
        rows += [_mapped(case, text) for text in own]
        named = {(text.split()[0], text.split()[1]) for text in own}
        used = {(document.branch, line.account) for document in case.documents for line in document.lines}
        used |= {
            (branch, line.split()[0])
            for branch, prints in case.data.get("trial_balance", {}).items()
            for lines in prints.values()
            for line in lines
        }
        rows += [_mapped(case, f"{branch} {account} {account} - -") for branch, account in sorted(used - named)]
    return rows


def policies(cases: Iterable[Case]) -> list[Row]:
    """Rows of the governed consolidation policy: what a case declares for its root."""
    declared: list[tuple[Case, Row]] = [
        (case, {name: case.data[name] for name in ("translation_method", "first_month_of_year") if name in case.data})
        for case in cases
    ]
    default: Row = {"translation_method": "step_by_step"}
    return [{"head_branch_id": case.branch_id(case.root), **default, **policy} for case, policy in declared if policy]


def tax_rates(cases: Iterable[Case]) -> list[Row]:
    """Rows of the governed tax rates of branches, in per cent."""
    return [
        {"branch_id": case.branch_id(branch), "valid_from": "2020-01-01", "tax_rate_pct": rate}
        for case in cases
        for branch, rate in case.data.get("tax_rates", {}).items()
    ]


def closes_of(cases: Iterable[Case]) -> dict[str, list[Row]]:
    """State tables of the months that a case has closed before, with what was reported then."""
    closes: list[Row] = []
    months: list[Row] = []
    balances: list[Row] = []
    for case in cases:
        for month, lines in case.data.get("closed", {}).items():
            close = f"{case.key[:3]}-{month}"
            closed_at = datetime.fromisoformat(f"{month}-28T12:00:00+00:00")
            closes.append(
                {"close_id": close, "period": month, "night_id": "closed", "closed_by": "controller",
                 "closed_at": closed_at, "is_in_force": True}
            )  # fmt: skip
            months.append({"close_id": close, "group_period": month})
            balances += [_reported(case, close, month, text) for text in lines]
    return {"period_close": closes, "closed_month": months, "closed_balance": balances}


def _reported(case: Case, close: str, month: str, text: str) -> Row:
    unit, stage, branch, account, movement, amount = text.split()
    head = unit.partition(":")[0]
    own = case.data["branches"][branch]
    return {
        "close_id": close, "unit_id": case.unit_id(unit), "stage": stage, "branch_id": case.branch_id(branch),
        "partner_branch_id": "", "ledger": "local", "group_period": month, "group_account_code": account,
        "movement_type": movement, "rule": "ledger", "functional_currency_code": own,
        "group_currency_code": case.data["branches"][head], "amount_group": Decimal(amount),
        "reason": "As the close kept it.", "source_kind": "ledger", "made_by": "rule",
    }  # fmt: skip


def _branch(case: Case, name: str, currency: str) -> Row:
    return {
        "branch_code": case.branch_id(name), "branch_name": f"{case.key} {name}", "country_code": "DE",
        "functional_currency_code": currency, "time_zone": "Europe/Berlin",
    }  # fmt: skip


def _ownership(case: Case, text: str) -> Row:
    owner, owned, percent, start, end, method = text.split()
    return {
        "owner_branch_code": case.branch_id(owner), "owned_branch_code": case.branch_id(owned),
        "valid_from": date.fromisoformat(start), "valid_to": None if end == "-" else date.fromisoformat(end),
        "ownership_pct": Decimal(percent), "voting_pct": Decimal(percent), "method": method,
    }  # fmt: skip


def _equity_event(case: Case, text: str) -> Row:
    """`sub EUR 2020-01-15 capital 2000 1000.00 rate 0.90`, or `amount 178.00` for the group's amount."""
    branch, currency, day, kind, account, amount, *given = text.split()
    value = {"rate": None, "amount": None} | ({given[0]: Decimal(given[1])} if given else {})
    return {
        "branch_code": case.branch_id(branch), "group_currency_code": currency,
        # One event is told in several currencies under one code.
        "event_code": f"{branch}-{day}-{account}",
        "event_date": date.fromisoformat(day), "event_kind": kind, "group_account_code": account,
        "amount_functional": Decimal(amount), "rate": value["rate"], "amount_group": value["amount"],
    }  # fmt: skip


NUMBERS = {
    "ownership_pct", "price_amount", "nci_fair_value_amount", "amount_functional", "tax_rate_pct", "carrying_amount",
    "seller_cost_amount", "debit_amount", "credit_amount",
}  # fmt: skip


def _listed(case: Case, dataset: str, row: dict[str, str]) -> Row:
    """A row of the office's list that the case writes with the contract's own field names."""
    found: Row = {}
    for name, value in row.items():
        if name.endswith("branch_code"):
            found[name] = case.branch_id(value)
        elif name in {"event_code", "journal_code"}:
            found[name] = f"{case.key[:3]}-{value}"
        elif name in NUMBERS:
            found[name] = Decimal(value)
        elif name.endswith("_date"):
            found[name] = date.fromisoformat(value)
        elif name in {"life_months", "line_number"}:
            found[name] = int(value)
        elif name == "is_auto_reversed":
            found[name] = value == "true"
        else:
            found[name] = value
    return found


def _period(case: Case, text: str) -> Row:
    """`retail 2025/1 2024-12-29 2025-01-25 2025-01`: fiscal year and period, first and last day, group period."""
    branch, period, start, end, group_period = text.split()
    year, number = period.split("/")
    return {
        "branch_code": case.branch_id(branch), "fiscal_year": int(year), "fiscal_period": int(number),
        "start_date": date.fromisoformat(start), "end_date": date.fromisoformat(end), "period_kind": "normal",
        "group_period": group_period,
    }  # fmt: skip


def _rates(case: Case) -> list[tuple[tuple[str, str, date, str], Decimal]]:
    found = []
    for pair, kinds in case.data.get("rates", {}).items():
        source, target = pair.split(">")
        for kind, days in kinds.items():
            if kind not in RATE_TYPES:
                raise ValueError(f"{case.key}: the rate type '{kind}' of {pair} is none of {', '.join(RATE_TYPES)}.")
            for day, rate in days.items():
                # An average belongs to a whole month; it is dated on that month's first day.
                on = date.fromisoformat(f"{day}-01" if len(day) == 7 else day)
                found.append(((source, target, on, kind), Decimal(rate)))
    return found


def _entries(case: Case, number: int, document: Document) -> list[Row]:
    currency = case.data["branches"][document.branch]
    rows: list[Row] = []
    for position, line in enumerate(document.lines, start=1):
        # A red storno stays on the side that it corrects, as a negative amount.
        on_debit = (line.amount > 0) != line.is_red
        rows.append(
            {
                "ledger": "local", "fiscal_year": document.fiscal_year, "fiscal_period": document.fiscal_period,
                "journal_code": "J", "document_number": str(number), "line_number": position,
                "posting_date": document.day, "entry_kind": document.kind, "is_posted": True,
                "account_code": line.account, "functional_currency_code": currency,
                "debit_amount_functional": line.amount if on_debit else Decimal(0),
                "credit_amount_functional": Decimal(0) if on_debit else -line.amount,
                "transaction_currency_code": line.currency or None, "transaction_amount": line.transaction,
                "partner_branch_id": case.branch_id(line.partner) if line.partner else None,
                "movement_type": line.movement or None,
            }
        )  # fmt: skip
    return rows


def _printed(case: Case, branch: str, day: date, lines: list[str]) -> list[Row]:
    """`1600 1000 200 0 1200`: opening, debit, credit, closing; a dash where the print has no such column."""
    rows = []
    for text in lines:
        account, opening, debit, credit, closing = text.split()
        rows.append(
            {
                "ledger": "local", "fiscal_year": day.year, "from_fiscal_period": day.month, "fiscal_period": day.month,
                "period_end_date": day, "account_code": account,
                "functional_currency_code": case.data["branches"][branch],
                "opening_balance_amount_functional": Decimal(opening),
                "debit_amount_functional": None if debit == "-" else Decimal(debit),
                "credit_amount_functional": None if credit == "-" else Decimal(credit),
                "closing_balance_amount_functional": Decimal(closing), "includes_closing_entries": False,
            }
        )  # fmt: skip
    return rows


def _mapped(case: Case, text: str) -> Row:
    """`sub L150 1500 - 2025-02`: branch, its account, the group's, first and last group period (a dash: open)."""
    branch, account, group_account, start, end = text.split()
    return {
        "branch_id": case.branch_id(branch), "account_from": account, "account_to": account,
        "group_account_code": group_account, "valid_from": "" if start == "-" else start,
        "valid_to": "" if end == "-" else end, "note": "", "proposed_by": "maker", "approved_by": "checker",
    }  # fmt: skip

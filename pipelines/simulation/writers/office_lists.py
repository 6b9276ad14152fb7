"""The lists from which the group is consolidated, as its office sends them: whole, every month again.

Not here: what is in them (holdings, group_events), branches, calendars and rates (reference).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pipelines.simulation.calendar import Month
from pipelines.simulation.defects import Row
from pipelines.simulation.events import Group
from pipelines.simulation.group_events import equity_events, journals, plans, steps, stock_lists
from pipelines.simulation.holdings import FOUNDED, holdings, price
from pipelines.simulation.money import plain, rate_text
from pipelines.simulation.rows import Delivery
from pipelines.simulation.truth import Table
from pipelines.simulation.writers.flat import iso
from pipelines.simulation.writers.reference import OFFICE

_COLUMNS = {
    "ownership": (
        "owner_branch_code", "owned_branch_code", "valid_from", "valid_to", "ownership_pct", "voting_pct", "method",
    ),
    "equity_event": (
        "branch_code", "event_code", "group_currency_code", "event_date", "event_kind", "group_account_code",
        "amount_functional", "rate", "amount_group", "event_text",
    ),
    "acquisition_event": (
        "event_code", "event_kind", "acquirer_branch_code", "acquired_branch_code", "event_date", "ownership_pct",
        "price_amount", "price_currency_code", "nci_basis", "nci_fair_value_amount", "event_text",
    ),
    "fair_value_step": (
        "event_code", "step_code", "group_account_code", "amount_functional", "life_months", "tax_rate_pct",
        "amortisation_account_code", "step_text",
    ),
    "adjustment_entry": (
        "journal_code", "line_number", "unit_code", "branch_code", "partner_branch_code", "group_period",
        "group_account_code", "currency_code", "debit_amount", "credit_amount", "reason", "evidence", "maker",
        "checker", "is_auto_reversed",
    ),
    "ic_stock": (
        "branch_code", "supplying_branch_code", "as_of_date", "product_code", "transaction_date", "currency_code",
        "carrying_amount", "price_amount", "seller_cost_amount",
    ),
    "budget": (
        "version_code", "branch_code", "group_account_code", "cost_center_code", "group_period", "amount",
        "currency_code",
    ),
}  # fmt: skip
_PURCHASE = "A-2026-01"


def write_office_lists(delivery: Delivery, group: Group, months: list[Month]) -> list[str]:
    """All lists as they stand at the end of the delivery's month, also empty ones; returns the files' names."""
    until = [month for month in months if month.last <= delivery.month.last]
    content = {
        "ownership": _ownership(delivery, group),
        "equity_event": _equity(delivery, group),
        "acquisition_event": _purchases(delivery, group),
        "fair_value_step": _steps(delivery, group),
        "adjustment_entry": _journals(delivery, group),
        "ic_stock": _stock(group, until),
        "budget": _budget(group, months),
    }
    return [_write(delivery, dataset, rows) for dataset, rows in content.items()]


def _write(delivery: Delivery, dataset: str, documents: Iterable[tuple[str, Row]]) -> str:
    name, columns = f"{dataset}_{delivery.stamp}.csv", _COLUMNS[dataset]
    with iso(delivery.folder / name) as file:
        rows = delivery.rows(Table(OFFICE, dataset, name, ""), columns, file.row)
        rows.non_data(list(columns))
        for number, row in documents:
            rows.document(number, [row])
    return name


def _ownership(delivery: Delivery, group: Group) -> Iterator[tuple[str, Row]]:
    for h in holdings(group):
        if h.since <= delivery.month.next.first:
            share = f"{h.share}"
            yield h.owned, [h.owner, h.owned, h.since.isoformat(), "", share, share, h.method]


def _equity(delivery: Delivery, group: Group) -> Iterator[tuple[str, Row]]:
    for e in equity_events(group, delivery.month.last):
        known = plain(e.amount_group) if e.amount_group is not None else ""
        yield e.code, [
            e.branch, e.code, e.currency, e.day.isoformat(), e.kind, e.account, plain(e.amount), rate_text(e.rate),
            known, "",
        ]  # fmt: skip


def _purchases(delivery: Delivery, group: Group) -> Iterator[tuple[str, Row]]:
    for h in holdings(group):
        if FOUNDED < h.since == group.bought_on <= delivery.month.next.first:
            yield _PURCHASE, [
                _PURCHASE, "acquisition", h.owner, h.owned, h.since.isoformat(), f"{h.share}", plain(price(group)),
                group.branches[h.owner].currency, "proportionate", "", "Shares bought for cash",
            ]  # fmt: skip


def _steps(delivery: Delivery, group: Group) -> Iterator[tuple[str, Row]]:
    if group.bought_on <= delivery.month.next.first:
        for step in steps(group):
            yield step.code, [
                _PURCHASE, step.code, step.account, plain(step.amount), f"{step.months}", f"{step.tax_rate}",
                step.expense, "Machines above their books",
            ]  # fmt: skip


def _journals(delivery: Delivery, group: Group) -> Iterator[tuple[str, Row]]:
    for line in journals(group, delivery.month.last):
        yield line.journal, [
            line.journal, f"{line.number}", line.unit, line.branch, "", line.month, line.account, line.currency,
            plain(max(line.amount, 0)), plain(max(-line.amount, 0)), line.reason, f"memo {line.journal}",
            "group.accounting", "group.controlling", "true" if line.reversed else "false",
        ]  # fmt: skip


def _stock(group: Group, months: list[Month]) -> Iterator[tuple[str, Row]]:
    for s in stock_lists(group, months):
        yield f"{s.buyer}/{s.seller}", [
            s.buyer, s.seller, s.as_of.isoformat(), s.product, s.bought.isoformat(), group.branches[s.buyer].currency,
            plain(s.carrying), plain(s.price), plain(s.cost),
        ]  # fmt: skip


def _budget(group: Group, months: list[Month]) -> Iterator[tuple[str, Row]]:
    for branch, account, month, amount in plans(group, months):
        yield branch, ["V1", branch, account, "ALL", month, plain(amount), group.branches[branch].currency]

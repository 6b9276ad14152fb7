"""What moved a group's cash, equity, debt and fixed assets, month by month: the truth of the flow statements.

Cash is explained by what a purchase brought and cost and by what every other account gave or took; what is left is what
exchange rates did to it. Not here: how the rows come about (consolidation), files.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from pipelines.simulation.consolidation import Consolidated
from pipelines.simulation.consolidation_capital import OTHERS, OTHERS_RESULT, RETAINED
from pipelines.simulation.consolidation_translation import EXCHANGE, Row, is_result


class Flow(NamedTuple):
    """One figure of a flow statement of a month. `section`: the method of the cash flow, the component of equity, or
    the line of a roll-forward."""

    unit: str
    month: str
    statement: str
    section: str
    line: str
    amount: int


_CASH = "1600"
_UNMAPPED = "9999"
# IAS 7.20 and IFRS 18: from operating profit, by what the account is.
_INDIRECT = {
    "1150": "depreciation_and_amortisation",
    "1200": "change_in_inventories",
    "1300": "change_in_trade_receivables",
    "1310": "change_in_trade_receivables",
    "3000": "change_in_trade_payables",
    "3010": "change_in_trade_payables",
    "1400": "change_in_other_working_capital",
    "1500": "change_in_other_working_capital",
    "1900": "change_in_other_working_capital",
    "3100": "change_in_other_working_capital",
    "3200": "change_in_other_working_capital",
    "3400": "change_in_other_working_capital",
    "1420": "income_tax_paid",
    "3110": "income_tax_paid",
    "3120": "income_tax_paid",
    "8000": "income_tax_paid",
    "8010": "income_tax_paid",
    "1000": "capital_expenditure",
    "1100": "capital_expenditure",
    "1180": "changes_of_scope",
    "1190": "equity_accounted_investments",
    "7300": "equity_accounted_investments",
    "1320": "other_financial_assets",
    "7000": "interest_received",
    "7010": "interest_received",
    "7160": "dividends_received",
    "3300": "borrowings",
    "3020": "borrowings",
    "7100": "interest_paid",
    "7110": "interest_paid",
    "2000": "capital_contributions",
    "2100": "dividends_paid",
    _UNMAPPED: "unmapped",
}
# The same operating cash by who paid or got it (IAS 7.19).
_DIRECT = {
    **dict.fromkeys(("4000", "4010", "1300", "1310"), "receipts_from_customers"),
    **dict.fromkeys(("5000", "6200", "1200", "3000", "3010"), "payments_to_suppliers"),
    **dict.fromkeys(("6000", "3200"), "payments_to_employees"),
    **dict.fromkeys(("1400", "3100"), "sales_taxes_collected_less_paid"),
}
_NOT_OPERATING = frozenset(
    {
        "capital_expenditure", "changes_of_scope", "equity_accounted_investments", "other_financial_assets",
        "interest_received", "dividends_received", "borrowings", "interest_paid", "capital_contributions",
        "dividends_paid", "dividends_paid_to_non_controlling_interests", "income_tax_paid",
    }
)  # fmt: skip
_EQUITY = {
    "2000": "share_capital",
    RETAINED: "retained_earnings",
    OTHERS_RESULT: "retained_earnings",
    EXCHANGE: "currency_translation",
    OTHERS: "non_controlling_interests",
}
_CARRIED = {
    "1000": ("fixed_assets", "intangible_assets", 1),
    "1010": ("fixed_assets", "goodwill", 1),
    "1100": ("fixed_assets", "property_plant_and_equipment", 1),
    "1150": ("fixed_assets", "accumulated_depreciation", 1),
    "3020": ("debt", "intercompany_loans_payable", -1),
    "3300": ("debt", "borrowings", -1),
}
_AT_THE_START = "opening_balance"


def flows(groups: Iterable[Consolidated]) -> list[Flow]:
    """Every figure that is not nothing, in order; amounts in minor units with the sign of the statement."""
    found: dict[tuple[str, str, str, str, str], int] = defaultdict(int)
    for group in groups:
        unit = group.unit.unit
        for row in group.rows:
            for statement, section, line, amount in (*_cash(row), *_equity(row), *_carried(row)):
                found[unit, row.month, statement, section, line] += amount
            # What cash moved and no line explains is the effect of exchange rates on it (IAS 7.28).
            if row.account == _CASH and not _is_opening(row):
                for method in ("direct", "indirect"):
                    found[unit, row.month, "cash_flow", method, "exchange_effect"] += row.amount
    for (unit, month, statement, method, line), amount in list(found.items()):
        if statement == "cash_flow" and line != "exchange_effect":
            found[unit, month, statement, method, "exchange_effect"] -= amount
    return [Flow(*place, amount) for place, amount in sorted(found.items()) if amount]


def _is_opening(row: Row) -> bool:
    """Balances brought in, and the capital of founded branches against the shares in them, which no month moved."""
    return row.movement == "opening" or (row.movement == "elimination" and row.rule == "investment")


def _cash(row: Row) -> Iterator[tuple[str, str, str, int]]:
    line = None if _is_opening(row) or row.movement == "result_brought_forward" else _cash_line(row)
    if line is None:
        return
    amount = row.amount if row.account == _CASH else -row.amount
    yield "cash_flow", "indirect", line, amount
    operating = line not in _NOT_OPERATING
    by_whom = _DIRECT.get(row.account, "other_operating_receipts_and_payments")
    yield "cash_flow", "direct", by_whom if operating else line, amount


def _cash_line(row: Row) -> str | None:
    """The line of a movement; None where no cash flowed."""
    if row.account == _CASH:
        return "changes_of_scope" if row.movement == "acquisition" else None
    if _without_cash(row):
        return None
    if row.account == OTHERS:
        return "dividends_paid_to_non_controlling_interests"
    if row.movement == "amortisation" and row.account == "1100":
        return "depreciation_and_amortisation"
    known = _INDIRECT.get(row.account, "operating_profit" if is_result(row.account) else None)
    assert known is not None, f"account {row.account} has no line in the cash flow"
    return known


def _without_cash(row: Row) -> bool:
    """Other accounts' side of rates, purchases and changes of method, and others' share of the result."""
    return (
        row.account in (EXCHANGE, OTHERS_RESULT)
        or (row.account == OTHERS and row.movement != "dividend")
        or row.movement in ("translation_difference", "acquisition")
        or row.rule == "equity_method_cta"
        or (row.rule == "equity_method" and row.movement == "reclassification")
    )


def _equity(row: Row) -> Iterator[tuple[str, str, str, int]]:
    component = "retained_earnings" if is_result(row.account) else _EQUITY.get(row.account)
    if component is not None and row.movement != "result_brought_forward":
        yield "changes_in_equity", component, _equity_line(row), -row.amount


def _equity_line(row: Row) -> str:
    if _is_opening(row):
        return _AT_THE_START
    if is_result(row.account):
        return "result"
    if row.account == RETAINED and row.movement == "normal":
        return "dividend"  # all that companies of this group book on it
    return "translation_difference" if row.account == EXCHANGE else row.movement


def _carried(row: Row) -> Iterator[tuple[str, str, str, int]]:
    if row.account not in _CARRIED:
        return
    section, line, sign = _CARRIED[row.account]
    movement = _AT_THE_START if _is_opening(row) else "other" if row.movement == "normal" else row.movement
    yield "roll_forward", f"{section}/{line}", movement, sign * row.amount

"""The lists in what the British accounting service gives: accounts, balances, partners, products, taxes, open items.

Balances and open items are as at the end of the fiscal period that ended in the month. Not here: journals, invoices,
payments (ndjson).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from pipelines.simulation.costing import cost_centers, gtin, product_group, tariff_number
from pipelines.simulation.defects import Row
from pipelines.simulation.ledger import Ledger
from pipelines.simulation.money import Number, plain
from pipelines.simulation.open_items import OpenItems
from pipelines.simulation.periods import Period
from pipelines.simulation.rows import Delivery, Rows
from pipelines.simulation.taxes import tax_codes
from pipelines.simulation.truth import local_balances
from pipelines.simulation.writers.ndjson import Dump, label, money


def write_lists(delivery: Delivery, period: Period, printed: Ledger, open_items: OpenItems) -> list[str]:
    """Accounts, balances, partners and everything else; returns the files' names."""
    branch = delivery.branch
    lists = _Lists(delivery)
    lists.write("gl_account", "accounts", "account", ("code", "name", "category"), (
        [code, name, _category(code)] for code, name in sorted(branch.chart.accounts.values())
    ))  # fmt: skip
    names = dict(branch.chart.accounts.values())
    balances = (
        [label(period), period.last.isoformat(), code, names[code], money(b.opening), money(b.debit),
         money(b.credit), money(b.closing)]
        for code, b in local_balances(branch, printed)
        if not b.idle
    )  # fmt: skip
    columns: tuple[str, ...] = ("period", "periodEnd", "nominalCode", "name", "opening", "debits", "credits", "closing")
    lists.write("trial_balance", f"trial-balance_{delivery.month.text}", "balance", columns, balances)
    columns = (
        "reference", "name", "street", "postcode", "town", "country", "vatNumber", "account", "terms", "currency",
        "controlAccount", "groupCompany",
    )  # fmt: skip
    for dataset, stem, parties in (
        ("customer", "customers", branch.all_customers),
        ("supplier", "suppliers", branch.all_suppliers),
    ):
        lists.write(dataset, stem, dataset, columns, (
            [p.code, p.name, p.street, p.postal_code, p.city, p.country, p.tax_id, p.bank_account, 28, p.currency,
             branch.chart.local(p.role), p.partner] for p in parties
        ))  # fmt: skip
    _write_more(delivery, lists, period.last, open_items)
    return lists.names


def _write_more(delivery: Delivery, lists: _Lists, as_of: date, open_items: OpenItems) -> None:
    branch = delivery.branch
    columns: tuple[str, ...] = ("sku", "name", "group", "unit", "gtin", "commodityCode", "valuation", "service")
    products: list[Row] = [
        [p.code, p.name, product_group(p), "each", gtin(branch, p), tariff_number(p), "AVCO", False]
        for p in branch.products
    ]
    lists.write("product", "products", "product", columns, [*products, ["S001", "Carriage", "Services", "hour", "", "",
                                                                        "", True]])  # fmt: skip
    columns = ("code", "name", "parent", "manager", "from", "to")
    lists.write("cost_center", "cost-centres", "cost_centre", columns, (
        [c.code, c.name, c.parent, c.manager, c.valid_from.isoformat(), c.valid_to.isoformat() if c.valid_to else None]
        for c in cost_centers(branch)
    ))  # fmt: skip
    columns = ("code", "name", "direction", "rate", "nominalCode", "box", "from", "to")
    lists.write("tax_code", "tax-rates", "tax_rate", columns, (
        [t.code, t.name, t.direction.upper(), Number(plain(t.rate)),
         branch.chart.local(t.account_role) if t.account_role else None, t.box, t.valid_from.isoformat(),
         t.valid_to.isoformat() if t.valid_to else None]
        for t in tax_codes(branch)
    ))  # fmt: skip
    columns = (
        "asOf", "ledger", "contact", "document", "instalment", "documentDate", "dueDate", "currency", "outstanding",
        "outstandingGBP", "controlAccount",
    )  # fmt: skip
    rows = lists.rows("open_item", f"open-items_{delivery.month.text}", "open_item", columns)
    for item in open_items.at(as_of):
        row: Row = [
            as_of.isoformat(), "SALES" if item.side == "receivable" else "PURCHASE", item.party.code, item.number, 1,
            item.day.isoformat(), item.due.isoformat(), item.currency, money(item.amount), money(item.amount_f),
            branch.chart.local(item.party.role),
        ]  # fmt: skip
        delivery.total("open_item", item.side, item.amount_f, rows.document(item.number, [row]))
    lists.close()


class _Lists:
    """Files of flat records."""

    def __init__(self, delivery: Delivery) -> None:
        self._delivery = delivery
        self._dump: Dump | None = None
        self.names: list[str] = []

    def rows(self, dataset: str, stem: str, section: str, columns: tuple[str, ...]) -> Rows:
        """A file's records, open until `close`."""
        name = f"{stem}_{self._delivery.stamp}.ndjson"
        dump = self._dump = Dump(self._delivery.folder / name)
        self.names.append(name)

        def write(row: Row) -> None:
            dump.write(dict(zip(columns, row, strict=True)))

        return self._delivery.rows(self._delivery.table(dataset, name, section), columns, write)

    def write(self, dataset: str, stem: str, section: str, columns: tuple[str, ...], found: Iterable[Row]) -> None:
        """A whole file."""
        rows = self.rows(dataset, stem, section, columns)
        for row in found:
            rows.document(str(row[0]), [row])
        self.close()

    def close(self) -> None:
        if self._dump:
            self._dump.close()


def _category(code: str) -> str:
    """Which statement an account of the common numbering belongs to."""
    if code.startswith("000") or code[0] in "01":
        return "ASSET"
    if code[0] in "23" or code == "9998":
        return "EQUITY" if code[0] in "39" else "LIABILITY"
    return "INCOME" if code[0] == "4" else "EXPENSE"

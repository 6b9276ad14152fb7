"""Lists that come whole every month as delimited text: products, cost centres, tax codes, and open items.

Not here: the columns (dialects), and charts, partners and balances, which each system writes in its own way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from pipelines.simulation.costing import cost_centers, gtin, product_group, tariff_number
from pipelines.simulation.defects import Row
from pipelines.simulation.money import plain
from pipelines.simulation.open_items import OpenItem, OpenItems
from pipelines.simulation.rows import Delivery
from pipelines.simulation.taxes import tax_codes
from pipelines.simulation.writers.dialects import Dialect

_Maker = Callable[[Delivery, Dialect], Iterator[Row]]
DELIVERY_SERVICE = "S001"  # a service in every product list; nobody sells it


def write_lists(delivery: Delivery, dialect: Dialect, open_items: OpenItems, as_of: date) -> list[str]:
    """Every list that the dialect knows; returns the files' names."""
    makers = {"product": _products, "cost_center": _cost_centers, "tax_code": _tax_codes}
    names = [_write(delivery, dialect, dataset, make) for dataset, make in makers.items() if dataset in dialect.files]
    return [*names, write_open_items(delivery, dialect, open_items, as_of)]


def write_open_items(delivery: Delivery, dialect: Dialect, open_items: OpenItems, as_of: date) -> str:
    """The open items at a date; returns the file's name."""
    name = f"{dialect.files['open_item']}_{delivery.month.compact}_{delivery.stamp}.csv"
    with dialect.opened(delivery.folder / name) as file:
        header = dialect.columns["open_item"]
        rows = delivery.rows(delivery.table("open_item", name), header, file.row)
        rows.non_data(list(header))
        for item in open_items.at(as_of):
            refused = rows.document(item.number, [_open_item(delivery, dialect, item, as_of)])
            delivery.total("open_item", item.side, item.amount_f, refused)
    return name


def _open_item(delivery: Delivery, dialect: Dialect, item: OpenItem, as_of: date) -> Row:
    money, sides = dialect.money, dialect.sides
    amounts = [money(abs(item.amount) if sides else item.amount), money(abs(item.amount_f) if sides else item.amount_f)]
    if sides:
        amounts.insert(1, sides[item.amount < 0])
    return [
        dialect.date(as_of), dialect.parties[item.side == "payable"], item.party.code, item.number, "1",
        dialect.date(item.day), dialect.date(item.due), item.currency, *amounts,
        delivery.branch.chart.accounts[item.party.role.partition(":")[0]][0],
    ]  # fmt: skip


def _write(delivery: Delivery, dialect: Dialect, dataset: str, make: _Maker) -> str:
    name = f"{dialect.files[dataset]}_{delivery.stamp}.csv"
    header = dialect.columns[dataset]
    with dialect.opened(delivery.folder / name) as file:
        rows = delivery.rows(delivery.table(dataset, name), header, file.row)
        rows.non_data(list(header))
        for row in make(delivery, dialect):
            rows.document(str(row[0]), [row])
    return name


def _products(delivery: Delivery, dialect: Dialect) -> Iterator[Row]:
    branch, (yes, no) = delivery.branch, dialect.answers
    for product in branch.products:
        yield [
            product.code, product.name, product_group(product), dialect.unit, gtin(branch, product),
            tariff_number(product), dialect.valuation, no, dialect.money(product.price),
        ]  # fmt: skip
    yield [DELIVERY_SERVICE, "Transport", "Services", "h", "", "", "", yes, dialect.money(4500)]


def _cost_centers(delivery: Delivery, dialect: Dialect) -> Iterator[Row]:
    for center in cost_centers(delivery.branch):
        ends = dialect.date(center.valid_to) if center.valid_to else ""
        yield [center.code, center.name, center.parent, center.name, center.manager,
               dialect.date(center.valid_from), ends]  # fmt: skip


def _tax_codes(delivery: Delivery, dialect: Dialect) -> Iterator[Row]:
    chart = delivery.branch.chart
    for tax in tax_codes(delivery.branch):
        account = chart.local(tax.account_role) if tax.account_role else ""
        yield [
            tax.code, tax.name, dialect.tax[tax.direction == "input"], _percent(dialect, tax.rate),
            "100" if tax.direction == "input" else "", account, tax.box, dialect.date(tax.valid_from),
            dialect.date(tax.valid_to) if tax.valid_to else "",
        ]  # fmt: skip


def _percent(dialect: Dialect, basis_points: int) -> str:
    return plain(basis_points).replace(".", dialect.decimal_mark)

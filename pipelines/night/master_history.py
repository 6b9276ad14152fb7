"""Views over every accepted delivery of master data, from which its history is told: what a customer was called then.

Only of branches whose list is touched: their histories are told anew from all their deliveries, the others' stay. Not
here: what a change is (dbt), and which rows are in force (manifests).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb

from pipelines.contracts.model import WHOLE
from pipelines.lake.deliveries import slice_file
from pipelines.lake.places import Lake
from pipelines.night.lake_state import Delivery, SliceKey

# Lists whose records have a life of their own. The others have intervals in themselves (tax codes, ownership) or are
# events.
WITH_HISTORY = ("customer", "supplier", "product", "cost_center", "gl_account")
_PLACE = {
    "branch_id": "VARCHAR",
    "delivery_id": "VARCHAR",
    "source_file": "VARCHAR",
    "source_sheet": "VARCHAR",
    "source_row": "BIGINT",
}


def create_delivered_views(
    connection: duckdb.DuckDBPyConnection,
    lake: Lake,
    deliveries: Sequence[Delivery],
    touched: frozenset[SliceKey],
    types: Mapping[str, Mapping[str, str]],
) -> None:
    """View `lake.<dataset>_delivered` of each list with a history: its fields, its place and its delivery.

    `types`: dataset → field → SQL type. Deliveries under an older contract lack its newer fields: they are empty.
    """
    for dataset in WITH_HISTORY:
        if dataset not in types:
            continue
        columns = {**types[dataset], **_PLACE}
        empty = ", ".join(f'cast(null as {kind}) as "{name}"' for name, kind in columns.items())
        query = f"select {empty} where false"
        files = [file for one in deliveries if (file := _rows(lake, one, dataset, touched))]
        if files:
            names = ", ".join(f'"{name}"' for name in columns)
            listed = ", ".join(files)
            query = (
                f"select {names} from ({query} union all by name select * from"
                f" read_parquet([{listed}], hive_partitioning = false, union_by_name = true))"
            )
        connection.execute(f"create view lake.{dataset}_delivered as {query}")


def _rows(lake: Lake, delivery: Delivery, dataset: str, touched: frozenset[SliceKey]) -> str:
    """The file of a delivery's accepted rows, as an SQL literal; empty where there is none or nobody asks."""
    receipt = delivery.receipt
    wanted = receipt.dataset == dataset and delivery.status == "accepted" and WHOLE in receipt.slices
    if not wanted or (dataset, receipt.branch_id, WHOLE) not in touched:
        return ""
    return "'" + str(slice_file(lake, receipt, WHOLE)).replace("'", "''") + "'"

"""Branches' customers, suppliers and products that are in force, as records that can be matched.

Not here: matching them, and remembering what came of it (golden_records).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from pipelines.conformance.golden.records import Kind, Record, RecordKey
from pipelines.lake.manifests import Manifest
from pipelines.lake.places import Lake

Manifests = Mapping[tuple[str, str], Manifest]

LISTS: Mapping[Kind, tuple[str, ...]] = {"party": ("customer", "supplier"), "product": ("product",)}
# Field of a record → column of the contract, where they differ; the code and the name bear the dataset's name.
_COLUMNS: Mapping[str, str] = {
    "country": "country_code",
    "tax_id": "tax_id",
    "registration_id": "registration_id",
    "bank_account": "bank_account",
    "postal_code": "postal_code",
    "city": "city",
    "street": "address_line",
    "unit_code": "unit_code",
    "gtin": "gtin",
    "commodity_code": "commodity_code",
    "partner_branch_id": "partner_branch_id",
}


def list_hashes(manifests: Manifests, kind: Kind) -> list[str]:
    """What decides the records of a kind: a line for every slice of its lists, with the hash of its content."""
    return sorted(
        f"{dataset}/{branch_id}/{period} {one.content_hash}"
        for (dataset, branch_id), manifest in manifests.items()
        if dataset in LISTS[kind]
        for period, one in manifest.slices.items()
    )


def listed(lake: Lake, manifests: Manifests, kind: Kind, countries: Mapping[str, str]) -> list[Record]:
    """Every record of a kind. A party without a country is taken to be in its branch's own (`countries`)."""
    found: list[Record] = []
    for (dataset, branch_id), manifest in manifests.items():
        if dataset in LISTS[kind]:
            for one in manifest.slices.values():
                rows = _rows(str(lake.root / one.file), dataset)
                found += _records(rows, dataset, branch_id, countries.get(branch_id, ""))
    return found


def _rows(file: str, dataset: str) -> pl.DataFrame:
    """The columns that matter; an older contract may lack some."""
    wanted = (f"{dataset}_code", f"{dataset}_name", *_COLUMNS.values())
    there = pl.read_parquet_schema(file)
    return pl.read_parquet(file, columns=[name for name in wanted if name in there], hive_partitioning=False)


def _records(rows: pl.DataFrame, role: str, branch_id: str, country: str) -> Iterator[Record]:
    fields = {field: column for field, column in _COLUMNS.items() if column in rows.columns}
    for row in rows.iter_rows(named=True):
        said = {field: str(row[column]) for field, column in fields.items() if row[column] is not None}
        if role != "product":
            said.setdefault("country", country)
        yield Record(RecordKey(branch_id, role, row[f"{role}_code"]), row[f"{role}_name"] or "", **said)

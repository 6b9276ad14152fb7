"""Pairs of records that are alike, for what no identifier decides: Splink on DuckDB, its weights fixed here.

The weights (`m`: how often records of one company agree so; `u`: how often records of two do) are set by judgment and
not trained: the lists of a group are small, and a pair must weigh tonight what it weighed last night. Not here:
identifiers (pairs), guards and groups (clusters).
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from typing import Any

import duckdb
import polars as pl

from pipelines.conformance.golden.naming import company_name, place, plain, unit
from pipelines.conformance.golden.records import Kind, Pair, Record

RULE = "likeness"
MATCH, SUGGEST = 0.995, 0.4
# One pair in two thousand is of one company, before anything is compared.
_PRIOR = 0.0005
_COLUMNS: dict[Kind, tuple[str, ...]] = {
    "party": ("name", "country", "postal_code", "city", "street"),
    "product": ("name", "unit_code", "commodity_code"),
}
# Column → its levels from the most alike on: the least Jaro-Winkler likeness (1: the same), m, u; last what is unlike.
_WEIGHTS: dict[Kind, dict[str, tuple[tuple[float, float, float], ...]]] = {
    "party": {
        "name": ((1, 0.7, 0.0005), (0.92, 0.2, 0.002), (0.85, 0.09, 0.01), (0, 0.01, 0.9875)),
        "postal_code": ((1, 0.85, 0.005), (0, 0.15, 0.995)),
        "city": ((1, 0.9, 0.05), (0, 0.1, 0.95)),
        "street": ((1, 0.6, 0.001), (0.85, 0.25, 0.01), (0, 0.15, 0.989)),
    },
    "product": {
        "name": ((1, 0.8, 0.0002), (0.92, 0.15, 0.005), (0, 0.05, 0.9948)),
        "unit_code": ((1, 0.95, 0.3), (0, 0.05, 0.7)),
        "commodity_code": ((1, 0.9, 0.02), (0, 0.1, 0.98)),
    },
}
# Only records that agree in one of these are compared, so that the work grows with the list and not with its square.
_COMPARED: dict[Kind, tuple[tuple[str, ...], ...]] = {
    "party": (("country", "postal_code"), ("country", "name_beginning"), ("name",)),
    "product": (("name_beginning",), ("commodity_code", "unit_code")),
}


def alike_pairs(records: Iterable[Record], kind: Kind) -> list[Pair]:
    """Pairs of records of `kind`, sorted: `match` from MATCH on, `suggested` from SUGGEST on.

    `confidence` is the probability by the weights. Records whose name says nothing are never paired.
    """
    listed = sorted((one for one in records if one.kind == kind and company_name(one.name)), key=lambda one: one.key)
    if len(listed) < 2:
        return []
    return [
        Pair(listed[left].key, listed[right].key, RULE, probability, "match" if probability >= MATCH else "suggested")
        for left, right, probability in _compared(listed, kind)
    ]


def _compared(listed: Sequence[Record], kind: Kind) -> list[tuple[int, int, float]]:
    """Positions of two records and the probability that they are one, sorted."""
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on  # noqa: PLC0415 - slow to import, seldom needed

    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[_comparison(column, levels) for column, levels in _WEIGHTS[kind].items()],
        blocking_rules_to_generate_predictions=[block_on(*columns) for columns in _COMPARED[kind]],
        probability_two_random_records_match=_PRIOR,
        retain_intermediate_calculation_columns=False,
    )
    with duckdb.connect() as connection:
        connection.register("listed", _frame(listed, kind))
        connection.execute("create table record as select * from listed")
        api: Any = DuckDBAPI(connection)
        linker = Linker(
            api.register(connection.table("record")), settings, log_level=logging.ERROR, validate_settings=False
        )
        found: Any = linker.inference.predict(threshold_match_probability=SUGGEST)
        rows = found.as_duckdbpyrelation().project("unique_id_l, unique_id_r, match_probability").fetchall()
    return sorted((min(left, right), max(left, right), round(share, 4)) for left, right, share in rows)


def _comparison(column: str, levels: Sequence[tuple[float, float, float]]) -> Any:
    import splink.comparison_level_library as level_of  # noqa: PLC0415 - see above
    import splink.comparison_library as comparison_of  # noqa: PLC0415

    made: list[Any] = [level_of.NullLevel(column)]
    for least, m, u in levels:
        if least == 1:
            level: Any = level_of.ExactMatchLevel(column)
        elif least:
            level = level_of.JaroWinklerLevel(column, least)
        else:
            level = level_of.ElseLevel()
        made.append(level.configure(m_probability=m, u_probability=u))
    return comparison_of.CustomComparison(output_column_name=column, comparison_levels=made)


def _frame(listed: Sequence[Record], kind: Kind) -> pl.DataFrame:
    """The records as they are compared; what is not known is null, which says neither yes nor no."""
    said = {"name": company_name, "city": place, "street": place, "unit_code": unit}
    columns: dict[str, list[Any]] = {"unique_id": list(range(len(listed)))}
    for column in _COLUMNS[kind]:
        columns[column] = [said.get(column, plain)(getattr(one, column)) or None for one in listed]
    columns["name_beginning"] = [name[:4] for name in columns["name"]]
    text = dict.fromkeys((*_COLUMNS[kind], "name_beginning"), pl.String())
    return pl.DataFrame(columns, schema={"unique_id": pl.Int64(), **text})

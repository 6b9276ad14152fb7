"""Which columns each column of a model is made of, read from the compiled SQL.

Found once per model and kept beside what was compiled, since finding takes longer than building. Whether a model is
built whole or in part says nothing about its columns, so what is kept serves both. Not here: asset keys (`dbt_events`
gives relations their names in Dagster).
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlglot import MappingSchema, exp, parse_one
from sqlglot.lineage import Node, lineage
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import build_scope

log = logging.getLogger("tieout")

_CACHE = "column_lineage.json"
_DIALECT = "duckdb"

Relation = tuple[str, str, str]  # database, schema, table
Origins = dict[str, list[tuple[str, str]]]  # column → (unique id of the model or source, its column)


@dataclass(frozen=True)
class Compiled:
    """What dbt compiled: the manifest, the folder of its target, and the columns (name → type) of every relation."""

    manifest: Mapping[str, Any]
    target: Path
    columns: Mapping[Relation, Mapping[str, str]]


def column_origins(compiled: Compiled) -> Mapping[str, Origins]:
    """Unique id of each model → its columns' origins. A model whose SQL cannot be followed is left out."""
    cache = compiled.target / _CACHE
    known: dict[str, Any] = json.loads(cache.read_bytes()) if cache.is_file() else {}
    names = {_relation(node): unique_id for unique_id, node in _relations(compiled.manifest).items()}
    schema = _schema(compiled.columns)
    found: dict[str, Any] = {}
    for unique_id, node in compiled.manifest["nodes"].items():
        sql = _sql(compiled.target, node)
        if sql is None:
            continue
        digest = _digest(node, compiled)
        if known.get(unique_id, {}).get("digest") != digest:
            known[unique_id] = {"digest": digest, "columns": _follow(unique_id, sql, schema, names)}
        found[unique_id] = known[unique_id]
    cache.write_text(json.dumps(found), encoding="utf-8")
    return {unique_id: said["columns"] for unique_id, said in found.items() if said["columns"]}


def _relations(manifest: Mapping[str, Any]) -> dict[str, Any]:
    built = {key: node for key, node in manifest["nodes"].items() if node["resource_type"] in {"model", "seed"}}
    return {**manifest["sources"], **built}


def _relation(node: Mapping[str, Any]) -> Relation:
    return (node["database"], node["schema"], node.get("identifier") or node.get("alias") or node["name"])


def _sql(target: Path, node: Mapping[str, Any]) -> str | None:
    if node["resource_type"] != "model":
        return None
    file = target / "compiled" / node["package_name"] / node["original_file_path"]
    return file.read_text(encoding="utf-8") if file.is_file() else None


def _digest(node: Mapping[str, Any], compiled: Compiled) -> str:
    """Of the model and the macros as they are written, and of the columns that it reads."""
    relations = _relations(compiled.manifest)
    written = [node["raw_code"], *(compiled.manifest["macros"][one]["macro_sql"] for one in _macros(node, compiled))]
    parents = sorted(_relation(relations[key]) for key in node["depends_on"]["nodes"] if key in relations)
    columns = [(parent, sorted(compiled.columns.get(parent, {}).items())) for parent in parents]
    return hashlib.sha256(json.dumps([written, columns]).encode()).hexdigest()


def _macros(node: Mapping[str, Any], compiled: Compiled) -> list[str]:
    """The macros of the project that the model is written with, also through other macros."""
    macros = compiled.manifest["macros"]
    found: set[str] = set()
    todo = list(node["depends_on"]["macros"])
    while todo:
        one = todo.pop()
        if one in macros and one not in found and macros[one]["package_name"] == node["package_name"]:
            found.add(one)
            todo += macros[one]["depends_on"]["macros"]
    return sorted(found)


def _schema(columns: Mapping[Relation, Mapping[str, str]]) -> MappingSchema:
    schema = MappingSchema(dialect=_DIALECT)
    for (database, name, table), types in columns.items():
        schema.add_table(exp.table_(table, db=name, catalog=database), dict(types), dialect=_DIALECT)
    return schema


def _follow(unique_id: str, sql: str, schema: MappingSchema, names: Mapping[Relation, str]) -> Origins:
    try:
        tree = qualify(parse_one(sql, dialect=_DIALECT), schema=schema, dialect=_DIALECT, identify=False)
        scope = build_scope(tree)
        # All columns at once and without a trimmed copy of the query at every step, which nobody here looks at: a
        # tenth of the time.
        found = lineage(None, tree, schema, scope=scope, dialect=_DIALECT, trim_selects=False, copy=False)
        return {column: _leaves(node, names) for column, node in found.items()}
    except Exception:
        log.debug("The columns of %s cannot be followed.", unique_id, exc_info=True)
        return {}


def _leaves(node: Node, names: Mapping[Relation, str]) -> list[tuple[str, str]]:
    found = set()
    for leaf in node.walk():
        table = leaf.source
        if leaf.downstream or not isinstance(table, exp.Table):
            continue
        unique_id = names.get((table.catalog, table.db, table.name))
        if unique_id:
            found.add((unique_id, leaf.name.split(".")[-1].strip('"')))
    return sorted(found)

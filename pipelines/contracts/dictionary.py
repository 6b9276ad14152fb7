"""Writes what is derived from the contracts for people and for dbt: the data dictionary, dbt's source and its macros.

``python -m pipelines.contracts.dictionary`` writes all of it anew; a test fails where a file is not what the contracts
say. Not here: what the contracts say (data_contracts), and descriptions of models (dbt_project).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from pipelines.contracts.compatibility import RELEASES, read_releases, release_mistakes, releases_text
from pipelines.contracts.loading import DOMAINS, load_contracts, load_domains
from pipelines.contracts.model import PROVENANCE, Contract, Field, Kind
from pipelines.errors import ContractError
from pipelines.settings import REPOSITORY

CONTRACTS = REPOSITORY / "data_contracts"
_SQL_TYPES = {
    Kind.STRING: "VARCHAR",
    Kind.DATE: "DATE",
    Kind.TIMESTAMP: "TIMESTAMP",
    Kind.INTEGER: "BIGINT",
    Kind.BOOLEAN: "BOOLEAN",
}
_PROVENANCE_MEANING = {
    "branch_id": "Branch that delivered the row.",
    "dataset": "Dataset, as its contract names it.",
    "delivery_id": "Delivery: branch/dataset/delivery date and sequence.",
    "delivery_date": "Day that the delivery is dated, by the branch's rule.",
    "source_file": "File as the branch sent it, below its landing folder; in an archive: archive.zip!file.",
    "source_sheet": "Sheet of a workbook or section of an XML or JSON file; empty for plain text files.",
    "source_row": "Row in the file or sheet as a person counts it, from 1; in XML and JSON the record of its section.",
    "source_part": "1, or the number of the part where one source row becomes several rows here.",
    "file_sha256": "Fingerprint of the bytes as received: the file's, or those of the archive that it came in.",
    "contract_version": "Version of the contract that the row was judged by.",
    "mapping_version": "Fingerprint of the branch's mapping that made the row.",
    "slice_period": "Month of the slice date, YYYY-MM; 'all' where the dataset has no slice date.",
}
_LONG = 12  # closed lists with more values are printed once, at the end


def generated(directory: Path = CONTRACTS) -> dict[Path, str]:
    """File, below the repository, to the text that the contracts in `directory` make of it. Raises `ContractError`."""
    contracts = load_contracts(directory)
    releases = read_releases(directory)
    if mistakes := release_mistakes(contracts, releases):
        raise ContractError("\n".join(mistakes))
    return {
        Path("docs/data-dictionary.md"): dictionary_text(contracts, load_domains(directory / DOMAINS)),
        Path("dbt_project/models/staging/_lake_datasets.yml"): dbt_sources_text(contracts),
        Path("dbt_project/macros/contracts.sql"): dbt_macros_text(contracts),
        Path("data_contracts") / RELEASES: releases_text(contracts, releases),
    }


def sql_type(field: Field) -> str:
    """The field's type in DuckDB and dbt."""
    if field.kind is Kind.DECIMAL:
        return f"DECIMAL({field.precision},{field.scale})"
    return _SQL_TYPES[field.kind]


def dictionary_text(contracts: Mapping[str, Contract], domains: Mapping[str, tuple[str, ...]]) -> str:
    """The data dictionary as Markdown: every dataset, field, rule and closed list."""
    lines = [
        "# Data dictionary",
        "",
        "Generated from `data_contracts/` by `python -m pipelines.contracts.dictionary`; do not edit.",
        "",
        "| dataset | one row is | version | owner |",
        "|---|---|---|---|",
        *(f"| [{c.dataset}](#{c.dataset}) | {_grain(c)} | {c.version} | {c.owner_team} |" for c in contracts.values()),
    ]
    for contract in contracts.values():
        lines += ["", *_dataset(contract, domains)]
    lines += ["", "## Provenance", "", "Every row of every dataset also carries where it came from.", ""]
    lines += ["| field | meaning |", "|---|---|"]
    lines += [f"| `{name}` | {_PROVENANCE_MEANING[name]} |" for name in PROVENANCE]
    lines += ["", "## Closed lists"]
    for name, values in domains.items():
        lines += ["", f"### {name} codes", "", ", ".join(values)]
    return "\n".join(lines) + "\n"


def _grain(contract: Contract) -> str:
    return contract.grain.removeprefix("One row is ").rstrip(".")


def _dataset(contract: Contract, domains: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    level = contract.service_level
    yield from (f"## {contract.dataset}", "", f"**{contract.title}.** {contract.description} {contract.grain}", "")
    yield f"- Key: {_names(contract.primary_key)}; a document is all rows of one {_names(contract.document_key)}."
    sliced = f"one a month of `{contract.slice_date}`" if contract.slice_date else "one, the whole dataset"
    yield f"- Slices of a branch: {sliced}."
    days = "business days" if level.in_business_days else "days"
    due = f"due {level.due_days_after_month_end} {days} after the end of the month"
    yield f"- A delivery is {due}, and refused whole when more than {_percent(contract)} of its rows are refused."
    if contract.sums:
        yield f"- Summed on every receipt: {', '.join(f'`{m}` by `{c}`' for m, c in contract.sums)}."
    for reference in contract.references:
        to = ", ".join(f"`{reference.dataset}.{name}`" for name in reference.to_fields)
        yield f"- {_names(reference.fields)} refers to {to}; when unknown: {reference.when_unknown}."
    yield from ("", "| field | type | required | values | class | meaning |", "|---|---|---|---|---|---|")
    for field in contract.fields:
        required = "yes" if field.required else ""
        cells = [f"`{field.name}`", sql_type(field), required, _values(field, domains), field.classification]
        yield f"| {' | '.join(map(_cell, [*cells, field.description]))} |"
    if contract.rules:
        yield from ("", "| rule | judges | severity | holds when | meaning |", "|---|---|---|---|---|")
    for rule in contract.rules:
        cells = [f"`{rule.name}`", rule.scope.value, rule.severity.value, f"`{rule.expression}`", rule.description]
        yield f"| {' | '.join(map(_cell, cells))} |"


def _names(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _percent(contract: Contract) -> str:
    return f"{(contract.service_level.refusal_threshold * 100).normalize():f} %"


def _values(field: Field, domains: Mapping[str, tuple[str, ...]]) -> str:
    said = []
    if field.allowed is not None and len(field.allowed) > _LONG:
        name = next((name for name, values in domains.items() if values == field.allowed), "")
        said.append(f"[{name} codes](#{name}-codes)")
    elif field.allowed is not None:
        said.append(", ".join(field.allowed))
    if field.pattern is not None:
        said.append(f"`{field.pattern}`")
    if field.max_length is not None:
        said.append(f"up to {field.max_length} characters")
    bounds = (("from", field.minimum), ("to", field.maximum), ("above", field.exclusive_minimum))
    said.append(" ".join(f"{word} {bound}" for word, bound in bounds if bound is not None))
    return "; ".join(part for part in said if part)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def dbt_sources_text(contracts: Mapping[str, Contract]) -> str:
    """dbt's source ``lake``, one table a dataset: contract fields and provenance, owner and version."""
    lines = [
        "# Generated from data_contracts/ by `python -m pipelines.contracts.dictionary`; do not edit.",
        "# The same source's tables about the lake itself stand in _lake_state.yml.",
        "version: 2",
        "",
        "sources:",
        "  - name: lake",
        "    schema: lake",
        "    tables:",
    ]
    for contract in contracts.values():
        meta = {"owner": contract.owner_team, "contract_version": contract.version}
        lines += [
            f"      - name: {contract.dataset}",
            f"        description: {_quoted(f'{contract.description} {contract.grain}')}",
            "        config:",
            f"          meta: {_quoted(meta)}",
            "        columns:",
        ]
        for field in contract.fields:
            lines += _dbt_column(field.name, sql_type(field), field.description, field.classification)
        for name, dtype in PROVENANCE.items():
            kind = {"Int64": "BIGINT", "Date": "DATE"}.get(str(dtype), "VARCHAR")
            lines += _dbt_column(name, kind, _PROVENANCE_MEANING[name], "internal")
    return "\n".join(lines) + "\n"


def dbt_macros_text(contracts: Mapping[str, Contract]) -> str:
    """dbt macros that name the datasets, so that no model lists them: their keys, and the sums that the lake keeps."""
    facts = {
        name: {"date": contract.slice_date, "key": list(contract.primary_key), "sums": dict(contract.sums)}
        for name, contract in contracts.items()
        if contract.slice_date is not None
    }
    whole = {name: list(contract.primary_key) for name, contract in contracts.items() if contract.slice_date is None}
    return "\n".join(
        [
            "{# Generated from data_contracts/ by `python -m pipelines.contracts.dictionary`; do not edit. #}",
            "",
            "{# Datasets with a slice date: each has a staging model and a fact. Date, key, sums by currency. #}",
            *_dbt_macro("contract_facts", facts),
            "",
            "{# Datasets of one slice a branch: dimensions. Their keys. #}",
            *_dbt_macro("contract_dimensions", whole),
        ]
    )


def _dbt_macro(name: str, value: Mapping[str, object]) -> list[str]:
    lines = [f"{{% macro {name}() %}}", "    {% do return({"]
    lines += [f"        {_quoted(key)}: {_quoted(said)}," for key, said in value.items()]
    return [*lines, "    }) %}", "{% endmacro %}", ""]


def _dbt_column(name: str, kind: str, description: str, classification: str) -> list[str]:
    return [
        f"          - name: {name}",
        f"            data_type: {kind}",
        f"            description: {_quoted(description)}",
        "            config:",
        f"              meta: {_quoted({'classification': classification})}",
    ]


def _quoted(value: object) -> str:
    """JSON is YAML in which nothing is guessed."""
    return json.dumps(value, ensure_ascii=False)


def main() -> None:
    """Write every generated file where it differs."""
    for path, text in generated().items():
        file = REPOSITORY / path
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.is_file() or file.read_text(encoding="utf-8") != text:
            file.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

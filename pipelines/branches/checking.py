"""What a branch says against the contracts, and its parts against each other.

Not here: the shape of the text (document).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass
from itertools import combinations

from pipelines.branches.document import BranchSaid, DatasetSaid, FileSaid
from pipelines.branches.known_names import unknown_day, unknown_names
from pipelines.branches.overlap import common_name
from pipelines.contracts.model import Contract, Field, Kind
from pipelines.nearest import did_you_mean
from pipelines.sources.jsonlayout import JsonLayout
from pipelines.sources.layout import ExcelLayout, Layout, XmlLayout
from pipelines.sources.taglayout import TaggedLayout
from pipelines.standardize.conventions import has_year
from pipelines.standardize.mapping import Mapping, Source

# Key of a branch → the field of the contract of `branch` whose closed list it is of.
CODES = {"country_code": "country_code", "currency": "functional_currency_code"}
_DATE_DERIVATIONS = {"year_of", "month_of", "period_of", "fiscal_year_of", "fiscal_period_of"}


@dataclass(frozen=True)
class Mistake:
    """One mistake: the keys that lead to it below `attributes`, and the sentence that says it."""

    path: tuple[str | int, ...]
    sentence: str

    def under(self, *path: str | int) -> Mistake:
        """The same mistake seen from further out."""
        return Mistake((*path, *self.path), self.sentence)


def check_branch(said: BranchSaid, contracts: Dictionary[str, Contract]) -> Iterator[Mistake]:
    """Every disagreement between a branch, its own parts and the contracts."""
    yield from _check_codes(said, contracts)
    for dataset in said.tighten:
        if dataset not in contracts:
            yield Mistake(("tighten", dataset), _unknown("dataset", dataset, contracts))
    for name, file in said.files.items():
        for dataset, its in file.datasets.items():
            path = ("files", name, "datasets", dataset)
            if dataset not in contracts:
                yield Mistake(path, _unknown("dataset", dataset, contracts))
                continue
            yield from (mistake.under(*path) for mistake in _check_dataset(its, file, contracts[dataset]))
            yield from (Mistake((*path, *at), sentence) for at, sentence in unknown_names(its, file, said.files))
        yield from (Mistake(("files", name, *at), sentence) for at, sentence in unknown_day(file))
    yield from _check_lookups(said)
    for (one, left), (other, right) in combinations(said.files.items(), 2):
        both = common_name(left.pattern, right.pattern)
        if both is not None:
            yield Mistake(
                ("files", other, "pattern"),
                f"the patterns of {one} and {other} both match a file called {both!r}. Narrow one of them.",
            )


def _check_lookups(said: BranchSaid) -> Iterator[Mistake]:
    """Lookups name files and sections that there are; a file without datasets is there for a lookup."""
    used = set()
    for name, file in said.files.items():
        for dataset, its in file.datasets.items():
            for key, lookup in its.lookups.items():
                path = ("files", name, "datasets", dataset, "lookups", key)
                used.add(lookup.file)
                if lookup.file is not None and lookup.file not in said.files:
                    yield Mistake((*path, "file"), _unknown("file", lookup.file, said.files))
                    continue
                sections = _sections(said.files[lookup.file].layout if lookup.file else file.layout)
                if lookup.section and lookup.section not in sections:
                    yield Mistake((*path, "section"), _unknown("section", lookup.section, sections))
                if not lookup.section and len(sections) > 1:
                    yield Mistake(path, f"the file has several tables; say section: one of {', '.join(sections)}.")
    for name, file in said.files.items():
        if not file.datasets and name not in used:
            yield Mistake(
                ("files", name, "datasets"),
                f"the file {name} gives no dataset, and no lookup reads it. Map a dataset, or remove the file.",
            )


def _check_codes(said: BranchSaid, contracts: Dictionary[str, Contract]) -> Iterator[Mistake]:
    """Country and currency are codes of the closed lists that the contract of `branch` names."""
    if "branch" not in contracts:
        return
    for key, name in CODES.items():
        code, field = str(getattr(said, key)), contracts["branch"].field(name)
        if field.allowed is not None and code not in field.allowed:
            hint = did_you_mean(code, field.allowed) or " Correct it."
            yield Mistake((key,), f"{key} is {code!r}, which is no code of the list in use.{hint}")


def _check_dataset(said: DatasetSaid, file: FileSaid, contract: Contract) -> Iterator[Mistake]:
    if (said.rule == "period") != (said.period is not None):
        fix = (
            "Say in `period` how the replaced months are known, e.g. `period: content`."
            if said.period is None
            else "Remove period."
        )
        yield Mistake(
            ("rule",), f"the rule is {said.rule}, and period is {'missing' if said.period is None else 'given'}. {fix}"
        )
    if said.rule == "period" and contract.slice_date is None:
        yield Mistake(
            ("rule",), f"{contract.dataset} has no date that would tell periods apart. Use the rule full or append."
        )
    for name, meaning in said.controls.items():
        measure = meaning.removeprefix("sum:")
        if measure != meaning and not _is_decimal(contract, measure):
            decimals = [field.name for field in contract.fields if field.kind is Kind.DECIMAL]
            yield Mistake(("controls", name), _unknown("amount", measure, decimals))
    yield from (mistake.under("mapping") for mistake in _check_section(said.mapping, file.layout))
    yield from (mistake.under("mapping") for mistake in check_mapping(said.mapping, contract))


def _is_decimal(contract: Contract, name: str) -> bool:
    return name in contract.names and contract.field(name).kind is Kind.DECIMAL


def _check_section(mapping: Mapping, layout: Layout) -> Iterator[Mistake]:
    sections = _sections(layout)
    if mapping.section and mapping.section not in sections:
        yield Mistake(("section",), _unknown("section", mapping.section, sections))
    if not mapping.section and len(sections) > 1:
        yield Mistake((), f"the file has several tables and section is missing; say one of {', '.join(sections)}.")


def _sections(layout: Layout) -> tuple[str, ...]:
    if isinstance(layout, ExcelLayout):
        return tuple(layout.sheets)
    return tuple(layout.sections) if isinstance(layout, XmlLayout | JsonLayout | TaggedLayout) else ()


def check_mapping(mapping: Mapping, contract: Contract) -> Iterator[Mistake]:
    """Fields that do not exist, required fields that nothing fills, sources that do not suit their field."""
    for name, source in mapping.columns.items():
        if name not in contract.names:
            yield Mistake(("columns", name), _unknown(f"field of {contract.dataset}", name, contract.names))
            continue
        sentences = _check_source(source, contract.field(name), mapping, contract)
        yield from (Mistake(("columns", name), sentence) for sentence in sentences)
    for name in mapping.filled_by_amounts:
        if name in mapping.columns:
            yield Mistake(("columns", name), f"{name} is filled by amounts too. Remove it here.")
        if name not in contract.names:
            yield Mistake(("amounts",), f"{_unknown(f'field of {contract.dataset}', name, contract.names)}")
    filled = {*mapping.columns, *mapping.filled_by_amounts}
    missing = [field.name for field in contract.fields if field.required and field.name not in filled]
    if missing:
        yield Mistake(
            ("columns",),
            f"{contract.dataset} requires {', '.join(missing)}, which the mapping does not fill. Map them.",
        )
    circle = _circle(mapping)
    if circle:
        yield Mistake(("columns", circle[0]), f"{' and '.join(circle)} are derived from each other. Map one of them.")


def _check_source(source: Source, field: Field, mapping: Mapping, contract: Contract) -> Iterator[str]:
    yield from _check_origin(source, field, mapping, contract)
    yield from _check_words(source, field)
    if field.kind in (Kind.DATE, Kind.TIMESTAMP) and source.derive is None:
        dates = source.dates or mapping.dates
        if dates is None:
            yield f"{field.name} is a date, and no date format is declared. Say `dates: {{formats: ['%Y-%m-%d']}}`."
        elif field.kind is Kind.TIMESTAMP and not all(map(has_year, dates.formats)):
            yield f"{field.name} needs formats with a year."


def _check_origin(source: Source, field: Field, mapping: Mapping, contract: Contract) -> Iterator[str]:
    for inner in source.inner:
        if inner.balance is not None or inner.row_number == "document":
            yield f"{field.name}: balance and row_number: document cannot stand inside first_of or joined."
        yield from _check_origin(inner, field, mapping, contract)
    for name in source.from_:
        if name not in mapping.columns:
            near = did_you_mean(name, mapping.columns)
            yield f"{field.name} is derived from {name!r}, which the mapping does not fill.{near}"
            continue
        kind = contract.field(name).kind if name in contract.names else None
        dated = source.derive in _DATE_DERIVATIONS or len(source.from_) == 1
        if kind is not None and kind is not (Kind.DATE if dated else Kind.INTEGER):
            expected = "a date" if dated else "year and period, both whole numbers"
            yield f"{field.name}: {source.derive} needs {expected}; {name} is {kind}."
    if source.balance is not None and field.kind is not Kind.DECIMAL:
        yield f"{field.name} is {field.kind}; a balance fills amounts only."
    if source.negate and field.kind is not Kind.DECIMAL:
        yield f"{field.name} is {field.kind}; negate is for amounts only."
    if source.row_number == "document" and field.kind is not Kind.INTEGER:
        yield f"{field.name} is {field.kind}; row_number: document fills whole numbers only."


def _check_words(source: Source, field: Field) -> Iterator[str]:
    allowed: Iterable[str] | None = ("true", "false") if field.kind is Kind.BOOLEAN and source.values else field.allowed
    if allowed is None:
        return
    said = [*(source.values or {}).values(), source.otherwise]
    if source.values is None and source.inner == ():
        said += [source.value, source.when_empty]
    for word in said:
        if word is not None and word not in allowed:
            yield f"{field.name} may be {', '.join(allowed)}; found {word!r}.{did_you_mean(word, allowed)}"


def _circle(mapping: Mapping) -> list[str]:
    left = {name: source.needs & mapping.columns.keys() for name, source in mapping.columns.items()}
    while True:
        ready = [name for name, needs in left.items() if not needs & left.keys()]
        if not ready:
            return sorted(left)
        for name in ready:
            del left[name]


def _unknown(what: str, name: str, known: Iterable[str]) -> str:
    words = list(known)
    return f"there is no {what} {name!r}; expected one of {', '.join(words)}.{did_you_mean(name, words)}"

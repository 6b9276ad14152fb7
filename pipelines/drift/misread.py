"""Another way to write numbers and dates, and codes nobody listed: told from the values that could not be read.

One wrong cell is no drift: a share of the rows must fail, and nearly all of what failed must read in one other way.
Not here: refusing the rows themselves (validation).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime

import polars as pl

from pipelines.contracts.model import Kind
from pipelines.drift import proposing
from pipelines.drift.comparing import Terms, new_code
from pipelines.drift.shape import Drift, Shape
from pipelines.drift.uses import header_of
from pipelines.standardize.mapping import Source

_RULES = _NOT_A_NUMBER, _NOT_A_DATE, _UNKNOWN_VALUE = ("not_a_number", "not_a_date", "unknown_value")
_FEW = 2  # a single value tells nothing
_SHARE = 10  # at least one row in ten
_NEARLY_ALL = 0.9
_MOST = 200  # different values looked at, and codes named
_FORMATS = (
    *("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%Y%m%d", "%Y/%m/%d", "%Y.%m.%d", "%d.%m.%y"),
    *("%d/%m/%y", "%m/%d/%y", "%d%m%Y", "%d-%b-%Y", "%d %b %Y", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S"),
    *("%d.%m.%Y %H:%M:%S", "%d/%m/%Y %H:%M:%S", "%m/%d/%Y %H:%M:%S"),
)


def misread(
    old: Shape | None, findings: pl.DataFrame, rows: int, sample: Callable[[], pl.DataFrame], terms: Terms
) -> list[Drift]:
    """What the findings of a judged delivery of `rows` rows say about how its values are written.

    `findings` as validation words them; `sample` gives trimmed texts of the mapped headers.
    """
    failed = findings.filter(pl.col("rule").is_in(_RULES), pl.col("value").is_not_null())
    if failed.is_empty():
        return []
    found: dict[str, Drift] = {}
    undated = {str(one) for one in failed.filter(pl.col("rule") == _NOT_A_DATE)["column"].unique()}
    for (rule, column), part in failed.partition_by("rule", "column", as_dict=True, maintain_order=True).items():
        field = str(column)
        values = part["value"].unique(maintain_order=True).to_list()[:_MOST]
        if rule == _UNKNOWN_VALUE:
            if field in terms.mapping.columns and terms.mapping.columns[field].values:
                found |= {f"{field} {code}": new_code(code, field, terms) for code in values}
            continue
        if part.height < _FEW or part.height * _SHARE < rows or str(rule) in found:
            continue
        one = (
            _numbers(field, values, old, terms)
            if rule == _NOT_A_NUMBER
            else _dates(field, values, sample, undated, terms)
        )
        if one is not None:
            found[str(rule)] = one
    return list(found.values())


def _numbers(field: str, values: Sequence[str], old: Shape | None, terms: Terms) -> Drift | None:
    own = _own_source(field, terms)
    numbers = (own.numbers if own is not None else None) or terms.mapping.numbers
    declared = numbers.decimal_mark
    other = "." if declared == "," else ","
    # digits, perhaps parted into groups by the declared mark or a blank, and one other mark with digits behind it
    pattern = re.compile(rf"\D*\d[\d{re.escape(declared)}'’\s]*{re.escape(other)}\d+\D*")
    fitting = [value for value in values if pattern.fullmatch(value)]
    if len(fitting) < _NEARLY_ALL * len(values):
        return None
    groups: list[str] = [declared] if any(declared in value for value in fitting) else []
    before = (old.decimal_mark if old is not None else "") or declared
    sentence = (
        f"Numbers are written with {other!r} before the decimals ({fitting[0]!r}), and the mapping reads"
        f" {declared!r} as that: what else it could read would be another amount."
    )
    proposal = proposing.numbers_written(
        terms.place, terms.mapping, field if own is not None and own.numbers else None, other, groups
    )
    action = terms.action("number_format_changed")
    said = (f"decimal mark {before}", f"decimal mark {other}")
    return Drift("number_format_changed", field, *said, action, sentence, proposal)


def _dates(
    field: str, values: Sequence[str], sample: Callable[[], pl.DataFrame], undated: set[str], terms: Terms
) -> Drift | None:
    use = next((use for use in terms.uses if use.field == field), None)
    if use is None:
        return None
    dates = (use.source.dates if use.source is not None else None) or terms.mapping.dates
    declared = dates.formats if dates is not None else ()
    seen = sample()
    header = header_of(use.names, seen.columns)
    texts = {*values, *(seen[header].drop_nulls().to_list() if header is not None and use.whole else ())}
    fitting = [fmt for fmt in _FORMATS if fmt not in declared and all(_reads(text, fmt) for text in texts)]
    if not fitting:
        return None
    said = " or ".join(declared)
    doubt = f" ({' or '.join(fitting[1:])} would read them too: ask the branch)" if len(fitting) > 1 else ""
    sentence = (
        f"Dates are written as {fitting[0]} ({values[0]!r}), and the mapping reads {said}: what else it could read"
        f" would be another day{doubt}."
    )
    own = _own_source(field, terms)
    others = {one.field for one in terms.uses if one.kind in (Kind.DATE, Kind.TIMESTAMP)} - undated
    alone = own is not None and (own.dates is not None or bool(others))
    proposal = proposing.dates_written(terms.place, terms.mapping, field if alone else None, fitting[0])
    action = terms.action("date_format_changed")
    return Drift("date_format_changed", field, said, fitting[0], action, sentence, proposal)


def _own_source(field: str, terms: Terms) -> Source | None:
    """What the mapping says of a field that is read from a column of its own."""
    source = terms.mapping.columns.get(field)
    return source if source is not None and source.column is not None else None


def _reads(text: str, fmt: str) -> bool:
    try:
        return 1900 <= datetime.strptime(text, fmt).year < 2200  # noqa: DTZ007 (a day; years of bookkeeping)
    except ValueError:
        return False

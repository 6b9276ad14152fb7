"""Judges one delivery: rows, then whole documents, then the delivery.

A document stands or falls together. Every row that is refused carries every reason; nothing disappears: accepted, refused
and duplicate rows together are the rows that came in. Not here: parsing (standardize), and what replaces what (lake).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from pipelines.contracts.compiling import DOCUMENT, row_schema, rules_schema
from pipelines.contracts.model import Contract, Rule, Scope, Severity
from pipelines.validation.documents import document_ids, repeated_keys
from pipelines.validation.failures import Failure, failures
from pipelines.validation.findings import (
    FINDINGS,
    PLACE,
    delivery_finding,
    delivery_values,
    document_text,
    document_values,
    field_findings,
    no_findings,
    other_findings,
    row_values,
    rule_findings,
)

PROBLEMS: dict[str, pl.DataType] = {
    "source_row": pl.Int64(),
    "source_part": pl.Int64(),
    "rule": pl.String(),
    "column": pl.String(),
    "value": pl.String(),
    "message": pl.String(),
}
_POSITION = "_position"


@dataclass(frozen=True)
class Judgement:
    """What became of a delivery's rows.

    `accepted`: contract fields, source_row, source_part, in the order they came. `refused`: source_row, source_part,
    document. `duplicates`: source_row, source_part of rows that repeat another row in every field. `findings`: see
    `findings.FINDINGS`; source_row is null where a finding is about the delivery. `delivery_refused`: the sentence why
    the delivery is refused whole, else None; the rows are split all the same, so that each shows its own reason.
    """

    accepted: pl.DataFrame
    refused: pl.DataFrame
    findings: pl.DataFrame
    duplicates: pl.DataFrame
    delivery_refused: str | None


def judge(frame: pl.DataFrame, problems: pl.DataFrame, contract: Contract, *, unreadable: int = 0) -> Judgement:
    """Judge the standardized rows of one delivery.

    `frame`: the contract's fields with source_row and source_part, which together name a row. `problems`: values that
    could not be read (source_row, source_part, rule, column, value, message); the field is null in `frame`.
    `unreadable`: rows of the source that never became rows of `frame`; they count as refused for the threshold.
    Raises `ContractError` where the frame has other columns or types than the contract.
    """
    rows = frame.select(*contract.names, *PLACE).with_row_index(_POSITION)
    ids = document_ids(frame, contract.document_key)
    problem_rows = _positions_of(problems, rows)
    copies = _copies(rows, ids, problem_rows, contract)
    found = [*_problem_findings(problems, rows, contract), _copy_findings(rows, copies, contract)]

    own = _own_failures(rows, problem_rows, problems, copies, contract)
    clashing = _clashing(rows, ids, copies, problem_rows, contract)
    found += [*_worded(rows, own, contract), _clash_findings(rows, clashing, contract)]

    bad = _union(problem_rows.get_column(_POSITION), clashing, *(f.rows for f in own if f.rows is not None))
    broken, warned = _document_failures(rows, ids, bad, copies.get_column(_POSITION), contract)
    found += [*_document_findings(rows, ids, broken, contract), *_document_findings(rows, ids, warned, contract)]
    bad = _union(bad, *(f.rows for f in broken if f.rows is not None))

    lost = _closure(ids, bad, copies.get_column(_POSITION))
    found += [_follower_findings(rows, ids, lost, bad, contract), *_row_warnings(rows, copies, contract)]

    refusals = _delivery_refusals(rows, copies, contract, lost.len() + unreadable, frame.height + unreadable)
    sentence, delivery_found = refusals
    out = _union(lost, copies.get_column(_POSITION))
    kept = frame.select(*contract.names, *PLACE)
    return Judgement(
        accepted=kept if out.is_empty() else kept.filter(~_mask(out, frame.height)),
        refused=rows[lost].select(*PLACE, document_text(contract)).sort(*PLACE),
        findings=_sorted([*found, *delivery_found]),
        duplicates=copies.select(*PLACE).sort(*PLACE),
        delivery_refused=sentence,
    )


def _positions_of(problems: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Position and column of each problem."""
    if problems.is_empty():
        return pl.DataFrame(schema={_POSITION: pl.UInt32, "column": pl.String})
    places = rows.lazy().select(_POSITION, *PLACE).join(problems.lazy().select(*PLACE, "column"), on=PLACE)
    return places.select(_POSITION, "column").unique().collect()


def _copies(rows: pl.DataFrame, ids: pl.Series, problem_rows: pl.DataFrame, contract: Contract) -> pl.DataFrame:
    """Rows equal to an earlier one in every field: position, place, and `first`, the source row that is kept.

    A row with an unreadable value is no copy: what stood there may differ.
    """
    repeated = repeated_keys(rows, ids, contract)
    candidates = rows[repeated].filter(~pl.col(_POSITION).is_in(problem_rows.get_column(_POSITION).implode()))
    ordered = candidates.sort(*PLACE)
    first = ordered.with_columns(pl.col("source_row").first().over(contract.names).alias("first"))
    is_first = first.select(pl.struct(contract.names).is_first_distinct()).to_series() if first.height else None
    return first if is_first is None else first.filter(~is_first)


def _clashing(
    rows: pl.DataFrame, ids: pl.Series, copies: pl.DataFrame, problem_rows: pl.DataFrame, contract: Contract
) -> pl.Series:
    """Positions of rows whose key another row has with other content."""
    out = _union(copies.get_column(_POSITION), problem_rows.get_column(_POSITION))
    if out.is_empty():
        return repeated_keys(rows, ids, contract)
    keep = ~_mask(out, rows.height)
    left = rows.filter(keep)
    return left.get_column(_POSITION).gather(repeated_keys(left, ids.filter(keep), contract))


def _own_failures(
    rows: pl.DataFrame, problem_rows: pl.DataFrame, problems: pl.DataFrame, copies: pl.DataFrame, contract: Contract
) -> list[Failure]:
    """What Pandera finds row by row, without what a problem or a copy already explains."""
    found = failures(row_schema(contract), rows.select(contract.names))
    if problems.is_empty() and copies.is_empty():
        return found
    copied = copies.get_column(_POSITION)
    cleared = []
    for failure in found:
        positions = failure.rows if failure.rows is not None else copied.clear()
        read = problem_rows.filter(pl.col("column") == (failure.column or "")).get_column(_POSITION)
        left = _without(positions, _union(copied, read) if failure.code == "required" else copied)
        if not left.is_empty():
            cleared.append(Failure(failure.code, failure.column, left))
    return cleared


def _document_failures(
    rows: pl.DataFrame, ids: pl.Series, bad: pl.Series, copied: pl.Series, contract: Contract
) -> tuple[list[Failure], list[Failure]]:
    """Document rules that refuse, and that warn, on whole documents: those none of whose rows is refused already."""
    if not any(rule.scope is Scope.DOCUMENT for rule in contract.rules):
        return [], []
    judged = rows.with_columns(ids.alias(DOCUMENT))
    if not bad.is_empty() or not copied.is_empty():
        judged = judged.filter(~_mask(_union(_closure(ids, bad, copied), copied), rows.height))
    position = judged.get_column(_POSITION)
    verdicts = []
    for severity in Severity:
        found = failures(rules_schema(contract, Scope.DOCUMENT, severity), judged)
        verdicts.append([Failure(f.code, None, position.gather(f.rows)) for f in found if f.rows is not None])
    return verdicts[0], verdicts[1]


def _closure(ids: pl.Series, bad: pl.Series, copied: pl.Series) -> pl.Series:
    """Positions of all rows of the documents that hold a bad row, without the copies."""
    if bad.is_empty():
        return bad
    lost = ids.is_in(ids.gather(bad).unique().implode()).arg_true()
    return _without(lost, copied)


def _delivery_refusals(
    rows: pl.DataFrame, copies: pl.DataFrame, contract: Contract, refused: int, total: int
) -> tuple[str | None, list[pl.DataFrame]]:
    found: list[pl.DataFrame] = []
    sentences: list[str] = []
    left = rows.filter(~_mask(copies.get_column(_POSITION), rows.height)) if copies.height else rows
    for severity in Severity:
        for failure in failures(rules_schema(contract, Scope.DELIVERY, severity), left):
            rule = _rule(contract, failure.code)
            value = str(left.select(delivery_values(rule, contract)).item())
            said = f"{rule.description} {rule.fix}"
            found.append(delivery_finding(severity, rule.name, ", ".join(rule.columns), value, said))
            if severity is Severity.ERROR:
                sentences.append(f"{rule.name}: {said} ({value})")
    limit = contract.service_level.refusal_threshold
    if total and Decimal(refused) > limit * total:
        sentences.append(
            f"{refused} of {total} rows are refused, more than the share of {limit} that the contract of "
            f"{contract.dataset} allows. Mend the file or its mapping and deliver it again."
        )
    sentence = " ".join(sentences) or None
    if sentence:
        found.append(delivery_finding(Severity.ERROR, "delivery_refused", None, f"{refused} of {total}", sentence))
    return sentence, found


def _problem_findings(problems: pl.DataFrame, rows: pl.DataFrame, contract: Contract) -> list[pl.DataFrame]:
    if problems.is_empty():
        return []
    named = problems.join(rows.select(*PLACE, document_text(contract)), on=PLACE, how="left")
    severity, scope = pl.lit(Severity.ERROR.value).alias("severity"), pl.lit(Scope.ROW.value).alias("scope")
    return [named.with_columns(severity, scope).select(list(FINDINGS)).cast(dict(FINDINGS))]  # type: ignore[arg-type]


def _worded(rows: pl.DataFrame, found: list[Failure], contract: Contract) -> list[pl.DataFrame]:
    worded = []
    for failure in found:
        if failure.rows is None:
            continue
        failing = rows[failure.rows].with_columns(document_text(contract))
        if failure.column is None:
            rule = _rule(contract, failure.code)
            worded.append(rule_findings(failing, rule, row_values(rule)))
        else:
            worded.append(field_findings(failing, contract, failure.code, failure.column))
    return worded


def _row_warnings(rows: pl.DataFrame, copies: pl.DataFrame, contract: Contract) -> list[pl.DataFrame]:
    copied = copies.get_column(_POSITION)
    found = failures(rules_schema(contract, Scope.ROW, Severity.WARNING), rows)
    left = [Failure(f.code, None, _without(f.rows, copied)) for f in found if f.rows is not None]
    return _worded(rows, left, contract)


def _document_findings(
    rows: pl.DataFrame, ids: pl.Series, found: list[Failure], contract: Contract
) -> list[pl.DataFrame]:
    worded = []
    for failure in found:
        if failure.rows is None:
            continue
        rule = _rule(contract, failure.code)
        failing = rows[failure.rows].with_columns(document_text(contract), ids.gather(failure.rows).alias(DOCUMENT))
        worded.append(rule_findings(failing, rule, document_values(rule, contract, DOCUMENT)))
    return worded


def _copy_findings(rows: pl.DataFrame, copies: pl.DataFrame, contract: Contract) -> pl.DataFrame:
    if copies.is_empty():
        return no_findings()
    message = pl.concat_str(pl.lit("The row repeats row "), pl.col("first"), pl.lit(" in every field and is kept once."))
    named = copies.with_columns(document_text(contract))
    return other_findings(named, Severity.WARNING, "duplicate_row", None, _key_text(contract), message)


def _clash_findings(rows: pl.DataFrame, clashing: pl.Series, contract: Contract) -> pl.DataFrame:
    message = pl.lit(
        f"Another row of the delivery has the same key ({', '.join(contract.primary_key)}) with other content. "
        "Deliver one of them."
    )
    named = rows[clashing].with_columns(document_text(contract))
    column = ", ".join(contract.primary_key)
    return other_findings(named, Severity.ERROR, "duplicate_key", column, _key_text(contract), message)


def _follower_findings(
    rows: pl.DataFrame, ids: pl.Series, lost: pl.Series, bad: pl.Series, contract: Contract
) -> pl.DataFrame:
    """Good rows of refused documents: each names the first row that its document is refused with."""
    good = _without(lost, bad)
    if good.is_empty():
        return no_findings()
    culprits = pl.DataFrame({DOCUMENT: ids.gather(bad), "culprit": rows["source_row"].gather(bad)})
    first = culprits.group_by(DOCUMENT).agg(pl.col("culprit").min())
    named = rows[good].with_columns(document_text(contract), ids.gather(good).alias(DOCUMENT)).join(first, on=DOCUMENT)
    message = pl.concat_str(pl.lit("refused with line "), pl.col("culprit"))
    value = pl.col("culprit").cast(pl.String)
    return other_findings(named, Severity.ERROR, "document_refused", None, value, message)


def _key_text(contract: Contract) -> pl.Expr:
    return pl.concat_str([pl.col(k).cast(pl.String).fill_null("?") for k in contract.primary_key], separator="/")


def _rule(contract: Contract, name: str) -> Rule:
    return next(rule for rule in contract.rules if rule.name == name)


def _sorted(found: list[pl.DataFrame]) -> pl.DataFrame:
    """One order whatever the order of the rows that came in; findings on the delivery last."""
    return pl.concat([no_findings(), *found]).sort(*PLACE, "rule", "column", nulls_last=True, maintain_order=True)


def _union(*positions: pl.Series) -> pl.Series:
    present = [p.cast(pl.UInt32).alias(_POSITION) for p in positions]
    return pl.concat(present).unique().sort()


def _without(positions: pl.Series, others: pl.Series) -> pl.Series:
    return positions if others.is_empty() else positions.filter(~positions.is_in(others.implode()))


def _mask(positions: pl.Series, height: int) -> pl.Series:
    """True at the given positions."""
    return pl.select(pl.int_range(0, height, dtype=pl.UInt32).is_in(positions.implode())).to_series()

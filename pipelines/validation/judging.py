"""Judges one delivery: rows, then whole documents, then the delivery.

A document stands or falls together. Every row that is refused carries every reason; nothing disappears: accepted,
refused and duplicate rows together are the rows that came in. Not here: parsing (standardize), and what replaces what
(lake).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

import polars as pl

from pipelines.contracts.compiling import DOCUMENT, row_schema, rules_schema
from pipelines.contracts.model import Contract, Rule, Scope, Severity
from pipelines.validation.documents import document_ids, repeated_keys
from pipelines.validation.failures import Failure, failures
from pipelines.validation.findings import (
    FINDINGS,
    PLACE,
    Code,
    delivery_finding,
    delivery_values,
    document_text,
    document_values,
    field_findings,
    findings,
    no_findings,
    primary_key_text,
    row_values,
    rule_findings,
    rule_message,
)
from pipelines.validation.positions import POSITION, mask, nothing, union, without

PROBLEMS: dict[str, pl.DataType] = {
    "source_row": pl.Int64(),
    "source_part": pl.Int64(),
    "rule": pl.String(),
    "column": pl.String(),
    "value": pl.String(),
    "message": pl.String(),
}


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


@dataclass(frozen=True)
class _Delivery:
    """The rows with their positions, the documents they belong to, and what is known of them before judging."""

    contract: Contract
    rows: pl.DataFrame
    ids: pl.Series
    unread: pl.DataFrame  # position and column of every value that could not be read
    repeated: pl.Series  # rows whose key occurs more than once
    copies: pl.DataFrame  # rows that repeat another one: position, fields, place, `first` = the source row that is kept
    shown: Callable[[pl.Expr], pl.Expr]  # source_row as a message shows it

    @property
    def copied(self) -> pl.Series:
        return self.copies.get_column(POSITION)

    @property
    def unread_rows(self) -> pl.Series:
        return union(self.unread.get_column(POSITION))

    def named(self, positions: pl.Series) -> pl.DataFrame:
        """These rows, with the text and the number of their documents."""
        return self.rows[positions].with_columns(
            document_text(self.contract), self.ids.gather(positions).alias(DOCUMENT)
        )

    def rule(self, name: str) -> Rule:
        return next(rule for rule in self.contract.rules if rule.name == name)

    def documents_of(self, positions: pl.Series) -> pl.Series:
        """All rows of the documents that these rows belong to, without copies."""
        if positions.is_empty():
            return nothing()
        return without(self.ids.is_in(self.ids.gather(positions).unique().implode()).arg_true(), self.copied)


_NOTHING_EXPLAINED: Mapping[str, frozenset[str]] = MappingProxyType({})


def _as_it_is(row: pl.Expr) -> pl.Expr:
    return row


def judge(  # noqa: PLR0913 (what is known of a delivery beside its rows)
    frame: pl.DataFrame,
    problems: pl.DataFrame,
    contract: Contract,
    *,
    unreadable: int = 0,
    shown: Callable[[pl.Expr], pl.Expr] = _as_it_is,
    explained: Mapping[str, frozenset[str]] = _NOTHING_EXPLAINED,
) -> Judgement:
    """Judge the standardized rows of one delivery.

    `frame`: the contract's fields with source_row and source_part, which together name a row. `problems`: values that
    could not be read (source_row, source_part, rule, column, value, message); the field is null in `frame`.
    `unreadable`: rows of the source that never became rows of `frame`; they count as refused for the threshold.
    `shown`: how a message writes another row's source_row, where the caller numbers rows over several sheets.
    `explained`: field → fields whose unreadable value leaves it empty too, which then is no reason of its own.
    Raises `ContractError` where the frame has other columns or types than the contract.
    """
    delivery = _delivery(frame, problems, contract, shown)
    own = _own_failures(delivery, explained)
    clashing = _clashing(delivery)
    bad = union(delivery.unread_rows, clashing, *(failure.rows for failure in own))
    broken = _document_failures(delivery, bad, Severity.ERROR)
    warned = [*_row_warnings(delivery), *_document_failures(delivery, bad, Severity.WARNING)]
    bad = union(bad, *(failure.rows for failure in broken))
    lost = delivery.documents_of(bad)
    sentence, delivery_findings = _delivery_verdict(delivery, lost.len() + unreadable, frame.height + unreadable)
    found = [
        *_problem_findings(delivery, problems),
        _copy_findings(delivery),
        _clash_findings(delivery, clashing),
        *(_worded(delivery, failure) for failure in [*own, *broken, *warned]),
        _follower_findings(delivery, lost, bad),
        *delivery_findings,
    ]
    out = union(lost, delivery.copied)
    kept = frame.select(*contract.names, *PLACE)
    return Judgement(
        accepted=kept if out.is_empty() else kept.filter(~mask(out, frame.height)),
        refused=delivery.named(lost).select(*PLACE, "document").sort(*PLACE),
        findings=_sorted(found),
        duplicates=delivery.copies.select(*PLACE).sort(*PLACE),
        delivery_refused=sentence,
    )


def _delivery(
    frame: pl.DataFrame, problems: pl.DataFrame, contract: Contract, shown: Callable[[pl.Expr], pl.Expr]
) -> _Delivery:
    rows = frame.select(*contract.names, *PLACE).with_row_index(POSITION)
    unread = pl.DataFrame(schema={POSITION: pl.UInt32, "column": pl.String})
    if not problems.is_empty():
        places = rows.lazy().select(POSITION, *PLACE).join(problems.lazy().select(*PLACE, "column"), on=PLACE)
        unread = places.select(POSITION, "column").unique().collect()
    ids = document_ids(rows, contract.document_key)
    repeated = repeated_keys(rows, ids, contract)
    copies = _copies(rows[without(repeated, unread.get_column(POSITION))], contract)
    return _Delivery(contract, rows, ids, unread, repeated, copies, shown)


def _copies(repeated: pl.DataFrame, contract: Contract) -> pl.DataFrame:
    """Rows equal to an earlier one in every field; an unreadable value equals nothing, so such rows are not asked."""
    ordered = repeated.sort(*PLACE)
    first = pl.col("source_row").first().over(contract.names) if ordered.height else pl.col("source_row")
    return ordered.with_columns(first.alias("first")).filter(~pl.struct(contract.names).is_first_distinct())


def _clashing(delivery: _Delivery) -> pl.Series:
    """Rows whose key another row has with other content."""
    asked = without(delivery.repeated, union(delivery.copied, delivery.unread_rows))
    left = delivery.rows[asked]
    return asked.gather(repeated_keys(left, delivery.ids.gather(asked), delivery.contract))


def _own_failures(delivery: _Delivery, causes: Mapping[str, frozenset[str]]) -> list[Failure]:
    """What Pandera finds row by row, without what a copy or an unreadable value already explains."""
    found = failures(row_schema(delivery.contract), delivery.rows.select(delivery.contract.names))
    cleared = []
    for failure in found:
        explained = delivery.copied
        if failure.code == "required":
            columns = [failure.column, *causes.get(failure.column or "", ())]
            unread = delivery.unread.filter(pl.col("column").is_in(columns)).get_column(POSITION)
            explained = union(explained, unread)
        cleared.append(Failure(failure.code, failure.column, without(failure.rows, explained)))
    return [failure for failure in cleared if not failure.rows.is_empty()]


def _row_warnings(delivery: _Delivery) -> list[Failure]:
    found = failures(rules_schema(delivery.contract, Scope.ROW, Severity.WARNING), delivery.rows)
    return [Failure(failure.code, None, without(failure.rows, delivery.copied)) for failure in found]


def _document_failures(delivery: _Delivery, bad: pl.Series, severity: Severity) -> list[Failure]:
    """Document rules, on whole documents only: those none of whose rows is refused already."""
    schema = rules_schema(delivery.contract, Scope.DOCUMENT, severity)
    if not schema.checks:
        return []
    columns = {name for rule in delivery.contract.rules if rule.scope is Scope.DOCUMENT for name in rule.columns}
    judged = delivery.rows.select(POSITION, *sorted(columns), delivery.ids.alias(DOCUMENT))
    out = union(delivery.documents_of(bad), delivery.copied)
    if not out.is_empty():
        judged = judged.filter(~mask(out, judged.height))
    position = judged.get_column(POSITION)
    return [Failure(failure.code, None, position.gather(failure.rows)) for failure in failures(schema, judged)]


def _delivery_verdict(delivery: _Delivery, refused: int, total: int) -> tuple[str | None, list[pl.DataFrame]]:
    """Why the delivery is refused whole, if it is, and the findings about it."""
    contract = delivery.contract
    found: list[pl.DataFrame] = []
    sentences: list[str] = []
    for severity in Severity:
        schema = rules_schema(contract, Scope.DELIVERY, severity)
        if not schema.checks:
            continue
        left = delivery.rows.filter(~mask(delivery.copied, delivery.rows.height))
        for failure in failures(schema, left):
            rule = delivery.rule(failure.code)
            value = str(left.select(delivery_values(rule, contract)).item())
            code = Code(rule.name, Scope.DELIVERY, severity, ", ".join(rule.columns))
            found.append(delivery_finding(code, value, rule_message(rule)))
            if severity is Severity.ERROR:
                sentences.append(f"{rule_message(rule)} Found {value}.")
    limit = contract.service_level.refusal_threshold
    if Decimal(refused) > limit * total:
        sentences.append(
            f"{refused} of {total} records are refused, more than the share of {limit} that the contract of "
            f"{contract.dataset} allows. Mend the file or its mapping and deliver it again."
        )
    if not sentences:
        return None, found
    sentence = " ".join(sentences)
    code = Code("delivery_refused", Scope.DELIVERY, Severity.ERROR, None)
    return sentence, [*found, delivery_finding(code, f"{refused} of {total}", sentence)]


def _worded(delivery: _Delivery, failure: Failure) -> pl.DataFrame:
    rows = delivery.named(failure.rows)
    if failure.column is not None:
        return field_findings(rows, delivery.contract, failure.code, failure.column)
    rule = delivery.rule(failure.code)
    of_document = rule.scope is Scope.DOCUMENT
    return rule_findings(
        rows, rule, document_values(rule, delivery.contract, DOCUMENT) if of_document else row_values(rule)
    )


def _problem_findings(delivery: _Delivery, problems: pl.DataFrame) -> list[pl.DataFrame]:
    if problems.is_empty():
        return []
    documents = delivery.named(delivery.unread_rows).select(*PLACE, "document")
    named = problems.join(documents, on=PLACE, how="left").with_columns(
        pl.lit(Severity.ERROR.value).alias("severity"), pl.lit(Scope.ROW.value).alias("scope")
    )
    return [named.select(pl.col(name).cast(dtype) for name, dtype in FINDINGS.items())]


def _copy_findings(delivery: _Delivery) -> pl.DataFrame:
    code = Code("duplicate_row", Scope.ROW, Severity.WARNING, None)
    first = delivery.shown(pl.col("first"))
    said = pl.concat_str(pl.lit("The row repeats row "), first, pl.lit(" in every field; it is kept once."))
    rows = delivery.copies.with_columns(document_text(delivery.contract))
    return findings(rows, code, primary_key_text(delivery.contract), said)


def _clash_findings(delivery: _Delivery, clashing: pl.Series) -> pl.DataFrame:
    key = ", ".join(delivery.contract.primary_key)
    code = Code("duplicate_key", Scope.ROW, Severity.ERROR, key)
    said = pl.lit(f"Another row of the delivery has the same key ({key}) with other content. Deliver only one of them.")
    return findings(delivery.named(clashing), code, primary_key_text(delivery.contract), said)


def _follower_findings(delivery: _Delivery, lost: pl.Series, bad: pl.Series) -> pl.DataFrame:
    """Good rows of refused documents: each names the first row that its document is refused with.

    Where a source row became several, its good parts are the same row as the bad one and wait for no other.
    """
    if lost.is_empty():
        return no_findings()
    wrong = delivery.named(bad)
    culprits = wrong.group_by(DOCUMENT).agg(pl.col("source_row").min().alias("culprit"))
    rows = delivery.named(without(lost, bad)).join(wrong, on=[DOCUMENT, "source_row"], how="anti")
    rows = rows.join(culprits, on=DOCUMENT, how="left")
    code = Code("document_refused", Scope.DOCUMENT, Severity.ERROR, None)
    culprit = delivery.shown(pl.col("culprit")).cast(pl.String)
    return findings(rows, code, culprit, pl.concat_str(pl.lit("refused with line "), culprit))


def _sorted(found: list[pl.DataFrame]) -> pl.DataFrame:
    """One order whatever the order of the rows that came in; findings on the delivery last."""
    return pl.concat([no_findings(), *found]).sort(*PLACE, "rule", "column", nulls_last=True, maintain_order=True)

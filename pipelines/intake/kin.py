"""A record that is spread over two datasets of one file stands or falls together: header and lines, payment and parts.

Kin are two datasets whose contract has one refer to the other by its own document key. Not here: references to other
records (an unknown customer refuses nothing), and records whose halves come in different files.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from pipelines.contracts.model import Contract, Scope, Severity
from pipelines.intake.judged import PLACE, Judged
from pipelines.intake.sheets import in_words
from pipelines.sources.table import ROW
from pipelines.validation.findings import Code, document_text, findings

_TOGETHER = "document_refused"


def refuse_together(judged: Mapping[str, Judged]) -> dict[str, Judged]:
    """Refuse, in every dataset of one file, the documents whose kin in another dataset of it are refused."""
    result = dict(judged)
    changed = True
    while changed:
        changed = False
        for one, other in _kin(result):
            for culprit, follower in ((one, other), (other, one)):
                after = _following(result[culprit], result[follower])
                changed |= after is not result[follower]
                result[follower] = after
    return result


def _kin(judged: Mapping[str, Judged]) -> list[tuple[str, str]]:
    """(child, parent) pairs: the child's document key refers to the parent's."""
    return [
        (child, reference.dataset)
        for child, one in judged.items()
        for reference in one.contract.references
        if reference.dataset in judged
        and set(reference.fields) == set(one.contract.document_key)
        and set(reference.to_fields) == set(judged[reference.dataset].contract.document_key)
        and reference.dataset != child
    ]


def _following(culprit: Judged, follower: Judged) -> Judged:
    """`follower` without the documents that are refused in `culprit`; refused whole where `culprit` is."""
    if culprit.refusal is not None:
        sentence = f"It is refused with {culprit.contract.dataset} of the same file: {culprit.refusal}"
        return follower if follower.refusal is not None else replace(follower, refusal=sentence)
    if culprit.refused.is_empty() or follower.accepted.is_empty():
        return follower
    mine, theirs = _keys(culprit.contract, follower.contract)
    keys = culprit.frame.join(culprit.refused.select(PLACE), on=PLACE, how="semi")
    # Name the row that is wrong itself, where there is one, and not a row that only fell with it.
    wrong = culprit.findings.filter(pl.col("severity") == Severity.ERROR.value, pl.col("rule") != _TOGETHER)
    itself = pl.col(ROW).is_in(wrong[ROW].drop_nulls().implode())
    first = keys.sort(~itself, ROW).group_by(theirs).agg(pl.col(ROW).first().alias("culprit"))
    lost = follower.accepted.join(first, left_on=mine, right_on=theirs, how="inner")
    if lost.is_empty():
        return follower
    named = lost.with_columns(document_text(follower.contract))
    what = culprit.config.contract.dataset
    together = findings(
        named,
        Code(_TOGETHER, Scope.DOCUMENT, Severity.ERROR, None),
        in_words(culprit.tables)(pl.col("culprit")),
        pl.concat_str(pl.lit(f"refused with {what} in row "), in_words(culprit.tables)(pl.col("culprit"))),
    )
    return replace(
        follower,
        accepted=follower.accepted.join(lost.select(PLACE), on=PLACE, how="anti", maintain_order="left"),
        refused=pl.concat([follower.refused, named.select(*PLACE, "document")]).sort(PLACE),
        findings=pl.concat([follower.findings, together]),
    )


def _keys(culprit: Contract, follower: Contract) -> tuple[list[str], list[str]]:
    """The fields of follower and culprit that name the document they share, side by side."""
    for child, parent in ((culprit, follower), (follower, culprit)):
        for reference in child.references:
            if reference.dataset == parent.dataset and set(reference.fields) == set(child.document_key):
                fields = (list(reference.fields), list(reference.to_fields))
                return (fields[1], fields[0]) if child is culprit else fields
    raise AssertionError(f"{culprit.dataset} and {follower.dataset} are no kin")

"""Refuses a delivery that would empty what it replaces: a file with a header and no record, sent by mistake more often
than by intent.

Not here: deliveries some of whose rows are refused (validation).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipelines.intake.judged import Judged
from pipelines.lake.receipts import OUT_OF_SCOPE
from pipelines.sources.layout import DelimitedLayout, ExcelLayout, Layout
from pipelines.sources.table import TextTable


def refuse_emptying(judged: Mapping[str, Judged], layout: Layout, tables: Sequence[TextTable]) -> dict[str, Judged]:
    """Each dataset of one file, refused where it holds no record but replaces earlier ones.

    Delimited text and sheets are judged one by one; a file of XML or JSON counts as a whole, since it names only what
    it has. A branch's folder may say `may_be_empty: true` of a dataset.
    """
    flat = isinstance(layout, (DelimitedLayout, ExcelLayout))
    nothing_at_all = not any(table.data_rows or table.unreadable for table in tables)
    return {
        name: replace(one, refusal=_sentence(one)) if (flat or nothing_at_all) and _empties(one) else one
        for name, one in judged.items()
    }


def _empties(one: Judged) -> bool:
    if one.refusal is not None or one.config.may_be_empty or not one.frame.is_empty():
        return False
    if any(table.unreadable for table in one.tables) or any(row.kind == OUT_OF_SCOPE for row in one.unused):
        return False
    says_what = one.periods is not None or one.contract.slice_date is None
    return one.config.rule == "full" or (one.config.rule == "period" and says_what)


def _sentence(one: Judged) -> str:
    what = "everything sent before" if one.config.rule == "full" or not one.periods else ", ".join(one.periods)
    return (
        f"The delivery holds no record of {one.contract.dataset}, and would empty {what}. Send the file with its"
        " records; if there really are none, say `may_be_empty: true` for the dataset in the branch's defs.yaml."
    )

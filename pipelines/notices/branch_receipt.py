"""A branch's receipt of what it delivered in a night: every row and sum of every file, in the branch's language.

Written as text and as one HTML page. Places and reasons are told, never the values of records. Not here: the figures
(the lake's receipts hold them), who is sent it (messages).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pipelines.branches.config import BranchConfig
from pipelines.lake.deliveries import read_frame
from pipelines.lake.places import Lake
from pipelines.lake.receipts import ACCEPTED, QUARANTINED, Receipt
from pipelines.notices.arrived import Arrived
from pipelines.notices.harmless import one_line, padded, width
from pipelines.notices.phrases import Language, language

if TYPE_CHECKING:
    import jinja2

_COUNTS = ("read", "accepted", "quarantined", "duplicate", "out_of_scope", "non_data")
_PLACES = 20  # of each reason; the command shows all
_TEMPLATE = Path(__file__).parent / "receipt.html.j2"


@dataclass(frozen=True)
class Refusal:
    """A reason, what to do about it, the places where it stands, and how many rows more there are."""

    reason: str
    field: str
    to_do: str
    places: tuple[str, ...]
    more: int


@dataclass(frozen=True)
class Part:
    """One delivery on a receipt, in words: rows in the order of the table's heads, sums and totals as written."""

    dataset: str
    delivered: str
    arrived: str
    status: str
    whole: str  # why all of it was refused, else empty
    rows: tuple[str, ...]
    sums: tuple[tuple[str, str, str, str], ...]  # measure, currency, taken in, refused
    controls: tuple[tuple[str, str, str, str, str], ...]  # name, declared, computed, difference, whether they agree
    refusals: tuple[Refusal, ...]


@dataclass(frozen=True)
class BranchReceipt:
    """What a branch is told: per file its deliveries, and files that only repeated what was there."""

    branch_id: str
    night_id: str
    title: str
    night: str
    files: tuple[tuple[str, tuple[Part, ...]], ...]
    repeated: tuple[str, ...]
    language: Language


def receipt_for(lake: Lake, branch: BranchConfig, arrived: Arrived, night_id: str, night_date: date) -> BranchReceipt:
    """The receipt of one branch and night, in the branch's language."""
    spoken = language(branch.language)
    by_file: dict[str, list[Part]] = {}
    for one in sorted(arrived.receipts, key=lambda one: (one.received_sequence, one.dataset)):
        by_file.setdefault(one_line(one.source_file), []).append(_part(lake, branch, spoken, one))
    return BranchReceipt(
        branch_id=branch.branch_id,
        night_id=night_id,
        title=spoken.say("receipt.title", branch=one_line(branch.name)),
        night=spoken.say("receipt.night", night=night_id, day=spoken.day(night_date)),
        files=tuple((file, tuple(parts)) for file, parts in by_file.items()),
        repeated=tuple(spoken.say("receipt.repeated", file=one_line(path)) for path in arrived.repeated),
        language=spoken,
    )


def as_text(receipt: BranchReceipt) -> str:
    """The receipt for mail and terminal; columns stand below each other in a font of one width."""
    return "\n".join([receipt.title, receipt.night, *_body(receipt)]) + "\n"


def as_html(receipt: BranchReceipt) -> str:
    """The receipt as one page that needs nothing else; everything in it is escaped."""
    return str(_template().render(receipt=receipt, say=receipt.language.say, counts=_COUNTS))


@cache
def _template() -> jinja2.Template:
    import jinja2  # noqa: PLC0415  (only nights in which something arrived pay for it)

    environment = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    return environment.from_string(_TEMPLATE.read_text(encoding="utf-8"))


def _part(lake: Lake, branch: BranchConfig, spoken: Language, receipt: Receipt) -> Part:
    local = receipt.received_at.astimezone(ZoneInfo(branch.time_zone))
    refused = receipt.status == "refused"
    return Part(
        dataset=spoken.dataset(receipt.dataset),
        delivered=spoken.day(receipt.delivery_date),
        arrived=spoken.moment(local),
        status=spoken.say("receipt.refused_status" if refused else "receipt.accepted_status"),
        whole=spoken.say("receipt.whole", reason=_reason(receipt)) if refused else "",
        rows=tuple(spoken.count(getattr(receipt.rows, name)) for name in _COUNTS),
        sums=tuple(_sums(spoken, receipt)),
        controls=tuple(_controls(spoken, receipt)),
        refusals=tuple(_refusals(lake, spoken, receipt)),
    )


def _sums(spoken: Language, receipt: Receipt) -> Iterator[tuple[str, str, str, str]]:
    accepted, quarantined = (receipt.total(name).sums for name in (ACCEPTED, QUARANTINED))
    for measure, currency in sorted({*accepted, *quarantined}, key=lambda one: (spoken.rank(one[0]), one)):
        key = (measure, currency)
        taken, refused = (sums.get(key, Decimal(0)) for sums in (accepted, quarantined))
        yield spoken.measure(measure), currency or "?", spoken.amount(taken), spoken.amount(refused)


def _controls(spoken: Language, receipt: Receipt) -> Iterator[tuple[str, str, str, str, str]]:
    for one in receipt.controls:
        verdict = spoken.say("receipt.agrees" if one.agrees else "receipt.differs")
        declared, computed = spoken.figure(one.declared), spoken.figure(one.computed)
        yield one_line(one.name), declared, computed, spoken.amount(one.difference), verdict


def _refusals(lake: Lake, spoken: Language, receipt: Receipt) -> Iterator[Refusal]:
    """By rule and fields, the most frequent first. Values and messages of findings stay in the lake."""
    if not receipt.rows.quarantined:
        return
    found = read_frame(lake, receipt, "findings")
    places: dict[tuple[str, str], dict[tuple[str, int], None]] = {}
    wanted = ("severity", "rule", "column", "source_sheet", "source_row")
    for severity, rule, column, sheet, row in found.select(wanted).iter_rows():
        if severity == "error" and row is not None:
            places.setdefault((rule, column or ""), {})[sheet or "", row] = None
    for (rule, column), its in sorted(places.items(), key=lambda item: (-len(item[1]), item[0])):
        reason, to_do = spoken.rule(rule)
        spans = _spans(sorted(its))
        shown = tuple(_place(spoken, one) for one in spans[:_PLACES])
        more = sum(last - first + 1 for _, first, last in spans[_PLACES:])
        yield Refusal(reason, one_line(column), to_do, shown, more)


def _spans(places: Sequence[tuple[str, int]]) -> list[tuple[str, int, int]]:
    """Sheet, first and last row of rows that follow each other."""
    found: list[tuple[str, int, int]] = []
    for sheet, row in places:
        if found and found[-1][0] == sheet and found[-1][2] == row - 1:
            found[-1] = (sheet, found[-1][1], row)
        else:
            found.append((sheet, row, row))
    return found


def _place(spoken: Language, span: tuple[str, int, int]) -> str:
    sheet, first, last = span
    rows = str(first) if first == last else f"{first}–{last}"  # as a spreadsheet numbers them
    if sheet:
        return spoken.say("receipt.sheet_row", sheet=one_line(sheet, 60), row=rows)
    return spoken.say("receipt.row", row=rows)


def _reason(receipt: Receipt) -> str:
    """Why the delivery was refused whole, without the file's name, which stands above."""
    said = (receipt.refused_reason or "").removeprefix(receipt.source_file).lstrip(":, ")
    return one_line(said)


def _body(receipt: BranchReceipt) -> Iterator[str]:
    say = receipt.language.say
    if not receipt.files and not receipt.repeated:
        yield from ("", say("receipt.nothing"))
    for file, parts in receipt.files:
        yield from ("", f"{say('receipt.file')}: {file}")
        for part in parts:
            yield from _part_lines(receipt.language, part)
    if receipt.files:
        yield from ("", say("receipt.adds_up"))
    if receipt.repeated:
        yield from ("", *receipt.repeated)


def _part_lines(spoken: Language, part: Part) -> Iterator[str]:
    say = spoken.say
    dates = f"{say('receipt.delivered')} {part.delivered}; {say('receipt.arrived')} {part.arrived}"
    yield from ("", f"  {part.dataset}: {part.status}. {dates}")
    if part.whole:
        yield f"  {part.whole}"
    yield from _table([tuple(say(f"receipt.{name}") for name in _COUNTS), part.rows], left=0)
    if part.sums:
        heads = tuple(say(f"receipt.{name}") for name in ("measure", "currency", "sum_accepted", "sum_quarantined"))
        yield from _table([heads, *part.sums], left=2)
    if part.controls:
        names = ("control", "declared", "computed", "difference")
        yield from _table([(*(say(f"receipt.{name}") for name in names), ""), *part.controls], left=1)
    if part.refusals:
        yield from ("", f"  {say('receipt.refusals')}")
    for one in part.refusals:
        field = f" ({one.field})" if one.field else ""
        more = f" {say('receipt.more_rows', count=spoken.count(one.more))}" if one.more else ""
        yield from (f"  - {one.reason}{field}: {', '.join(one.places)}{more}", f"    → {one.to_do}")


def _table(rows: Sequence[tuple[str, ...]], left: int) -> Iterator[str]:
    """Columns below each other; the first `left` of them begin at the left, figures end at the right."""
    widths = [max(width(row[column]) for row in rows) for column in range(len(rows[0]))]
    yield ""
    for row in rows:
        cells = [padded(cell, widths[at], right=at >= left) for at, cell in enumerate(row)]
        yield f"    {'  '.join(cells)}".rstrip()

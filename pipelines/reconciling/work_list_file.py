"""The work list as a workbook: breaks and suggested matches of one owner, and what was decided on them.

All or nothing: one mistake, and nothing of a returned workbook is taken. Not here: recording decisions (decisions), the
form of such workbooks (`pipelines.workbooks`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from pipelines.errors import BreakError
from pipelines.reconciling.decisions import CAUSES, KINDS, MatchDecision, Wish, mistakes_of
from pipelines.reconciling.published import Break, SuggestedItem, Suggestion
from pipelines.workbooks.reading import Incoming, Row
from pipelines.workbooks.sheets import CHECK, Column, Layout
from pipelines.workbooks.writing import Filled, Outgoing

MARKER = "tieout_breaks"
EXPORTED, IMPORTED = "breaks_exported", "breaks_imported"

BREAKS = Layout(
    "breaks",
    grey=(
        Column("break", 18, is_key=True),
        Column("currency", 9, is_key=True),
        Column("amount", 15),
        Column("in group currency", 15),
        Column("reconciliation", 22),
        Column("branch", 14),
        Column("months", 18),
        Column("document", 22),
        Column("party", 14),
        Column("cause", 13),
        Column("what it is", 52),
        Column("since", 11),
        Column("days", 7),
        Column("state", 12),
        Column("decided so far", 34),
        Column("owner", 22),
        Column("exact amount", 14, is_key=True),
    ),
    white=(
        Column("decision", 12, choices=tuple(KINDS)),
        Column("reason", 40),
        Column("right cause", 14, choices=CAUSES),
        Column("until", 12),
        Column("decided by", 18),
        Column("approved by", 18),
        Column("give to department", 18),
        Column("give to person", 18),
    ),
)
MATCHES = Layout(
    "suggested matches",
    grey=(
        Column("match", 18, is_key=True),
        Column("reconciliation", 22),
        Column("branch", 14),
        Column("rule", 24),
        Column("confidence", 11),
        Column("business side", 46),
        Column("ledger or bank side", 46),
        Column("currency", 9),
    ),
    white=(
        Column("word", 10, choices=("confirm", "reject")),
        Column("why", 40),
        Column("said by", 18),
    ),
)
LAYOUTS = (BREAKS, MATCHES)

_COVER = (
    "Differences between business and finance that ask for a decision",
    "Sheet 'breaks': each row is one difference, the largest first. Grey cells are what the warehouse knows.",
    *(f"Decision '{kind}': {meaning}." for kind, meaning in KINDS.items()),
    "Every decision needs a reason and a name. 'accept' and 'correct' need a day (2026-06-30) until which they hold.",
    "'accept' needs a second person under 'approved by'. Without it the decision waits and does not count.",
    "A decision is of the amount that the row shows. When the amount changes, the break asks again.",
    "If it is not yours: write the department that it belongs to, a reason and your name, and no decision.",
    "Sheet 'suggested matches': records that look like the same thing. Confirm or reject; a rejection needs a why.",
    "Leave rows that you do not decide. Then: tieout breaks import FILE --by NAME.",
)
_FORMULA = ("=", "+", "-", "@")  # what spreadsheets take for the start of a formula


@dataclass(frozen=True)
class Given:
    """A break given to somebody else."""

    break_id: str
    branch_id: str
    department: str
    person: str
    by: str
    reason: str


@dataclass(frozen=True)
class Decided:
    """What a returned workbook decides."""

    wishes: tuple[Wish, ...] = ()
    given: tuple[Given, ...] = ()
    matches: tuple[MatchDecision, ...] = ()


def outgoing(workbook_id: str, breaks: Sequence[Break], suggested: Sequence[Suggestion]) -> Outgoing:
    """The workbook of these breaks and suggestions."""
    return Outgoing(
        MARKER,
        workbook_id,
        _COVER,
        (
            Filled(BREAKS, [break_cells(one) for one in breaks]),
            Filled(MATCHES, [_match_cells(one) for one in suggested]),
        ),
    )


def break_cells(one: Break) -> tuple[str | Decimal | int | None, ...]:
    """The grey cells of a break."""
    return (
        one.break_id,
        one.currency_code,
        one.amount,
        one.amount_group,
        one.recon_code,
        one.branch_id,
        one.periods,
        one.anchor_document,
        one.party_code,
        one.cause,
        one.cause_detail,
        one.open_since_date.isoformat(),
        one.age_days,
        one.status,
        decided_so_far(one),
        owner_of(one),
        str(one.amount),
    )


def decided_so_far(one: Break) -> str:
    """The decision that stands, or why the last one does not, as a sentence."""
    if one.decision is None:
        return ""
    until = f" until {one.valid_until}" if one.valid_until else ""
    approved = f", approved by {one.approved_by}" if one.approved_by else ""
    said = f"{one.decision_id} {one.decision}{until} by {one.decided_by}{approved}: {one.decision_reason}"
    return f"{said} ({one.decision_lapsed_because})" if one.decision_lapsed_because else said


def owner_of(one: Break) -> str:
    """Department, and the person where one is named."""
    return f"{one.owner_department}, {one.owner_person}" if one.owner_person else one.owner_department


def decided(incoming: Incoming, breaks: Sequence[Break], suggested: Sequence[Suggestion], today: date) -> Decided:
    """What a returned workbook decides on breaks and suggestions of the published version.

    Raises `BreakError` with every mistake in it, a sentence each.
    """
    known = {(one.break_id, one.currency_code): one for one in breaks}
    matches = {one.match_id: one for one in suggested}
    mistakes: list[str] = []
    wishes: list[Wish] = []
    given: list[Given] = []
    said: list[MatchDecision] = []
    for row in _filled(incoming.rows[BREAKS.title], BREAKS):
        one = known.get((row.cells["break"], row.cells["currency"]))
        wrong = [*_tampered(row, BREAKS), *_break_mistakes(row, one)]
        wish = _wish(row, one) if one and not wrong else None
        if wish is not None:
            wrong += mistakes_of(wish, today)
            wishes.append(wish)
        elif one and not wrong:
            given.append(_given(row, one))
        mistakes += [f"{row.where}: {sentence}" for sentence in wrong]
    for row in _filled(incoming.rows[MATCHES.title], MATCHES):
        match = matches.get(row.cells["match"])
        wrong = [*_tampered(row, MATCHES), *_match_mistakes(row, match)]
        if match and not wrong:
            said.append(_word(row, match))
        mistakes += [f"{row.where}: {sentence}" for sentence in wrong]
    if mistakes:
        raise BreakError("\n".join([*mistakes, "Nothing was taken."]))
    return Decided(tuple(wishes), tuple(given), tuple(said))


def _filled(rows: Sequence[Row], layout: Layout) -> Iterator[Row]:
    white = {one.title for one in layout.white}
    for row in rows:
        if any(row.cells[name] for name in white) or white & set(row.formulas):
            yield row


def _tampered(row: Row, layout: Layout) -> Iterator[str]:
    if not row.is_intact:
        yield f"its grey cells or the hidden {CHECK!r} were changed, so that it is unclear what it is. Export again."
    for name in row.formulas:
        if name in {one.title for one in layout.white}:
            yield f"{name!r} holds a formula; expected text. Write the value itself."


def _break_mistakes(row: Row, one: Break | None) -> Iterator[str]:
    cells = row.cells
    if one is None:
        yield f"the published version has no break {cells['break']} in {cells['currency']} any more. Export again."
    elif str(one.amount) != cells["exact amount"]:
        yield (
            f"the workbook is stale: {cells['break']} was {cells['exact amount']} {cells['currency']} and is"
            f" {one.amount} by now. Export again."
        )
    if not cells["decision"] and not cells["give to department"]:
        yield "it says neither a decision nor a department to give it to. Fill one of them, or empty the row."
    if cells["decision"] and cells["give to department"]:
        yield "it has a decision and is given to another department. Empty one of them."
    if not cells["decision"] and cells["give to department"] and not (cells["reason"] and cells["decided by"]):
        yield "giving it away needs a reason and who says so ('decided by')."
    try:
        _day(cells["until"])
    except ValueError:
        yield f"'until' is {cells['until']!r}; expected a day such as 2026-06-30."
    for name in ("decided by", "approved by", "give to department", "give to person"):
        if cells[name].startswith(_FORMULA):
            yield f"{name!r} is {cells[name]!r}, which is no name. Correct it."


def _match_mistakes(row: Row, match: Suggestion | None) -> Iterator[str]:
    cells = row.cells
    if match is None:
        yield f"match {cells['match']} is suggested no more. Export again."
    if cells["word"] not in ("confirm", "reject"):
        yield f"'word' is {cells['word']!r}; expected confirm or reject."
    if not cells["said by"] or cells["said by"].startswith(_FORMULA):
        yield "nobody says it. Write a name under 'said by'."
    if cells["word"] == "reject" and not cells["why"]:
        yield "a rejection needs a why, since the match is never suggested again."


def _wish(row: Row, one: Break) -> Wish | None:
    cells: Mapping[str, str] = row.cells
    if not cells["decision"]:
        return None
    return Wish(
        break_id=one.break_id,
        branch_id=one.branch_id,
        kind=cells["decision"],
        amount=one.amount,
        currency=one.currency_code,
        reason=cells["reason"],
        by=cells["decided by"],
        until=_day(cells["until"]),
        cause=cells["right cause"] or None,
        approved_by=cells["approved by"] or None,
    )


def _given(row: Row, one: Break) -> Given:
    cells = row.cells
    department, person = cells["give to department"], cells["give to person"]
    return Given(one.break_id, one.branch_id, department, person, cells["decided by"], cells["reason"])


def _word(row: Row, match: Suggestion) -> MatchDecision:
    cells = row.cells
    items = tuple(item.item_key for item in match.items)
    who, now = cells["said by"], datetime.now(UTC)
    return MatchDecision(
        match.match_id, match.recon_code, match.branch_id, cells["word"], items, cells["why"], who, now
    )


def _match_cells(one: Suggestion) -> tuple[str | Decimal | int | None, ...]:
    sides = {side: "\n".join(_item_text(item) for item in one.items if item.side == side) for side in ("a", "b")}
    return (
        one.match_id,
        one.recon_code,
        one.branch_id,
        one.rule,
        one.confidence,
        sides["a"],
        sides["b"],
        one.currency_code,
    )


def _item_text(item: SuggestedItem) -> str:
    return f"{item.document}, {item.item_date or 'no date'}, {item.amount:,.2f}"


def _day(text: str) -> date | None:
    """A day as a person or a spreadsheet writes it: 2026-06-30, perhaps with a time behind it."""
    return date.fromisoformat(text[:10]) if text else None

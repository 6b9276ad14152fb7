"""Any sequence of deliveries, applied night by night, is what a plain model says, byte for byte what a refold gives,
and loses no row and no cent."""

from __future__ import annotations

import shutil
import tempfile
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lake_builder import CONTRACT, Line, deliver, lake_in

from pipelines.lake.manifests import Manifest, pending, read_manifest
from pipelines.lake.parquet import read_rows
from pipelines.lake.places import Lake
from pipelines.lake.receipts import DeliveryRule
from pipelines.lake.received import WITHDRAWN
from pipelines.lake.resolving import resolve

MONTHS = ("2026-01", "2026-02", "2026-03")


@dataclass
class Sent:
    """What a test says was delivered."""

    sequence: int
    day: date
    rule: DeliveryRule
    periods: tuple[str, ...]
    lines: list[Line]
    withdrawn: bool = False


@dataclass
class Model:
    """The truth, in plain Python: which lines are in force and what became of each delivery's lines."""

    in_force: list[tuple[int, int, Line]] = field(default_factory=list)  # (sequence, position, line)
    superseded: dict[int, list[Line]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, sent: list[Sent]) -> Model:
        model = cls()
        for one in sorted(sent, key=lambda one: (one.day, one.sequence)):
            if not one.withdrawn:
                model.apply(one)
        return model

    def apply(self, one: Sent) -> None:
        documents = {line.document for line in one.lines}
        replaced = {
            "full": lambda _: True,
            "period": lambda line: line.period in one.periods,
            "append": lambda line: line.document in documents,
        }[one.rule]
        for sequence, _, line in self.in_force:
            if replaced(line):
                self.superseded[sequence].append(line)
        self.in_force = [row for row in self.in_force if not replaced(row[2])]
        self.in_force += [(one.sequence, position, line) for position, line in enumerate(one.lines, start=2)]


@st.composite
def lines(draw: st.DrawFn, months: tuple[str, ...]) -> list[Line]:
    """Documents of one to three lines; now and then a document spreads over two months."""
    found = []
    for document in sorted(draw(st.sets(st.sampled_from("ABCDE"), max_size=4))):
        for number in range(1, draw(st.integers(1, 3)) + 1):
            month = draw(st.sampled_from(months))
            day = date.fromisoformat(f"{month}-01") + timedelta(days=draw(st.integers(0, 27)))
            amount = draw(st.none() | st.integers(-9, 9).map(lambda n: Decimal(n) / 4))
            text = draw(st.none() | st.sampled_from(["x", "ø"]))
            found.append(Line(document, number, day, amount, draw(st.sampled_from(["EUR", "NOK"])), text))
    return draw(st.permutations(found))


@st.composite
def deliveries(draw: st.DrawFn) -> list[list[tuple[str, Any]]]:
    """Nights, each a list of things that arrive: a new delivery of any date (late ones too), or a withdrawal."""
    nights = []
    for _ in range(draw(st.integers(1, 5))):
        night: list[tuple[str, Any]] = []
        for _ in range(draw(st.integers(0, 3))):
            if draw(st.integers(0, 4)) == 0:
                night.append(("withdraw", draw(st.integers(0, 9))))
                continue
            rule = draw(st.sampled_from(["full", "period", "append", "append"]))
            months = tuple(sorted(draw(st.sets(st.sampled_from(MONTHS), min_size=1)))) if rule == "period" else MONTHS
            day = date(2026, 4, draw(st.integers(1, 6)))
            night.append(("deliver", (day, rule, months, draw(lines(months)))))
        nights.append(night)
    return nights


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(deliveries())
def test_nightly_application_equals_the_model_and_one_refold(nights: list[list[tuple[str, Any]]]) -> None:
    folder = Path(tempfile.mkdtemp())
    try:
        _check(folder, nights)
    finally:
        shutil.rmtree(folder)


def _check(folder: Path, nights: list[list[tuple[str, Any]]]) -> None:
    lake, log = lake_in(folder)
    sent: list[Sent] = []
    for night in nights:
        for what, said in night:
            if what == "deliver":
                day, rule, months, rows = said
                one = Sent(len(sent) + 1, day, rule, months, rows)
                sent.append(one)
                deliver(lake, log, sequence=one.sequence, day=day, rule=rule, lines=rows, periods=months)
            elif sent:
                one = sent[said % len(sent)]
                one.withdrawn = True
                log.append(WITHDRAWN, {"branch_id": "germany", "sequence": one.sequence})
        change = resolve(lake, log, CONTRACT, "germany")
        nightly = read_manifest(lake, "gl_entry", "germany")
        assert change.after == (nightly.hash if nightly else None)
        if nightly is None:
            assert all(one.withdrawn for one in sent)
            continue
        assert pending(lake, log, "gl_entry", "germany") == []
        _assert_is(lake, nightly, sent)
        _assert_refold_is_identical(lake, nightly, log)
        again = resolve(lake, log, CONTRACT, "germany")
        assert (again.before, again.touched) == (again.after, ())


def _assert_is(lake: Lake, manifest: Manifest, sent: list[Sent]) -> None:
    model = Model.of(sent)
    expected: dict[str, list[tuple[date, int, int, Line]]] = defaultdict(list)
    days = {one.sequence: one.day for one in sent}
    for sequence, position, line in model.in_force:
        expected[line.period].append((days[sequence], sequence, position, line))
    assert sorted(manifest.slices) == sorted(expected)
    for period, one in manifest.slices.items():
        rows = read_rows(lake.root / one.file)
        found = [
            Line(r["document_number"], r["line_number"], r["posting_date"], r["debit_amount_functional"],
                 r["functional_currency_code"], r["line_text"])
            for r in rows.iter_rows(named=True)
        ]  # fmt: skip
        assert found == [row[3] for row in sorted(expected[period], key=lambda row: row[:3])]
        assert one.rows == len(found)
        assert _nonzero(one.tally.sums) == _sums(found)
    by_sequence = defaultdict(list)
    for sequence, _, line in model.in_force:
        by_sequence[sequence].append(line)
    standing = {int(key.rsplit("_", 1)[1]): value for key, value in manifest.standing.items()}
    assert set(standing) == {one.sequence for one in sent if not one.withdrawn}
    for one in sent:
        if one.withdrawn:
            continue
        kept, lost = by_sequence[one.sequence], model.superseded[one.sequence]
        assert standing[one.sequence].in_force.rows == len(kept)
        assert standing[one.sequence].superseded.rows == len(lost)
        assert _nonzero(standing[one.sequence].in_force.sums) == _sums(kept)
        assert _nonzero(standing[one.sequence].superseded.sums) == _sums(lost)
        assert len(kept) + len(lost) == len(one.lines)


def _assert_refold_is_identical(lake: Lake, nightly: Manifest, log: Any) -> None:
    """Without its manifest everything is folded from nothing: the same content, so the same hash."""
    lake.manifest("gl_entry", "germany").unlink()
    resolve(lake, log, CONTRACT, "germany")
    refolded = read_manifest(lake, "gl_entry", "germany")
    if refolded is None:
        assert not nightly.slices
        return
    hashes = [{p: one.content_hash for p, one in m.slices.items()} for m in (nightly, refolded)]
    assert hashes[0] == hashes[1]
    assert refolded.standing == nightly.standing


def _sums(found: list[Line]) -> dict[tuple[str, str], Decimal]:
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for line in found:
        if line.amount is not None:
            sums["debit_amount_functional", line.currency] += line.amount
    return _nonzero(sums)


def _nonzero(sums: Any) -> dict[tuple[str, str], Decimal]:
    return {key: amount for key, amount in sums.items() if amount}

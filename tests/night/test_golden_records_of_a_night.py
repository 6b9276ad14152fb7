"""Golden records from night to night: ids that stay, words that count, and matching that fails without harm."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipelines.conformance.golden.records import RecordKey
from pipelines.conformance.golden.reviewed import FILE, Reviewed, approve, propose
from pipelines.night import golden_records as step
from pipelines.night.golden_records import golden_records
from pipelines.night.plan import plan
from pipelines.night.site import Site

CUSTOMERS = """\
    customers:
      pattern: "customers_.*[.]csv"
      layout: {kind: "delimited", encoding: "utf-8", delimiter: ","}
      delivery_date: {file_name: "customers_([0-9-]+)[.]csv", format: "%Y-%m-%d"}
      datasets:
        customer:
          rule: "full"
          mapping:
            columns:
              customer_code: "code"
              customer_name: "name"
              tax_id: "tax"
              city: "city"
"""
# The usual published example of a German VAT number, and a second one by hand in the tests of identifiers.
TAX, OTHER = "DE136695976", "DE111111125"


@pytest.fixture
def group(make_group: Callable[..., Any]) -> Any:
    made = make_group("north", "south")
    for branch in ("north", "south"):
        file = made.workspace.branches_dir / branch / "defs.yaml"
        file.write_text(file.read_text() + CUSTOMERS)
    return made


def send(group: Any, branch: str, day: str, *lines: str) -> None:
    folder = group.workspace.landing / branch
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"customers_{day}.csv").write_text("\n".join(["code,name,tax,city", *lines]) + "\n")


def ids(group: Any) -> dict[str, str]:
    """'branch/code' → golden id, as the next night would have it."""
    found = golden_records(Site.of(group.workspace), plan(group.workspace))
    return {f"{branch}/{code}": name for _, branch, _, code, name, *_ in found.tables.members}


def members(group: Any) -> list[tuple[object, ...]]:
    found = golden_records(Site.of(group.workspace), plan(group.workspace))
    return [(branch, code, rule, problem) for _, branch, _, code, _, rule, _, problem in found.tables.members]


def test_ids_are_told_with_the_publication_and_stay(group: Any) -> None:
    send(group, "north", "2026-02-28", f"1,Muster AG,{TAX},Bonn", "2,Vogel KG,,Kiel")
    send(group, "south", "2026-02-28", f"9,Muster,{TAX},Bonn")
    assert group.night().outcome == "published"
    [told] = group.events("golden_assigned")
    assert told["members"] == [
        ["north", "customer", "1", "P000001"],
        ["north", "customer", "2", "P000002"],
        ["south", "customer", "9", "P000001"],
    ]
    send(group, "south", "2026-03-03", "10,Adler GmbH,,Ulm", f"9,Muster,{TAX},Bonn")
    group.night("2026-03-04")
    assert [one["members"] for one in group.events("golden_assigned")[1:]] == [[["south", "customer", "10", "P000003"]]]
    assert ids(group) == {"north/1": "P000001", "north/2": "P000002", "south/9": "P000001", "south/10": "P000003"}


def test_a_number_that_cannot_be_right_matches_nothing_and_is_shown(group: Any) -> None:
    send(group, "north", "2026-02-28", "1,Muster AG,DE136695977,Bonn", f"2,Vogel KG,{OTHER},Kiel")
    send(group, "south", "2026-02-28", "9,Quick Foods,DE136695977,Ulm")
    group.night()
    wrong = "tax_id DE136695977: its check digit or form is not that of its country"
    assert members(group) == [
        ("north", "1", "alone", wrong),
        ("north", "2", "alone", None),
        ("south", "9", "alone", wrong),
    ]


def test_an_approved_word_wins_in_the_next_night_and_the_id_given_up_is_kept(group: Any) -> None:
    send(group, "north", "2026-02-28", f"1,Muster AG,{TAX},Bonn")
    send(group, "south", "2026-02-28", "9,Exemple SA,,Lyon")
    group.night()
    file: Path = group.workspace.seeds_dir / FILE
    one, other = RecordKey("north", "customer", "1"), RecordKey("south", "customer", "9")
    propose(file, Reviewed("party", one, other, "same", "its French name", "ann", ""))
    assert ids(group) == {"north/1": "P000001", "south/9": "P000002"}
    approve(file, one, other, by="bob")
    assert group.night("2026-03-04").outcome == "published"
    assert ids(group) == {"north/1": "P000001", "south/9": "P000001"}
    found = golden_records(Site.of(group.workspace), plan(group.workspace))
    assert [(name, by, str(since)) for _, name, by, since in found.tables.superseded] == [
        ("P000002", "P000001", "2026-03-04")
    ]
    assert found.events == ()


@pytest.mark.parametrize(("word", "decision"), [("", "suggested"), ("same", "matched"), ("different", "rejected")])
def test_a_suggestion_waits_until_people_said_something_of_it(group: Any, word: str, decision: str) -> None:
    # The same name in one town of one country, and nothing else: likely, and not sure.
    send(group, "north", "2026-02-28", "1,Muster AG,,Bonn")
    send(group, "south", "2026-02-28", "9,Muster GmbH,,Bonn")
    if word:
        one, other = RecordKey("north", "customer", "1"), RecordKey("south", "customer", "9")
        propose(group.workspace.seeds_dir / FILE, Reviewed("party", one, other, word, "asked them", "ann", "bob"))
    group.night()
    found = golden_records(Site.of(group.workspace), plan(group.workspace))
    assert [row[-2] for row in found.tables.pairs if row[7] == "likeness"] == [decision]
    assert ("1 pair waits" in found.sentence) == (decision == "suggested")


def test_lists_that_did_not_change_are_not_matched_again(group: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    send(group, "north", "2026-02-28", f"1,Muster AG,{TAX},Bonn", "2,Vogel KG,,Kiel")
    group.night()
    asked: list[object] = []
    monkeypatch.setattr(step, "alike_pairs", lambda _records, kind: asked.append(kind) or [])
    group.send("north", "2026-03-03", m2026_02="1.10")
    assert group.night("2026-03-04").outcome == "published"
    assert asked == []
    send(group, "north", "2026-03-05", f"1,Muster AG,{TAX},Bonn", "2,Vogel,,Kiel")
    group.night("2026-03-06")
    assert asked == ["party"]


def test_where_matching_fails_the_night_is_published_with_the_last_result(
    group: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    send(group, "north", "2026-02-28", f"1,Muster AG,{TAX},Bonn")
    send(group, "south", "2026-02-28", f"9,Muster,{TAX},Bonn")
    group.night()

    def fails(*_: object) -> list[object]:
        raise ValueError("no room")

    with monkeypatch.context() as broken:
        broken.setattr(step, "alike_pairs", fails)
        send(group, "south", "2026-03-03", "10,Adler GmbH,,Ulm", f"9,Muster,{TAX},Bonn")
        assert group.night("2026-03-04").outcome == "published"
        assert ids(group) == {"north/1": "P000001", "south/9": "P000001"}
    assert "customers and suppliers could not be matched, they stay as they were: ValueError: no room" in caplog.text
    assert ids(group) == {"north/1": "P000001", "south/9": "P000001", "south/10": "P000002"}


def test_a_torn_result_is_not_believed(group: Any) -> None:
    send(group, "north", "2026-02-28", f"1,Muster AG,{TAX},Bonn")
    group.night()
    file = group.workspace.lake / "index" / "golden_party.json"
    file.write_bytes(file.read_bytes()[:-20])
    assert ids(group) == {"north/1": "P000001"}

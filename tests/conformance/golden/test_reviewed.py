"""What people said of two records: who may say it, when it counts, and that it wins over rules."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.conformance.golden.clusters import cluster
from pipelines.conformance.golden.pairs import certain_pairs
from pipelines.conformance.golden.records import Record, RecordKey
from pipelines.conformance.golden.reviewed import Reviewed, approve, propose, read_reviewed, reviewed_pairs
from pipelines.errors import ConfigError, PartyError

A, B = RecordKey("de01", "customer", "1"), RecordKey("fr01", "supplier", "7")
TAX = "DE136695976"
RECORDS = [Record(A, "Muster", "DE", TAX), Record(B, "Exemple", "DE", TAX)]


def word(decision: str, by: str = "ann", approved_by: str = "") -> Reviewed:
    return Reviewed("party", A, B, decision, "a holding's number", by, approved_by)


def groups(file: Path) -> tuple[tuple[RecordKey, ...], ...]:
    pairs = [*reviewed_pairs(read_reviewed(file), "party"), *certain_pairs(RECORDS)]
    return cluster(RECORDS, pairs).members


def test_a_word_counts_from_its_approval_by_a_second_person_and_wins_over_the_tax_id(tmp_path: Path) -> None:
    file = tmp_path / "party_match.csv"
    assert groups(file) == ((A, B),)
    propose(file, word("different"))
    assert groups(file) == ((A, B),)
    with pytest.raises(PartyError, match="ann proposed it; a second person"):
        approve(file, B, A, by=" Ann ")
    assert approve(file, B, A, by="bob").approved_by == "bob"
    assert groups(file) == ((A,), (B,))
    with pytest.raises(PartyError, match="has them approved already"):
        approve(file, A, B, by="eve")


def test_two_words_on_the_same_records_and_words_without_reason_are_turned_down(tmp_path: Path) -> None:
    file = tmp_path / "party_match.csv"
    propose(file, word("same"))
    with pytest.raises(PartyError, match="has a line on these two records already"):
        propose(file, word("different"))
    with pytest.raises(PartyError, match="reason is empty"):
        propose(file, Reviewed("party", A, RecordKey("fr01", "supplier", "8"), "same", " ", "ann", ""))
    with pytest.raises(PartyError, match="both sides are the same record"):
        propose(file, Reviewed("party", A, A, "same", "x", "ann", ""))
    assert len(read_reviewed(file)) == 1


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("party,a,customer,1,b,customer,2,perhaps,why,ann,bob", ":2: decision 'perhaps' is unknown"),
        ("person,a,customer,1,b,customer,2,same,why,ann,bob", ":2: kind 'person' is unknown"),
        ("party,a,product,1,b,customer,2,same,why,ann,bob", ":2: role_a 'product' is no party"),
        ("party,a,customer,,b,customer,2,same,why,ann,bob", ":2: code_a is empty"),
        ("party,a,customer,1,b,customer,2,same,why,ann,ANN", "two different persons"),
        ("party,a,customer,1,b", "too few cells"),
    ],
)
def test_a_line_that_cannot_be_is_named(tmp_path: Path, line: str, words: str) -> None:
    file = tmp_path / "party_match.csv"
    propose(file, word("same"))
    header = file.read_text().splitlines()[0]
    file.write_text(f"{header}\n{line}\n")
    with pytest.raises(ConfigError, match=r"party_match\.csv:2") as found:
        read_reviewed(file)
    assert words in str(found.value)

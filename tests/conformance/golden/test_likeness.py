"""Records without a common identifier: which pairs are one company, which a person is asked about, which are neither.

Probabilities by hand, in bits (log2 of odds). Before anything: log2(1 / 1999) = -10.97. Same name +10.45, nearly the
same name +6.64; same postal code +7.41, another -2.73; same town +4.17; same street +9.23, another -2.72.
"""

from __future__ import annotations

import random

import pytest

from pipelines.conformance.golden.likeness import MATCH, SUGGEST, alike_pairs
from pipelines.conformance.golden.records import Record, RecordKey


def company(code: str, name: str, postal_code: str = "", city: str = "", street: str = "") -> Record:
    return Record(RecordKey("b", "customer", code), name, "DE", postal_code=postal_code, city=city, street=street)


MUELLER = company("1", "Müller Metallbau GmbH", "10115", "Berlin", "Invalidenstraße 7")
WRITTEN_OUT = company("2", "MUELLER METALLBAU", "10115", "Berlin", "Invalidenstr. 7")
TYPING_ERROR = company("3", "Müller Metalbau GmbH", "10115", "Berlin", "Invalidenstr. 7")
OTHER_STREET = company("4", "Müller Metallhandel GmbH", "10117", "Berlin", "Torstraße 99")
NO_ADDRESS = company("5", "Müller Metallbau GmbH")
STRANGER = company("6", "Atlas Handels AG", "10115", "Berlin", "Invalidenstraße 99")


def states(*records: Record) -> dict[tuple[str, str], str]:
    return {(pair.left.code, pair.right.code): pair.state for pair in alike_pairs(records, "party")}


def test_one_company_in_two_ways_of_writing_is_matched() -> None:
    """-10.97 + 10.45 + 7.41 + 4.17 + 9.23 = 20.29 bits: 0.9999992, shown with four decimals."""
    [pair] = alike_pairs([WRITTEN_OUT, MUELLER], "party")
    assert (pair.left.code, pair.right.code, pair.state, pair.confidence) == ("1", "2", "match", 1.0)


def test_a_typing_error_at_the_same_address_is_matched() -> None:
    """-10.97 + 6.64 + 7.41 + 4.17 + 9.23 = 16.48 bits."""
    assert states(MUELLER, TYPING_ERROR) == {("1", "3"): "match"}


def test_the_same_name_alone_is_a_question() -> None:
    """-10.97 + 10.45 = -0.52 bits: odds 0.70, probability 0.41; what is not known counts neither way."""
    [pair] = alike_pairs([MUELLER, NO_ADDRESS], "party")
    assert pair.state == "suggested"
    assert pair.confidence == pytest.approx(0.412, abs=0.002)
    assert SUGGEST <= pair.confidence < MATCH


def test_a_name_of_the_same_trade_in_another_street_is_somebody_else() -> None:
    """At most -10.97 + 6.64 - 2.73 + 4.17 - 2.72 = -5.61 bits: 0.02."""
    assert states(MUELLER, OTHER_STREET) == {}


def test_neighbours_are_not_one_company() -> None:
    """Another name -6.63, nearly the same street +4.64: -10.97 - 6.63 + 7.41 + 4.17 + 4.64 = -1.38 bits: 0.28."""
    assert states(MUELLER, STRANGER) == {}


def test_order_of_input_does_not_matter() -> None:
    records = [MUELLER, WRITTEN_OUT, TYPING_ERROR, OTHER_STREET, NO_ADDRESS, STRANGER]
    first = alike_pairs(records, "party")
    random.Random(7).shuffle(records)
    assert alike_pairs(records, "party") == first
    assert len(first) > 3


def test_nothing_to_compare_gives_nothing() -> None:
    assert alike_pairs([], "party") == []
    assert alike_pairs([MUELLER, company("7", "")], "party") == []


def test_products_agree_in_name_unit_and_commodity_code() -> None:
    """log2(1/1999) + log2(.8/.0002) + log2(.95/.3) + log2(.9/.02) = -10.97 + 11.97 + 1.66 + 5.49 = 8.15: 0.9965."""
    bolt = Record(RecordKey("a", "product", "1"), "Sechskantschraube M8x40", unit_code="PCE", commodity_code="731815")
    same = Record(RecordKey("b", "product", "9"), "SECHSKANTSCHRAUBE M8x40", unit_code="PCE", commodity_code="731815")
    kilos = Record(RecordKey("c", "product", "3"), "Sechskantschraube M8x40", unit_code="KGM", commodity_code="731815")
    found = {(p.left.code, p.right.code): (p.state, p.confidence) for p in alike_pairs([bolt, same, kilos], "product")}
    assert found["1", "9"] == ("match", 0.9965)
    assert found["1", "3"][0] == "suggested"

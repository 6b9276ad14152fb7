"""The catalogue is whole in every language, and each language writes numbers and days its own way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pipelines.contracts.loading import load_contracts
from pipelines.notices.phrases import language, languages

CONTRACTS = load_contracts(Path(__file__).parents[2] / "data_contracts")
LANGUAGES = ("de", "en", "fr", "nb", "zh")
# Reason codes that reading, judging and intake give by themselves, besides the contracts' own rules.
CODES = {
    *("required", "not_a_number", "not_a_date", "not_an_integer", "not_a_boolean", "unknown_value", "too_long"),
    *("pattern", "out_of_range", "too_precise", "duplicate_key", "duplicate_row", "document_refused"),
    *("outside_period", "delivery_refused", "unreadable_row", "control_total"),
}


def flat(said: dict[str, Any], above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    for key, value in said.items():
        if isinstance(value, dict):
            yield from flat(value, (*above, key))
        else:
            yield (*above, key), value


def slots(phrase: Any) -> set[str]:
    return set(re.findall(r"{(\w+)}", str(phrase)))


def test_the_languages_are_these() -> None:
    assert languages() == LANGUAGES


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_phrase_stands_in_every_language_with_the_same_slots(code: str) -> None:
    english, own = dict(flat(dict(language("en").phrases))), dict(flat(dict(language(code).phrases)))
    assert own.keys() == english.keys()
    assert {key: slots(own[key]) for key in own} == {key: slots(english[key]) for key in english}
    if code != "en":
        same = [key for key in own if own[key] == english[key] and "{" not in str(own[key])]
        assert len(same) < 6, same  # a few words are the same; a phrase that nobody translated is not


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_rule_dataset_and_measure_has_its_words(code: str) -> None:
    spoken = language(code)
    rules = CODES | {rule.name for contract in CONTRACTS.values() for rule in contract.rules}
    assert rules <= spoken.phrases["rule"].keys()
    assert {to_do for _, to_do in spoken.phrases["rule"].values()} <= spoken.phrases["to_do"].keys()
    assert set(CONTRACTS) <= spoken.phrases["dataset"].keys()
    measures = {measure for contract in CONTRACTS.values() for measure, _ in contract.sums}
    assert [measure for measure in measures if spoken.measure(measure) == measure] == []


def test_numbers_and_days_are_written_as_the_language_does() -> None:
    amount = Decimal("-1234567.5000")
    day = date(2026, 3, 2)
    written = {code: (language(code).amount(amount), language(code).day(day)) for code in LANGUAGES}
    assert written == {
        "de": ("-1.234.567,50", "2. März 2026"),
        "en": ("-1,234,567.50", "2 March 2026"),
        "fr": ("-1\u202f234\u202f567,50", "2 mars 2026"),
        "nb": ("-1\xa0234\xa0567,50", "2. mars 2026"),
        "zh": ("-1,234,567.50", "2026年3月2日"),
    }
    # Money is never rounded, and never passes through a float.
    assert language("en").amount(Decimal("0.1234")) == "0.1234"
    assert [language("de").figure(text) for text in ("1234", "1234.5", "0.0000", "NaN", "ten\n")] == [
        "1.234",
        "1.234,50",
        "0,00",
        "NaN",
        "ten",
    ]
    assert language("de").amount(Decimal("9999999999999999.9999")) == "9.999.999.999.999.999,9999"


@pytest.mark.parametrize(("said", "code"), [("no", "nb"), ("nn", "nb"), ("zh-CN", "zh"), ("de-AT", "de"), ("it", "en")])
def test_a_language_without_a_catalogue_falls_back(said: str, code: str) -> None:
    assert language(said).code == code


def test_a_rule_of_the_workspaces_own_is_told_by_its_name() -> None:
    assert language("de").rule("own_rule") == (
        "Regel own_rule ist verletzt",
        "In Ihrem System berichtigen und die Datei neu senden.",
    )

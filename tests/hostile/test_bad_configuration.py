"""Branch folders with mistakes: `tieout check` names file, line, what it found, what it expected and the fix."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from shop import LEDGER, Shop

MISTAKES = [  # what is written, instead of what, what is said about it
    (
        "country_code: NO",
        'country_code: "NO"',
        'found NO without quotes, which YAML turns into a truth value. Write "NO"',
    ),
    ("country_code: no", 'country_code: "NO"', "found no without quotes"),
    (
        "{value: 0400}",
        "{value: local}",
        'found 0400 without quotes, which YAML turns into another number. Write "0400"',
    ),
    (
        "{value: 1.10}",
        "{value: local}",
        'found 1.10 without quotes, which YAML turns into a binary fraction. Write "1.10"',
    ),
    ("delimeter:", "delimiter:", "unknown key 'delimeter' in files.ledger.layout; Did you mean 'delimiter'?"),
    ("timezone:", "time_zone:", "unknown key 'timezone' in attributes; Did you mean 'time_zone'?"),
    ("acount_code:", "account_code:", "no field of gl_entry 'acount_code'; Did you mean 'account_code'?"),
    ("gl_entri:", "gl_entry:", "there is no dataset 'gl_entri'; Did you mean 'gl_entry'?"),
    ("shape: two_column,", "shape: two_columns,", "is 'two_column'; Did you mean 'two_columns'?"),
    ("currency: NKO", "currency: NOK", "currency is 'NKO', which is no code of the list in use. Did you mean 'NOK'?"),
    ("time_zone: Europe/Olso", "time_zone: Europe/Oslo", "'Europe/Olso' is no IANA time zone"),
    ('["%d/%m/%Y", "%m/%d/%Y"]', '["%Y-%m-%d"]', "are ambiguous: '02/01/2003' would be; Keep one of them"),
    ("'ledger(.*\\.csv'", "'ledger.*\\.csv'", "is no regular expression: missing ), unterminated subpattern"),
    ("branch_id: ../../etc", "branch_id: north", "branch_id is '../../etc'; expected text like"),
    ('branch_id: "n\'; drop table x; --"', "branch_id: north", "expected text like"),
    ("nb\n  profile: ../../../secret", "nb", "there is no profile '../../../secret'; known are"),
    ("nb\n  language: nn", "nb", "'language' is written twice"),
    ("!!python/object/apply:os.getcwd []", "nb", "language is []"),
]


@pytest.mark.parametrize(("bad", "good", "says"), MISTAKES)
def test_mistake_is_told_with_line_and_fix(open_shop: Callable[[str], Shop], bad: str, good: str, says: str) -> None:
    assert good in LEDGER
    text = LEDGER.replace(good, bad, 1)
    shop = open_shop(text)
    line = text[: text.index(bad) + len(bad.split("\n  ", maxsplit=1)[0]) + bad.count("\n")].count("\n") + 1
    shown = shop.tieout("check")
    assert f"branches/north/defs.yaml:{line}: " in shown
    for words in says.replace(". ", ".; ").split("; ") if "; drop" not in says else [says]:
        assert words.rstrip(".") in shown
    with pytest.raises(AssertionError):  # and the night does not run on it
        assert shop.night().status == "ok"


def test_nothing_wrong_is_found_in_order(open_shop: Callable[[str], Shop]) -> None:
    assert "In order: " in open_shop(LEDGER).tieout("check")


def test_line_one_hundred_is_no_picture(open_shop: Callable[[str], Shop]) -> None:
    """Terminal libraries turn `:100:` into an emoji."""
    shop = open_shop("# a remark\n" * 95 + LEDGER.replace('country_code: "NO"', "country_code: NO"))
    assert "defs.yaml:100: found NO" in shop.tieout("check")


def test_broken_folder_leaves_its_data_and_says_why(shop: Shop) -> None:
    before = shop.in_force()
    folder = shop.root / "branches" / "north" / "defs.yaml"
    folder.write_text(LEDGER.replace("delimiter:", "delimeter:"), encoding="utf-8")
    shop.send("ledger_more.csv", shop.csv(shop.entry("N1", day="2026-02-01")))
    intake = shop.night()
    assert intake.status == "failed"
    assert "defs.yaml:15: unknown key 'delimeter'" in intake.sentence
    assert shop.in_force().equals(before)
    folder.write_text(LEDGER, encoding="utf-8")
    assert shop.night().status == "ok"
    assert shop.documents_in_force() == ["G1", "N1"]

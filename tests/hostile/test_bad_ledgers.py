"""Delimited files that a careless branch sends: each is told with its place and fix, and harms nothing else."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from shop import HEADER, Shop


def refused_whole(shop: Shop, content: str | bytes, *says: str) -> None:
    """The file is refused whole, the night and the command say why, and January stays as it was."""
    before = shop.documents_in_force()
    shop.send("ledger_bad.csv", content)
    intake = shop.night()
    assert intake.status == "refused"
    shown = shop.tieout("quarantine", "list")
    for words in ("ledger_bad.csv", *says):
        assert words in intake.sentence
        assert words in shown
    assert shop.documents_in_force() == before == ["G1"]
    (event,) = [one for one in shop.receipts() if one.source_file == "ledger_bad.csv"]
    assert event.status == "refused" and event.refused_reason


def refused_rows(shop: Shop, content: str, rows: list[int], *says: str) -> None:
    """Only these rows are refused; the other entries of the file count."""
    shop.send("ledger_bad.csv", content)
    assert shop.night().status == "ok"
    assert shop.quarantine()["source_row"].to_list() == rows
    assert shop.receipts()[-1].rows.quarantined == len(rows)
    shown = shop.tieout("quarantine", "list") + shop.tieout(
        "quarantine", "show", "north", "ledger_bad.csv", str(rows[0])
    )
    for words in (f"ledger_bad.csv, row {rows[0]}", "What to do", *says):
        assert words in shown
    assert "M19" in shop.documents_in_force()


def test_missing_column(shop: Shop) -> None:
    refused_whole(
        shop,
        shop.csv(shop.entry("1")).replace("Account", "Acount"),
        "missing: 'Account' (nearest: 'Acount')",
        "The file has: Journal, Document, Line, Date, Acount, Currency, Debit, Credit, Text.",
        "The mapping found: Credit, Currency, Date, Debit, Document, Journal, Line, Text.",
        "Correct the names in the mapping",
    )


@pytest.mark.parametrize(("cut", "row"), [(20, 5), (12, 5), (60, 4)])
def test_file_cut_off_within_a_row(shop: Shop, cut: int, row: int) -> None:
    """What else is gone nobody knows: an entry may have been left out whole. January stays."""
    content = shop.csv(shop.entry("1"), shop.entry("2"))[:-cut]
    refused_whole(shop, content, f"row {row}: the file ends within this row", "expected 9", "Send the whole file again")


@pytest.mark.parametrize("content", ["", "\n\r\n  \n", "\ufeff"])
def test_empty_file(shop: Shop, content: str) -> None:
    refused_whole(shop, content, "is empty", "Send the file again")


def test_header_alone_replaces_nothing_where_the_rows_say_the_period(shop: Shop) -> None:
    shop.send("ledger_bad.csv", HEADER)
    assert shop.night().status == "ok"
    assert (shop.receipts()[-1].rows.read, shop.receipts()[-1].rows.non_data) == (1, 1)
    assert shop.documents_in_force() == ["G1"]


def test_cp1252_declared_as_utf8(shop: Shop) -> None:
    content = shop.csv(shop.entry("1", text="Bjørn")).encode("cp1252")
    refused_whole(shop, content, "byte 98 (row 2)", "found 0xF8", "encoding utf-8", "Set encoding in the layout")


def test_utf8_declared_as_cp1252(open_shop: Callable[[str], Shop], shop: Shop) -> None:
    other = open_shop(shop.defs.replace("encoding: utf-8", "encoding: cp1252"))
    content = other.csv(other.entry("1", text="Bjørn")).encode()
    refused_whole(other, content, "says encoding cp1252, but the file is utf-8", "Set encoding: utf-8 (or auto)")


def test_nul_bytes(shop: Shop) -> None:
    refused_whole(shop, shop.csv(shop.entry("1", text="a\0b")), "byte 97 (row 2)", "NUL byte", "set encoding: utf-16")


def test_line_without_end(shop: Shop) -> None:
    content = shop.csv(shop.entry("1")).encode() + b"x" * 100_000_000
    refused_whole(shop, content, "line 4: a line goes on beyond 1,048,576 characters", "send it again")


def test_other_kind_of_file(shop: Shop) -> None:
    refused_whole(shop, b"PK\x03\x04" + b"\0" * 100, "Export it again in the agreed form")


def test_impossible_date(shop: Shop) -> None:
    refused_rows(shop, shop.many(shop.entry("1", day="2026-02-30")), [2, 3], "'2026-02-30' is no date", "posting_date")


def test_unknown_currency(shop: Shop) -> None:
    refused_rows(shop, shop.many(shop.entry("1", currency="XXQ")), [2, 3], "'XXQ'; expected one of", "document local/")


def test_same_key_with_other_content(shop: Shop) -> None:
    twice = shop.entry("1"), shop.entry("1", amount="11.00")
    refused_rows(shop, shop.many(*twice), [2, 3, 4, 5], "duplicate_key", "local/2026/GL/1", "Deliver only one of them")


def test_same_rows_twice_count_once(shop: Shop) -> None:
    shop.send("ledger_bad.csv", shop.csv(shop.entry("1"), shop.entry("1")))
    assert shop.night().status == "ok"
    assert (shop.receipts()[-1].rows.accepted, shop.receipts()[-1].rows.duplicate) == (2, 2)


def test_ragged_rows(shop: Shop) -> None:
    refused_rows(
        shop, shop.many(shop.entry("1", text="a;b")), [2, 3], "10 cells, expected 9", "stray quote or delimiter"
    )


def test_very_long_key_is_refused_and_shown_by_its_beginning(shop: Shop) -> None:
    refused_rows(shop, shop.many(shop.entry("K" * 100_000)), [2, 3], "too_long", "(100,014 characters)")


def test_largest_amounts_are_exact_and_larger_ones_refused(shop: Shop) -> None:
    largest = "9999999999999999.9999"
    one_more = shop.entry("2", amount="10000000000000000"), shop.entry("3", amount="0.00001")
    content = shop.many(shop.entry("1", amount=largest), shop.entry("1b", amount=largest), *one_more)
    refused_rows(shop, content, [6, 7, 8, 9], "at most 16 digits", "has more than 4 decimals")
    assert shop.accepted()["debit_amount_functional"].cast(str).to_list().count(largest) == 2
    total = shop.receipts()[-1].totals["accepted"].sums["debit_amount_functional", "NOK"]
    assert total == 2 * Decimal(largest) + 200


def test_rows_of_delimiters_alone_are_blank(shop: Shop) -> None:
    shop.send("ledger_bad.csv", HEADER + ";;;;;;;;\n;\n" + shop.entry("1") + ";;;;;;;;;;;;\n")
    assert shop.night().status == "ok"
    assert (shop.receipts()[-1].rows.non_data, shop.receipts()[-1].rows.accepted) == (4, 2)

"""Audit files as other programs write them: read with the profile alone, and nothing said about them in code."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from saft import DAYS, SAFT, audit_file, journal, line, transaction
from shop import Shop

VARIANTS: list[dict[str, Any]] = [
    {"version": "1.10", "selection": DAYS},
    {"version": "1.20", "prefix": "nl:", "namespace": ' xmlns:nl="urn:StandardAuditFile-Taxation-Financial:NO"'},
    {"prefix": "", "namespace": ' xmlns="urn:StandardAuditFile-Taxation-Financial:NO"'},
    {"prefix": "", "namespace": ""},
    {"prefix": "doc:", "namespace": ' xmlns:doc="mfp:anaf:dgti:d406:declaratie:v1"'},
    {
        "journals": journal("GL", transaction("1"), code_last=True) + journal("BK", transaction("1"), code_last=True),
    },
    {"encoding": "UTF-16"},
    {"encoding": "windows-1252", "bank": "Bærum – konto"},
]


@pytest.mark.parametrize("variant", VARIANTS)
def test_same_books_in_every_form(open_shop: Callable[[str], Shop], variant: dict[str, Any]) -> None:
    shop = open_shop(SAFT)
    content = audit_file(**variant).encode(variant.get("encoding", "UTF-8"))
    shop.send("Export_SAF-T Financial_999999999_20260203.xml", content)
    assert shop.night().status == "ok"
    entries = shop.accepted()
    assert entries.select("journal_code", "document_number", "line_number", "account_code").rows() == [
        ("GL", "1", 1, "1920"),
        ("GL", "1", 2, "2400"),
        ("BK", "1", 1, "1920"),
        ("BK", "1", 2, "2400"),
    ]
    assert entries["debit_amount_functional"].sum() == entries["credit_amount_functional"].sum() == Decimal("20.00")
    assert all(one.agrees for one in shop.receipts("gl_entry")[-1].controls)
    balances = shop.accepted("trial_balance")
    assert balances["opening_balance_amount_functional"].to_list() == [Decimal(5), Decimal(-5)]
    assert balances["closing_balance_amount_functional"].to_list() == [Decimal(25), Decimal(-25)]
    assert shop.receipts("gl_entry")[-1].periods == ("2026-01",)


def test_red_storno_keeps_its_sign(open_shop: Callable[[str], Shop]) -> None:
    shop = open_shop(SAFT)
    shop.send("SAF-T Financial_1.xml", audit_file(journals=journal("GL", transaction("1"), transaction("2", "-10.00"))))
    assert shop.night().status == "ok"
    assert shop.accepted()["debit_amount_functional"].to_list() == [Decimal(10), 0, Decimal(-10), 0]


def test_one_entry_that_does_not_balance_is_refused_whole(open_shop: Callable[[str], Shop]) -> None:
    bad = transaction("9").replace(line(2, "2400", "Credit", "10.00"), "")
    shop = open_shop(SAFT)
    shop.send("SAF-T Financial_1.xml", audit_file(journals=journal("GL", *map(transaction, "1234"), bad)))
    shop.night()
    assert shop.quarantine()["document"].to_list() == ["local/2026/GL/9"]
    assert "balanced" in shop.tieout("quarantine", "list")

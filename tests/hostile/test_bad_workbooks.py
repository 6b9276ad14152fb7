"""Workbooks that were cut, inflate to gigabytes or are none: refused whole in a moment, with sheet and fix."""

from __future__ import annotations

import io
import struct
import time
import zipfile
import zlib
from collections.abc import Callable, Sequence

import openpyxl
import pytest
from shop import HEAD, Shop

GIGABYTES = 10
ACCOUNTS = (
    HEAD
    + """\
  files:
    accounts:
      pattern: 'accounts.*\\.xlsx'
      layout: {kind: excel, sheets: {Accounts: {}}}
      delivery_date: arrival
      datasets:
        gl_account:
          rule: full
          mapping:
            columns: {account_code: "No", account_name: Name}
"""
)


def book(rows: Sequence[Sequence[object]], sheet: str = "Accounts") -> bytes:
    workbook = openpyxl.Workbook()
    page = workbook.active
    assert page is not None
    page.title = sheet
    for row in rows:
        page.append(list(row))
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()


GOOD = book([["No", "Name"], ["0100", "Cash"]])


def bomb(member: str, declared: int | None = None) -> bytes:
    """A workbook of which one member inflates to ten gigabytes of blanks, and which may declare another size."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    megabyte = packer.compress(b" " * 2**20) + packer.flush(zlib.Z_FULL_FLUSH)
    packed = megabyte * (GIGABYTES * 1024) + zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS).flush()
    size = GIGABYTES * 2**30 if declared is None else declared
    content = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(GOOD)) as source, zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as target:
        for item in source.infolist():
            if item.filename != member:
                target.writestr(item.filename, source.read(item.filename))
        members, start = target.infolist(), target.start_dir
        names = b"".join(
            _entry(one.filename, one.compress_size, one.file_size, one.header_offset, one.CRC) for one in members
        )
    name = member.encode()
    local = struct.pack("<4sHHHHHIIIHH", b"PK\3\4", 45, 0, 8, 0, 0x21, 0, len(packed), _short(size), len(name), 0)
    head = content.getvalue()[:start] + local + name + packed
    names += _entry(member, len(packed), size, start, 0)
    end = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, len(members) + 1, len(members) + 1, len(names), len(head), 0)
    return head + names + end


def _short(size: int) -> int:
    return min(size, 0xFFFFFFFF)


def _entry(member: str, packed: int, size: int, offset: int, crc: int) -> bytes:
    extra = struct.pack("<HHQ", 1, 8, size) if size > 0xFFFFFFFF else b""
    name = member.encode()
    return (
        struct.pack(
            "<4sHHHHHHIIIHHHHHII",
            *(b"PK\1\2", 45, 45, 0, 8, 0, 0x21, crc, packed, _short(size), len(name), len(extra), 0, 0, 0, 0, offset),
        )
        + name
        + extra
    )


@pytest.fixture
def accountant(open_shop: Callable[[str], Shop]) -> Shop:
    """A branch that sends its chart of accounts as a workbook, and whose first one is in force."""
    shop = open_shop(ACCOUNTS)
    shop.send("accounts_good.xlsx", GOOD)
    assert shop.night().status == "ok"
    return shop


def refused(shop: Shop, content: bytes, *says: str) -> None:
    shop.send("accounts_bad.xlsx", content)
    intake = shop.night()
    assert intake.status == "refused"
    shown = shop.tieout("quarantine", "list")
    for words in ("accounts_bad.xlsx", *says):
        assert words in intake.sentence
        assert words in shown
    assert shop.in_force("gl_account")["account_code"].to_list() == ["0100"]


@pytest.mark.parametrize("declared", [None, 1000])
@pytest.mark.parametrize("member", ["xl/worksheets/sheet1.xml", "xl/media/picture.png"])
def test_archive_that_inflates_to_ten_gigabytes(accountant: Shop, member: str, declared: int | None) -> None:
    content = bomb(member, declared)
    assert len(content) < 12_000_000
    began = time.monotonic()
    refused(accountant, content, member, "inflates beyond what a workbook holds", "Send the records in several")
    assert time.monotonic() - began < 20, "it was inflated much further than needed"


@pytest.mark.parametrize("kept", [100, 2000, -1, -100])
def test_cut_off(accountant: Shop, kept: int) -> None:
    refused(accountant, GOOD[:kept], "damaged or was cut off", "send it again")


def test_missing_sheet(accountant: Shop) -> None:
    refused(
        accountant,
        book([["No", "Name"]], "Acounts"),
        "no sheet 'Accounts'",
        "Did you mean 'Acounts'?",
        "Rename the sheet",
    )


def test_missing_column(accountant: Shop) -> None:
    refused(
        accountant,
        book([["No.", "Name"], ["1", "x"]]),
        "Accounts: ",
        "'No' (nearest: 'No.')",
        "The file has: No., Name",
    )


def test_empty_sheet(accountant: Shop) -> None:
    refused(accountant, book([]), "sheet 'Accounts'", "expected the header in row 1", "Send the sheet filled")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"No,Name\n1,2\n", "the file is plain text, expected the kind 'excel'"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "Save it again as .xlsx without a password"),
    ],
)
def test_no_workbook(accountant: Shop, content: bytes, says: str) -> None:
    refused(accountant, content, says)


def test_formulas_are_neither_computed_nor_carried(accountant: Shop) -> None:
    """A formula that no program has computed yet holds nothing; text that looks like one stays text."""
    rows = [["No", "Name"], ["0100", "=1+1"], ["0200", "Bank"], ["0300", "'=cmd|' /C calc'!A0"]]
    accountant.send("accounts_bad.xlsx", book(rows))
    assert accountant.night().status == "ok"
    assert accountant.in_force("gl_account").select("account_code", "account_name").rows() == [
        ("0200", "Bank"),
        ("0300", "'=cmd|' /C calc'!A0"),
    ]
    assert "sheet Accounts, row 2" in accountant.tieout("quarantine", "list")

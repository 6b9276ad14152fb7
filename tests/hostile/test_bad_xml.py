"""XML that attacks, lies or was cut: refused whole, told by line and fix; nothing of this machine is read into it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from saft import SAFT, audit_file
from shop import Shop

NAME = "SAF-T Financial_999999999_20260203120000.xml"
SECRET = "the secret of this machine"


@pytest.fixture
def norway(open_shop: Callable[[str], Shop]) -> Shop:
    """A branch whose January is in force: accounts, balances, two parties and two entries."""
    shop = open_shop(SAFT)
    shop.send("SAF-T Financial_good.xml", audit_file())
    assert shop.night().status == "ok"
    assert {one.dataset for one in shop.receipts()} == {
        "gl_account", "trial_balance", "customer", "supplier", "gl_entry",
    }  # fmt: skip
    return shop


def refused(shop: Shop, content: str | bytes, *says: str) -> None:
    before = {dataset: shop.in_force(dataset) for dataset in ("gl_entry", "gl_account", "customer")}
    shop.send(NAME, content)
    intake = shop.night()
    assert intake.status == "refused"
    shown = shop.tieout("quarantine", "list")
    for words in (NAME, *says):
        assert words in intake.sentence
        assert words in shown
    assert intake.sentence.count("Refused") + intake.sentence.count("refused") <= 2, "one reason is told once"
    for dataset, rows in before.items():
        assert shop.in_force(dataset).equals(rows)
    assert SECRET not in "".join(str(path.read_bytes()) for path in (shop.root / "data").rglob("*.json"))


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file://{secret}">]>',
        '<!DOCTYPE a [<!ENTITY % x SYSTEM "file://{secret}"> %x;]>',
        '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd">',
        '<!DOCTYPE a [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY x "&b;&b;&b;&b;&b;&b;&b;&b;">]>',
        "<!-- harmless -->\n<!DOCTYPE a [<!ATTLIST Account AccountID CDATA 'x'>]>",
    ],
)
@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16"])
def test_document_types_and_entities(norway: Shop, doctype: str, encoding: str) -> None:
    secret = norway.root / "secret.txt"
    secret.write_text(SECRET)
    text = audit_file(doctype=doctype.replace("{secret}", str(secret)), bank="&x;", encoding=encoding)
    refused(norway, text.encode(encoding), "line ", "declares a document type (DTD)", "Export it without <!DOCTYPE>")


def test_entity_that_nobody_declared(norway: Shop) -> None:
    refused(norway, audit_file(bank="&x;"), "line 1: ", "Entity 'x' not defined", "Export and send the file again")


def test_xinclude_is_not_followed(norway: Shop) -> None:
    secret = norway.root / "secret.txt"
    secret.write_text(SECRET)
    include = f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file://{secret}" parse="text"/>'
    norway.send(NAME, audit_file(bank=f"Bank{include}"))
    norway.night()
    assert SECRET not in str(norway.in_force("gl_account").rows())


@pytest.mark.parametrize("kept", [60, 900, -300, -3])
def test_cut_off(norway: Shop, kept: int) -> None:
    refused(norway, audit_file()[:kept], "line 1: ")


def test_declared_encodings_that_lie(norway: Shop) -> None:
    said_utf8 = audit_file(bank="Bærum").encode("cp1252")
    refused(norway, said_utf8, "line 1", "do not fit the encoding it declares", "Set encoding in the layout")


def test_declared_latin1_that_is_utf8(norway: Shop) -> None:
    said_latin = audit_file(bank="Bærum", encoding="ISO-8859-1").encode()
    refused(norway, said_latin, "declares the encoding ISO-8859-1, but", "UTF-8", "correct the declaration")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "is empty"),
        ("<html><body>Log in</body></html>", "the root element is 'html', expected 'AuditFile'"),
        ("<Other/>", "expected 'AuditFile'"),
    ],
)
def test_no_audit_file(norway: Shop, content: str, says: str) -> None:
    refused(norway, content, says)


def test_control_totals_that_do_not_agree_are_shown_and_not_mended(norway: Shop) -> None:
    norway.send(NAME, audit_file().replace("<n1:TotalDebit>20.00", "<n1:TotalDebit>21.00"))
    assert norway.night().status == "ok"
    control = next(one for one in norway.receipts("gl_entry")[-1].controls if one.name == "TotalDebit")
    assert (control.declared, control.computed, control.agrees) == ("21.00", "20.0000", False)


def test_export_without_master_data_empties_nothing(norway: Shop) -> None:
    """No `Customers` in the file says nothing about customers; an empty one says that there are none."""
    text = audit_file()
    without = (
        text[: text.index("<n1:MasterFiles>")] + text[text.index("</n1:MasterFiles>") + len("</n1:MasterFiles>") :]
    )
    norway.send(NAME, without)
    intake = norway.night()
    assert [one.dataset for one in intake.receipts] == ["gl_entry"]
    assert norway.in_force("customer")["customer_code"].to_list() == ["10001"]
    assert norway.in_force("trial_balance").height == 2


def test_export_without_entries_empties_no_month(norway: Shop) -> None:
    text = audit_file()
    norway.send(NAME, text[: text.index("<n1:GeneralLedgerEntries>")] + "</n1:AuditFile>")
    assert norway.night().status == "ok"
    assert norway.in_force("gl_entry").height == 4

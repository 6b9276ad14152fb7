"""DATEV batches as other programs write them, with a fiscal year from July; expected lines are worked out by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

import pytest
from shop import HEAD, Shop, lines

# The published names of a batch's columns, as far as a test needs them; the others hold nothing.
NAMES = [
    "Umsatz (ohne Soll/Haben-Kz)", "Soll/Haben-Kennzeichen", "WKZ Umsatz", "Kurs", "Basis-Umsatz", "WKZ Basis-Umsatz",
    "Konto", "Gegenkonto (ohne BU-Schlüssel)", "BU-Schlüssel", "Belegdatum", "Belegfeld 1", "Belegfeld 2", "Skonto",
    "Buchungstext", *(f"Zusatzinformation {number}" for number in range(14, 36)), "KOST1 - Kostenstelle",
    "KOST2 - Kostenstelle", *(f"Zusatzinformation {number}" for number in range(38, 113)), "Festschreibung",
    "Leistungsdatum", "Datum Zuord. Steuerperiode", "Fälligkeit", "Generalumkehr (GU)", "Steuersatz", "Land",
    *(f"Zusatzinformation {number}" for number in range(120, 125)),
]  # fmt: skip
OLDER = {
    "Umsatz (ohne Soll/Haben-Kz)": "Umsatz (ohne Soll-/Haben-Kz)",
    "Soll/Haben-Kennzeichen": "Soll-/Haben-Kennzeichen",
}
BATCH = (
    HEAD.replace('"NO"', '"DE"').replace("NOK", "EUR").replace("Europe/Oslo", "Europe/Berlin")
    + """\
  profile: datev
  files:
    postings:
      datasets:
        gl_entry:
          mapping:
            amounts:
              tax_keys:
                "3": {rate: 19, account: "3806"}
                "9": {rate: 19, account: "1406"}
                "10": {}
                "40": {}
"""
)
FORMATS = [(510, 7, 116, "\r\n", "cp1252"), (700, 9, 120, "\r\n", "utf-8-sig"), (700, 13, 125, "\n", "cp1252")]


def row(width: int, **cells: str) -> str:
    """One row; the cells by the beginning of their names."""
    found = dict.fromkeys(NAMES[:width], "")
    for name, value in cells.items():
        (column,) = [one for one in found if one.replace(" ", "_").startswith(name)]
        found[column] = value
    return ";".join(
        f'"{value}"' if value and not value.replace(",", "").isdigit() else value for value in found.values()
    )


def batch(
    form: tuple[int, int, int, str, str], rows: Sequence[str], first: str = "20250701", last: str = "20260630"
) -> bytes:
    version, number, width, newline, encoding = form
    head = (
        f'"EXTF";{version};21;"Buchungsstapel";{number};20260703093000000;;"RE";"";"";1001;1;20250701;4;{first};{last};'
    )
    head += '"Stapel";"";1;0;0;"EUR";;"";;;"03";;;"";""'
    names = [OLDER.get(name, name) if version == 510 else name for name in NAMES[:width]]
    return newline.join([head, ";".join(names), *rows, ""]).encode(encoding)


@pytest.mark.parametrize("form", FORMATS)
def test_formats_and_habits(open_shop: Callable[[str], Shop], form: tuple[int, int, int, str, str]) -> None:
    width = form[2]
    sale = {"Umsatz": "1190,00", "Soll": "S", "Konto": "10000", "Gegenkonto": "8400", "BU": "3", "Belegfeld_1": "R1"}
    rows = [
        row(width, **sale, Belegdatum="101", Buchungstext="Erlöse", KOST1="100"),  # the leading zero got lost
        row(width, Umsatz="119,00", Soll="H", Konto="70000", Gegenkonto="4930", BU="09",
            Belegdatum="0107", Belegfeld_1="E1"),
        row(width, Umsatz="100,00", Soll="S", WKZ_Umsatz="USD", Basis="80,00", Konto="1200", Gegenkonto="0420",
            Belegdatum="3006", Belegfeld_1="B1"),
        row(width, Umsatz="50,00", Soll="H", Konto="0420", Gegenkonto="1200", BU="40",
            Belegdatum="3112", Belegfeld_1="S1"),
    ]  # fmt: skip
    shop = open_shop(BATCH)
    shop.send("EXTF_Buchungsstapel_2025.csv", batch(form, rows))
    assert shop.night().status == "ok"
    taken = shop.accepted().sort("source_row", "source_part")
    zero = Decimal(0)
    assert lines(taken) == [
        ("10000", Decimal(1190), zero),
        ("8400", zero, Decimal(1000)),
        ("3806", zero, Decimal(190)),
        ("70000", zero, Decimal(119)),
        ("4930", Decimal(100), zero),
        ("1406", Decimal(19), zero),
        ("1200", Decimal(80), zero),
        ("0420", zero, Decimal(80)),
        ("0420", zero, Decimal(50)),
        ("1200", Decimal(50), zero),
    ]
    days = [date(2026, 1, 1), date(2025, 7, 1), date(2026, 6, 30), date(2025, 12, 31)]
    assert taken["posting_date"].unique(maintain_order=True).to_list() == days
    assert taken["fiscal_period"].unique(maintain_order=True).to_list() == [7, 1, 12, 6]
    assert set(taken["fiscal_year"]) == {2025}
    assert taken["cost_center_code"].to_list()[:4] == ["100", "100", "100", None]
    assert taken["transaction_currency_code"].to_list()[6:8] == ["USD", "USD"]
    assert taken["transaction_amount"].to_list()[6:8] == [Decimal(100), Decimal(-100)]
    assert taken["party_code"].to_list()[:5] == ["10000", None, None, "70000", None]


def test_generalumkehr_keeps_sides_and_turns_signs(open_shop: Callable[[str], Shop]) -> None:
    sale = {"Umsatz": "119,00", "Soll": "S", "Konto": "10000", "Gegenkonto": "8400", "BU": "3", "Belegfeld_1": "R1"}
    shop = open_shop(BATCH)
    rows = [row(125, **sale, Belegdatum="0201"), row(125, **sale, Belegdatum="0301", Generalumkehr="1")]
    shop.send("EXTF_Buchungsstapel_1.csv", batch(FORMATS[2], rows))
    assert shop.night().status == "ok"
    assert lines(shop.accepted().sort("source_row", "source_part"))[3:] == [
        ("10000", Decimal(-119), 0),
        ("8400", 0, Decimal(-100)),
        ("3806", 0, Decimal(-19)),
    ]


BAD = [
    ({"Belegdatum": "3002"}, "'3002' is no date written as %d%m within the fiscal year 2025-07-01 to 2026-06-30"),
    ({"Soll": "X"}, "'X' says no side; expected S for debit or H for credit"),
    ({"Konto": ""}, "account_code is empty"),
    ({"BU": "77"}, "'77' is a tax key whose rate is not known; known are 10, 3, 40, 9. Add it to tax_keys"),
    ({"WKZ_Umsatz": "USD"}, "'USD' is a foreign currency, and Basis-Umsatz"),
    ({"Umsatz": "1.19"}, "'1.19' is no number"),
]


@pytest.mark.parametrize(("cells", "says"), BAD)
def test_bad_row_is_refused_alone(open_shop: Callable[[str], Shop], cells: dict[str, str], says: str) -> None:
    good = {"Umsatz": "1,00", "Soll": "S", "Konto": "1200", "Gegenkonto": "1000", "Belegdatum": "1501"}
    shop = open_shop(BATCH)
    rows = [row(120, **good, Belegfeld_1=f"G{number}") for number in range(8)]
    shop.send("EXTF_Buchungsstapel_1.csv", batch(FORMATS[1], [*rows, row(120, **{**good, **cells}, Belegfeld_1="X")]))
    assert shop.night().status == "ok"
    assert shop.quarantine()["source_row"].to_list() == [11]
    shown = shop.tieout("quarantine", "list")
    assert "EXTF_Buchungsstapel_1.csv, row 11" in shown
    assert says in shown


def test_row_outside_the_declared_months(open_shop: Callable[[str], Shop]) -> None:
    good = {"Umsatz": "1,00", "Soll": "S", "Konto": "1200", "Gegenkonto": "1000"}
    shop = open_shop(BATCH)
    rows = [row(120, **good, Belegdatum="1501", Belegfeld_1=f"G{number}") for number in range(8)]
    late = row(120, **good, Belegdatum="0102", Belegfeld_1="X")
    shop.send("EXTF_Buchungsstapel_1.csv", batch(FORMATS[1], [*rows, late], "20260101", "20260131"))
    assert shop.night().status == "ok"
    assert "2026-02-01 lies outside the delivery's period 2026-01" in shop.tieout("quarantine", "list")

"""Two deliveries of a branch, the second of which looks different: what is said of it, and what becomes of it.

Every pair of files is written by hand, and each proposed change is laid over the branch and tried on the same file.
"""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import xlsxwriter
import yaml
from door import DEFS, Door

from pipelines.branches.loading import load_branch, merge
from pipelines.drift.shape import Drift
from pipelines.intake.replay import outdated
from pipelines.intake.taking import TakenIn, take_in
from pipelines.lake.deliveries import read_extra, read_frame, read_receipt
from pipelines.lake.receipts import Receipt
from pipelines.settings import REPOSITORY

FILES = """
    payments:
      pattern: 'pay_\\d{8}\\.csv'
      layout: {kind: delimited, delimiter: ";", other_delimiters: ["|"]}
      delivery_date: {file_name: 'pay_(\\d{8})', format: "%Y%m%d"}
      numbers: {decimal_mark: ",", thousands_marks: ["."]}
      dates: {formats: ["%d/%m/%Y"]}
      datasets:
        payment:
          rule: append
          mapping:
            columns:
              payment_number: Nummer
              payment_date: Datum
              party_type: {column: Art, values: {E: customer, A: supplier}}
              party_code: {column: Partner, optional: true}
              amount_transaction: Betrag
              currency_code: {value: "EUR"}
              amount_functional: Betrag
              functional_currency_code: {value: "EUR"}
"""
HEADER = "Nummer;Datum;Art;Partner;Betrag"
JANUARY = f"{HEADER}\nP1;05/01/2026;E;K100;1.200,50\nP2;17/01/2026;A;L200;80,00\nP3;28/01/2026;E;K101;15,25\n"


@dataclass
class Branch:
    """A branch with an accepted delivery of January, and a way to see what becomes of February's."""

    door: Door

    def february(self, content: str | bytes, name: str = "pay_20260228.csv") -> Receipt:
        self.door.drop(name, content)
        [taken] = self.door.night()
        [receipt] = taken.receipts
        return receipt

    def findings(self, receipt: Receipt) -> pl.DataFrame:
        found = read_frame(self.door.lake, receipt, "findings")
        return found.filter(pl.col("rule").str.starts_with("drift_"))

    def after_pasting(self, proposal: str) -> TakenIn:
        """Lay the proposed change over the branch's file, and take in again whatever it changes: one file."""
        path = self.door.root / "branches" / "testing" / "defs.yaml"
        before = yaml.safe_load(DEFS.format(branch_id="testing", files=self.door.files))
        changed = {**before, "attributes": merge(before["attributes"], yaml.safe_load(proposal))}
        path.write_text(yaml.safe_dump(changed, sort_keys=False), encoding="utf-8")
        branch = load_branch(path, self.door.contracts, REPOSITORY / "pipelines" / "profiles")
        [again] = outdated(self.door.log, branch)
        return take_in(self.door.lake, self.door.log, branch, again)


def only(receipt: Receipt) -> Drift:
    [drift] = receipt.drift
    return drift


@pytest.fixture
def branch(tmp_path: Path) -> Branch:
    at = Door(tmp_path, FILES)
    at.drop("pay_20260131.csv", JANUARY)
    [taken] = at.night()
    assert taken.receipts[0].status == "accepted"
    assert taken.receipts[0].drift == ()
    return Branch(at)


def test_the_same_shape_again_is_no_drift(branch: Branch) -> None:
    receipt = branch.february(f"{HEADER}\nP4;03/02/2026;A;L201;9,99\n")
    assert (receipt.status, receipt.drift) == ("accepted", ())
    assert branch.findings(receipt).is_empty()


def test_the_shape_is_kept_on_the_receipt(branch: Branch) -> None:
    receipt = branch.february(f"{HEADER}\nP4;03/02/2026;A;L201;9,99\n")
    shape = read_receipt(branch.door.lake, receipt.delivery_id, receipt.fingerprint).shape
    assert shape is not None
    assert shape.columns == ("Nummer", "Datum", "Art", "Partner", "Betrag")
    assert (shape.delimiter, shape.decimal_mark, shape.dates) == (";", ",", ("99/99/9999",))
    assert shape.kinds["Datum"] == "date"
    assert shape.kinds["Betrag"] == "number"
    said = json.dumps(shape.as_json())
    assert "L201" not in said and "9,99" not in said  # shapes hold no values


def test_an_added_column_is_kept_row_by_row_until_the_branch_says_what_it_is(branch: Branch) -> None:
    receipt = branch.february(f"{HEADER};Projekt\nP4;03/02/2026;A;L201;9,99;X7\nP5;04/02/2026;A;L201;1,00;\n")
    drift = only(receipt)
    assert (drift.kind, drift.old, drift.new, drift.action) == ("column_added", "", "Projekt", "keep")
    assert receipt.status == "accepted"
    assert branch.findings(receipt).select("severity", "rule", "column", "value").rows() == [
        ("warning", "drift_column_added", "Projekt", "nothing → Projekt")
    ]
    assert read_extra(branch.door.lake, receipt).rows() == [("", 2, '{"Projekt":"X7"}')]
    again = branch.february(f"{HEADER};Projekt\nP6;05/03/2026;A;L201;2,00;X8\n", "pay_20260331.csv")
    assert again.drift == ()  # known by now, and still kept
    assert read_extra(branch.door.lake, again)["cells"].to_list() == ['{"Projekt":"X8"}']
    branch.door.files = FILES.replace("          mapping:\n", "          mapping:\n            unmapped: [Projekt]\n")
    assert outdated(branch.door.log, branch.door.branch) == []  # saying so reads nothing anew
    said = branch.february(f"{HEADER};Projekt\nP7;05/04/2026;A;L201;2,00;X8\n", "pay_20260430.csv")
    assert said.drift == ()
    assert read_extra(branch.door.lake, said).is_empty()
    assert yaml.safe_load(drift.proposal) == {
        "files": {"payments": {"datasets": {"payment": {"mapping": {"unmapped": ["Projekt"]}}}}}
    }


def test_a_branch_may_refuse_columns_that_nobody_agreed_on(branch: Branch) -> None:
    branch.door.files = FILES + "  tighten: {payment: {drift: {column_added: refuse}}}\n"
    receipt = branch.february(f"{HEADER};Projekt\nP4;03/02/2026;A;L201;9,99;X7\n")
    assert receipt.status == "refused"
    assert receipt.refused_reason is not None and "'Projekt'" in receipt.refused_reason
    assert receipt.rows.quarantined == 1
    assert branch.findings(receipt)["severity"].to_list() == ["error"]
    branch.door.files = branch.door.files.replace("mapping:\n", "mapping:\n            unmapped: [Projekt]\n")
    again = [one for one in outdated(branch.door.log, branch.door.branch) if one.path == "pay_20260228.csv"]
    taken = take_in(branch.door.lake, branch.door.log, branch.door.branch, again[0])
    assert taken.receipts[0].status == "accepted"


def test_an_optional_column_that_is_gone_is_noted(branch: Branch) -> None:
    receipt = branch.february("Nummer;Datum;Art;Betrag\nP4;03/02/2026;A;9,99\n")
    drift = only(receipt)
    assert (receipt.status, drift.kind, drift.old, drift.new) == ("accepted", "column_removed", "Partner", "")
    assert "party_code" in drift.sentence


def test_an_optional_column_under_another_name_is_kept_and_its_mapping_proposed(branch: Branch) -> None:
    receipt = branch.february("Nummer;Datum;Art;Partner-Nr;Betrag\nP4;03/02/2026;A;L201;9,99\n")
    drift = only(receipt)
    assert (drift.kind, drift.old, drift.new, drift.action) == ("column_renamed", "Partner", "Partner-Nr", "keep")
    assert read_extra(branch.door.lake, receipt)["cells"].to_list() == ['{"Partner-Nr":"L201"}']
    [after] = branch.after_pasting(drift.proposal).receipts
    assert (after.status, after.drift) == ("accepted", ())
    rows = pl.read_parquet(
        branch.door.lake.delivery(after.delivery_id, after.fingerprint) / after.slices["2026-02"].file
    )
    assert rows["party_code"].to_list() == ["L201"]


def test_a_required_column_under_another_name_refuses_and_names_its_successor(branch: Branch) -> None:
    receipt = branch.february("Nummer;Valuta;Art;Partner;Betrag\nP4;03/02/2026;A;L201;9,99\n")
    drift = only(receipt)
    assert (receipt.status, drift.kind, drift.old, drift.new) == ("refused", "column_renamed", "Datum", "Valuta")
    assert receipt.refused_reason is not None
    assert "'Datum', from which payment_date is read, most likely is 'Valuta' now" in receipt.refused_reason
    assert "the same place" in receipt.refused_reason
    [after] = branch.after_pasting(drift.proposal).receipts  # January is not read again: the change is dated
    assert (after.status, after.rows.accepted) == ("accepted", 1)
    assert yaml.safe_load(drift.proposal)["files"]["payments"]["datasets"]["payment"]["mapping"]["columns"] == {
        "payment_date": {"column": ["Datum"], "versions": [{}, {"valid_from": "2026-02-28", "column": "Valuta"}]}
    }


def test_a_required_column_without_a_successor_refuses_and_says_so(branch: Branch) -> None:
    receipt = branch.february("Nummer;Art;Partner;Betrag\nP4;A;L201;9,99\n")
    assert receipt.status == "refused"
    assert (only(receipt).kind, only(receipt).old) == ("column_removed", "Datum")
    assert receipt.refused_reason is not None and "Nothing looks like 'Datum'" in receipt.refused_reason


def test_columns_in_another_order_are_found_by_their_names(branch: Branch) -> None:
    receipt = branch.february("Betrag;Nummer;Datum;Art;Partner\n9,99;P4;03/02/2026;A;L201\n")
    drift = only(receipt)
    assert (receipt.status, receipt.rows.accepted, drift.kind) == ("accepted", 1, "columns_reordered")
    assert drift.old.split("\n")[0] == "Nummer"
    assert drift.new.split("\n")[0] == "Betrag"


def test_a_column_that_holds_another_kind_of_text_is_noted(branch: Branch) -> None:
    receipt = branch.february(f"{HEADER}\n4711;03/02/2026;A;L201;9,99\n4712;03/02/2026;A;L201;9,99\n")
    drift = only(receipt)
    assert (receipt.status, drift.kind, drift.where) == ("accepted", "column_retyped", "Nummer")
    assert (drift.old, drift.new) == ("text", "integer")


def test_another_delimiter_that_the_layout_knows_is_noted(branch: Branch) -> None:
    receipt = branch.february(f"{HEADER}\nP4;03/02/2026;A;L201;9,99\n".replace(";", "|"))
    drift = only(receipt)
    assert (receipt.status, drift.kind, drift.old, drift.new) == ("accepted", "delimiter_changed", ";", "|")


def test_another_delimiter_that_the_layout_does_not_know_is_found_and_proposed(branch: Branch) -> None:
    receipt = branch.february(f"{HEADER}\nP4;03/02/2026;A;L201;9,99\n".replace(";", "\t"))
    drift = only(receipt)
    assert (receipt.status, drift.kind, drift.old, drift.new) == ("refused", "delimiter_changed", ";", "\t")
    assert receipt.refused_reason is not None and "With delimiter '\\t' instead of ';'" in receipt.refused_reason
    [after] = branch.after_pasting(drift.proposal).receipts
    assert (after.status, after.rows.accepted) == ("accepted", 1)


def test_another_encoding_is_found_and_proposed(tmp_path: Path) -> None:
    at = Door(tmp_path, FILES.replace("kind: delimited,", "kind: delimited, encoding: utf-8,"))
    text = JANUARY.replace("K100", "Müller")
    at.drop("pay_20260131.csv", text.encode("utf-8"))
    at.night()
    branch = Branch(at)
    receipt = branch.february(text.replace("/01/", "/02/").replace("\nP", "\nQ").encode("cp1252"))
    drift = only(receipt)
    assert (receipt.status, drift.kind, drift.old, drift.new) == ("refused", "encoding_changed", "utf-8", "cp1252")
    [after] = branch.after_pasting(drift.proposal).receipts
    assert (after.status, after.rows.accepted) == ("accepted", 3)


def test_an_encoding_that_the_layout_tells_apart_is_noted(tmp_path: Path) -> None:
    at = Door(tmp_path, FILES)
    text = JANUARY.replace("K100", "Müller")
    at.drop("pay_20260131.csv", text.encode("utf-8"))
    at.night()
    receipt = Branch(at).february(text.replace("/01/", "/02/").replace("\nP", "\nQ").encode("cp1252"))
    assert (receipt.status, only(receipt).kind, only(receipt).new) == ("accepted", "encoding_changed", "cp1252")
    ascii_only = Branch(at).february(f"{HEADER}\nP9;03/03/2026;A;L201;9,99\n", "pay_20260331.csv")
    assert ascii_only.drift == ()  # which encoding it is in cannot be seen, and makes no difference


def test_numbers_written_the_other_way_refuse_the_delivery_as_some_would_read_as_other_amounts(branch: Branch) -> None:
    rows = ("P4;03/02/2026;A;L201;1,200.50", "P5;04/02/2026;A;L201;80.25", "P6;05/02/2026;A;L201;2.500")
    receipt = branch.february("\n".join([HEADER, *rows, ""]))
    drift = only(receipt)
    assert (receipt.status, drift.kind) == ("refused", "number_format_changed")
    assert (drift.old, drift.new) == ("decimal mark ,", "decimal mark .")
    assert receipt.rows.quarantined == 3  # also 2.500, which the mapping would have read as two thousand five hundred
    [after] = branch.after_pasting(drift.proposal).receipts
    assert (after.status, after.rows.accepted) == ("accepted", 3)
    rows_now = pl.read_parquet(
        branch.door.lake.delivery(after.delivery_id, after.fingerprint) / after.slices["2026-02"].file
    )
    assert [str(one) for one in rows_now["amount_transaction"]] == ["1200.5000", "80.2500", "2.5000"]


def test_dates_written_the_other_way_refuse_the_delivery_as_some_would_read_as_other_days(branch: Branch) -> None:
    rows = ("P4;02/03/2026;A;L201;1,00", "P5;02/17/2026;A;L201;2,00", "P6;02/28/2026;A;L201;3,00")
    receipt = branch.february("\n".join([HEADER, *rows, ""]))
    drift = only(receipt)
    assert (receipt.status, drift.kind) == ("refused", "date_format_changed")
    assert (drift.old, drift.new) == ("%d/%m/%Y", "%m/%d/%Y")
    [after] = branch.after_pasting(drift.proposal).receipts
    assert (after.status, list(after.slices)) == ("accepted", ["2026-02"])


def test_a_field_that_says_its_own_format_is_proposed_its_own(tmp_path: Path) -> None:
    own = 'payment_date: {column: Datum, dates: {formats: ["%Y-%m-%d"]}}'
    at = Door(tmp_path, FILES.replace("payment_date: Datum", own))
    at.drop("pay_20260131.csv", f"{HEADER}\nP1;2026-01-05;E;K100;1,00\n")
    at.night()
    branch = Branch(at)
    receipt = branch.february(f"{HEADER}\nP4;17.02.2026;A;L201;9,99\nP5;18.02.2026;A;L201;9,99\n")
    drift = next(one for one in receipt.drift if one.kind == "date_format_changed")
    assert (receipt.status, drift.old, drift.new) == ("refused", "%Y-%m-%d", "%d.%m.%Y")
    [after] = branch.after_pasting(drift.proposal).receipts
    assert (after.status, after.rows.accepted) == ("accepted", 2)


def test_one_wrong_cell_is_no_drift(branch: Branch) -> None:
    good = [f"P{n};03/02/2026;A;L201;9,99" for n in range(10, 30)]
    receipt = branch.february("\n".join([HEADER, *good, "P4;02/17/2026;A;L201;80.25", ""]))
    assert (receipt.status, receipt.drift, receipt.rows.quarantined) == ("accepted", (), 1)


def test_a_new_code_says_which_known_one_it_looks_like(branch: Branch) -> None:
    good = [f"P{n};03/02/2026;A;L201;9,99" for n in range(10, 18)]
    receipt = branch.february("\n".join([HEADER, *good, "P4;03/02/2026;e.;K1;9,99", "P6;03/02/2026;X;K1;1,00", ""]))
    by_code = {one.new: one for one in receipt.drift}
    assert set(by_code) == {"e.", "X"}
    assert {one.kind for one in receipt.drift} == {"new_code"}
    assert "looks like 'E', which is 'customer'" in by_code["e."].sentence
    assert by_code["X"].proposal == ""  # nothing known is like it: a person has to say what it means
    assert (receipt.status, receipt.rows.quarantined) == ("accepted", 2)
    [after] = branch.after_pasting(by_code["e."].proposal).receipts
    assert (after.rows.accepted, after.rows.quarantined) == (9, 1)


def test_a_late_file_is_compared_with_the_delivery_before_it_and_not_with_a_later_one(branch: Branch) -> None:
    branch.february("Betrag;Nummer;Datum;Art;Partner\n9,99;P4;03/03/2026;A;L201\n", "pay_20260331.csv")
    late = branch.february(f"{HEADER}\nP5;03/02/2026;A;L201;9,99\n")
    assert late.drift == ()


# --- other formats ---------------------------------------------------------------------------------------------------


def workbook(rows: list[list[Any]]) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet("Zahlungen")
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    return target.getvalue()


def test_a_workbook_whose_column_was_renamed(tmp_path: Path) -> None:
    layout = "layout: {kind: excel, sheets: {pay: {name: Zahlungen}}}"
    files = FILES.replace('layout: {kind: delimited, delimiter: ";", other_delimiters: ["|"]}', layout)
    files = files.replace('      numbers: {decimal_mark: ",", thousands_marks: ["."]}\n', "")
    at = Door(tmp_path, files.replace("\\.csv", "\\.xlsx"))
    at.drop("pay_20260131.xlsx", workbook([HEADER.split(";"), ["P1", "05/01/2026", "E", "K100", 1200.5]]))
    [taken] = at.night()
    assert taken.receipts[0].status == "accepted"
    header = ["Nummer", "Datum", "Art", "Partner", "Betrag EUR"]
    branch = Branch(at)
    receipt = branch.february(workbook([header, ["P2", "05/02/2026", "E", "K100", 80.25]]), "pay_20260228.xlsx")
    drift = only(receipt)
    assert (receipt.status, drift.kind, drift.old, drift.new) == ("refused", "column_renamed", "Betrag", "Betrag EUR")


JSON = """
    payments:
      pattern: 'pay_\\d{8}\\.json'
      layout:
        kind: json
        sections:
          pay:
            columns: {Number: number, Day: day, Kind: kind, Partner: partner.code, Amount: total}
      delivery_date: {file_name: 'pay_(\\d{8})', format: "%Y%m%d"}
      datasets:
        payment:
          rule: append
          mapping:
            columns:
              payment_number: Number
              payment_date: Day
              party_type: {column: Kind, values: {in: customer, out: supplier}}
              party_code: Partner
              amount_transaction: Amount
              currency_code: {value: "EUR"}
              amount_functional: Amount
              functional_currency_code: {value: "EUR"}
"""


@pytest.fixture
def api(tmp_path: Path) -> Branch:
    at = Door(tmp_path, JSON)
    at.drop("pay_20260131.json", json.dumps([api_record("P1", "2026-01-05")]))
    [taken] = at.night()
    assert (taken.receipts[0].status, taken.receipts[0].drift) == ("accepted", ())
    return Branch(at)


def api_record(number: str, day: str) -> dict[str, Any]:
    return {"number": number, "day": day, "kind": "in", "partner": {"code": "K1"}, "total": 12.5}


def test_an_api_that_sends_a_new_property(api: Branch) -> None:
    said = [{**api_record("P2", "2026-02-05"), "channel": "web"}]
    receipt = api.february(json.dumps(said), "pay_20260228.json")
    drift = only(receipt)
    assert (receipt.status, drift.kind, drift.new, drift.action) == ("accepted", "column_added", "channel", "accept")
    again = api.february(json.dumps([{**api_record("P3", "2026-03-05"), "channel": "web"}]), "pay_20260331.json")
    assert again.drift == ()
    mapping = yaml.safe_load(drift.proposal)["files"]["payments"]["datasets"]["payment"]["mapping"]
    assert mapping == {"unmapped": ["channel"]}
    api.door.files = JSON.replace("mapping:\n", "mapping:\n            unmapped: [batch]\n")
    known = api.february(json.dumps([{**api_record("P4", "2026-04-05"), "batch": "7"}]), "pay_20260430.json")
    assert known.drift == ()


def test_an_api_that_calls_a_property_otherwise(api: Branch) -> None:
    said = api_record("P2", "2026-02-05")
    said["total_amount"] = said.pop("total")
    receipt = api.february(json.dumps([said]), "pay_20260228.json")
    drift = only(receipt)
    assert (receipt.status, drift.kind, drift.old, drift.new) == ("refused", "column_renamed", "total", "total_amount")
    assert receipt.refused_reason is not None and "'total_amount' most likely is the same" in receipt.refused_reason
    [after] = api.after_pasting(drift.proposal).receipts
    assert (after.status, after.rows.accepted) == ("accepted", 1)

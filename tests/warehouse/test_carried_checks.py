"""Checks that a night does not work out anew are still checks of the whole warehouse.

A key may repeat across slices of different nights, and be mended in either; an invoice's lines may come long after it.
Each night must say what a rebuild from nothing would say.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

REPEATED = "select dataset, key_1, row_count from ops.repeated_key order by all"
UNFOOTED = "select subject, difference_minor from audit.audit_invoice_lines where not passed order by all"

# Four nights and a rebuild of the tables that this file asks, and of all that these are made from.
CARRIED = ("repeated_key", "fact_slice", "invoice_footing", "audit_warehouse_conservation")
ASKED = (*CARRIED, "audit_key_uniqueness", "audit_invoice_lines")


def test_keys_and_invoices_over_several_nights(
    built: Any, small: Callable[[], Any], new_warehouse: Callable[[], Any], tmp_path: Path
) -> None:
    lake, nightly = small(), built.copy_to(tmp_path)
    january, payments = (
        lake.slices["sales_invoice_line", "alpha", "2026-01"],
        lake.slices["payment", "alpha", "2026-02"],
    )

    # Z1 comes again, dated into March: slices of two nights share a key. R9 gets the missing cent.
    lake.put("payment", "alpha", "2026-03", [payments[0]])
    lake.put("sales_invoice_line", "alpha", "2026-01", [*january[:2], {**january[2], "net_amount_transaction": 100}])
    nightly.build(lake, only=ASKED)
    assert nightly.query(REPEATED) == [("payment", "Z1", 2)]
    assert nightly.query(UNFOOTED) == [("purchase_invoice 2026-02 E2", -2)]
    assert nightly.query(
        "select branch_id, subject, difference_minor from audit.audit_key_uniqueness where not passed"
    ) == [("alpha", "payment", 1)]

    # The older of the two goes: the one that stays stood in no slice of tonight, and is no longer repeated.
    lake.put("payment", "alpha", "2026-02", payments[1:])
    nightly.build(lake, only=ASKED)
    assert nightly.query(REPEATED) == []

    # It comes back, and stays repeated through a night that touches neither.
    lake.put("payment", "alpha", "2026-02", payments)
    nightly.build(lake, only=ASKED)
    lake.drop("purchase_invoice_line", "alpha", "2026-02")
    nightly.build(lake, only=ASKED)
    assert nightly.query(REPEATED) == [("payment", "Z1", 2)]
    assert nightly.query(UNFOOTED) == [("purchase_invoice 2026-02 E1", -5000), ("purchase_invoice 2026-02 E2", -1000)]

    fresh = new_warehouse()
    fresh.build(lake, full_refresh=True, only=ASKED)
    for name in CARRIED:
        table = f"audit.{name}" if name.startswith("audit_") else f"ops.{name}"
        assert nightly.query(f"select * from {table} order by all") == fresh.query(
            f"select * from {table} order by all"
        )


def test_harm_to_slices_that_no_night_touches_is_found(built: Any, small: Callable[[], Any], tmp_path: Path) -> None:
    """Three kinds of harm, each to a dataset of its own: all three are named, and no dataset that is whole."""
    nightly = built.copy_to(tmp_path)
    with duckdb.connect(str(nightly.candidate)) as connection:
        connection.execute("delete from core.fct_payment where payment_number = 'Z1'")
        connection.execute("update ops.fact_slice set content_hash = 'other' where dataset = 'open_item'")
        connection.execute(
            "update ops.fact_slice set amount = 1 where dataset = 'gl_entry' and slice_period = '2026-02' "
            "and branch_id = 'alpha' and measure = 'debit_amount_functional'"
        )
    lake = small()
    lake.slices["gl_entry", "beta", "2026-01"][0]["line_text"] = "touched"
    nightly.build(lake, only=ASKED)
    found = nightly.query("select subject, difference_minor from audit.audit_warehouse_conservation where not passed")
    subjects = {name for name, _ in found}
    assert subjects >= {
        "payment rows of the whole fact",
        "open_item 2026-01 rows",
        "open_item 2026-02 rows",
        "gl_entry 2026-02 debit_amount_functional",
    }
    assert {name for name in subjects if name.startswith(("payment", "gl_entry"))} == {
        "payment rows of the whole fact",
        "gl_entry 2026-02 debit_amount_functional",
    }
    assert {name.split()[0] for name in subjects} == {"payment", "open_item", "gl_entry"}
    assert all(difference for _, difference in found), "the gate looks at the size"

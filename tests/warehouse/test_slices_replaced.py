"""Night after night, slice by slice, the warehouse is what one full rebuild makes of the same lake."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any


def everything(warehouse: Any) -> dict[str, list[Any]]:
    """Every published table, each as its sorted rows."""
    tables = warehouse.query(
        "select table_schema || '.' || table_name from information_schema.tables "
        "where table_catalog = 'candidate' order by 1"
    )
    return {name: warehouse.query(f"select * from {name} order by all") for (name,) in tables}


def test_incremental_night_equals_one_full_rebuild(
    built: Any, new_warehouse: Callable[[], Any], small: Callable[[], Any], entry: Callable[..., Any], tmp_path: Path
) -> None:
    lake, nightly = small(), built.copy_to(tmp_path)
    # A corrected month, a vanished one, a new one; a document that moved from January to March; a vanished dataset.
    lake.put("gl_entry", "alpha", "2026-01", lake.slices["gl_entry", "alpha", "2026-01"][:5])
    lake.drop("gl_entry", "alpha", "2026-02")
    lake.drop("payment_allocation", "alpha", "2026-02")
    lake.put("gl_entry", "alpha", "2026-03", entry("R2", date(2026, 3, 2), ("5000", "61", "0"), ("1140", "0", "61")))
    lake.put(
        "sales_invoice",
        "alpha",
        "2026-02",
        [{**lake.slices["sales_invoice", "alpha", "2026-01"][0], "invoice_number": "R2", "customer_code": "00055"}],
    )
    nightly.build(lake)
    incremental = everything(nightly)

    fresh = new_warehouse()
    fresh.build(lake, full_refresh=True)
    rebuilt = everything(fresh)
    assert incremental.keys() == rebuilt.keys()
    for name, rows in rebuilt.items():
        assert incremental[name] == rows, name
    assert nightly.query(
        "select slice_period, count(*) from core.fct_gl_entry where branch_id = 'alpha' group by 1 order by 1"
    ) == [
        ("2026-01", 5),
        ("2026-03", 2),
    ]
    assert nightly.query("select count(*) from core.fct_payment_allocation") == [(0,)]
    assert nightly.query("select is_inferred from core.dim_customer where customer_code = '00055'") == [(True,)]

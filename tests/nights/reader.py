"""An analyst's program that queries the published link again and again until its standard input closes.

Each look is a line of JSON: the night, and figures that must agree with each other in any whole version; or the error.
One connection stays open from first to last. Not a test.
"""

from __future__ import annotations

import json
import sys
import threading
import time

import duckdb

LOOK = """
select
    (select night_id from ops.night) as night,
    (select count(*) from core.fct_gl_entry) as lines,
    (select sum(row_count) from ops.slice where dataset = 'gl_entry') as slice_lines,
    (select sum(debit_amount_functional) from core.fct_gl_entry) as debit,
    (select sum(amount) from ops.slice_sum where measure = 'debit_amount_functional') as slice_debit,
    (select sum(debit_amount_functional) from core.fct_gl_balance) as balance_debit,
    (select sum(debit_amount_functional) from finance.rpt_branch_trial_balance) as report_debit,
    (select count(*) from core.fct_sales_invoice) as invoices,
    (select sum(row_count) from ops.slice where dataset = 'sales_invoice') as slice_invoices,
    (select sum(contract_rows_in_force) from ops.delivery where dataset = 'gl_entry') as delivered_lines
"""


def look(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    cursor = connection.execute(LOOK)
    names = [column[0] for column in cursor.description or []]
    return {name: str(value) for name, value in zip(names, cursor.fetchone() or (), strict=True)}


def say(what: dict[str, str]) -> None:
    print(json.dumps(what), flush=True)


def run(link: str) -> None:
    ended = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
    old = duckdb.connect(link, read_only=True)
    first = look(old)
    while not ended.is_set():
        try:
            with duckdb.connect(link, read_only=True) as connection:
                say(look(connection))
            if look(old) != first:
                say({"error": "the open connection sees something else than at first"})
        except Exception as error:
            say({"error": f"{type(error).__name__}: {error}"})
        time.sleep(0.15)  # what he may see stands for seconds; looking costs the night its processor


if __name__ == "__main__":
    run(sys.argv[1])

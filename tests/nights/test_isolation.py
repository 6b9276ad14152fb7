"""One branch fails or is held: the others publish, it shows its last good night, the next good delivery releases it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from two_branches import Group, Tables, balances_text, chart_text, invoices_text, ledger_text, sale

from pipelines.intake import opening

FIRST = "2026-04-20.1"
NORTH_BEFORE = {"2026-01": "100.00", "2026-02": "100.50"}


def north_of(tables: Tables, schemas: tuple[str, ...] = ("core", "finance", "performance")) -> Tables:
    """All rows of north in these schemas."""
    found: Tables = {}
    for table, (columns, *rows) in tables.items():
        if table.split(".")[0] in schemas and "branch_id" in columns:
            at = columns.index("branch_id")
            found[table] = [row for row in rows if row[at] == "north"]
    # What is still to be done before a close, and how things stand with a branch, are no figures.
    for told in ("finance.rpt_close_checklist", "finance.rpt_statement_source"):
        found.pop(told)
    return found


def send_good_south(group: Group, number: int) -> None:
    group.send("south", f"ledger_202603_202604{number:02d}.csv", ledger_text([sale(number, "2026-03-05", "5.00")]))


def statuses(group: Group, dataset: str) -> list[str]:
    """What rpt_delivery_status says of north's deliveries of March."""
    rows = group.ask(
        "select status from operations.rpt_delivery_status"
        f" where branch_id = 'north' and dataset = '{dataset}' and period = '2026-03'"
    )
    return [str(status) for (status,) in rows]


def test_truncated_file_is_refused_and_its_branch_keeps_its_figures(published: Group) -> None:
    before = north_of(published.tables())
    whole = ledger_text([sale(number, "2026-03-05", "1.00") for number in range(10, 30)])
    # Cut off in the middle of a quoted name: nothing after the quote can be told apart.
    published.send("north", "chart_20260402.csv", chart_text() + '8000,"Cut o')
    published.send("north", "ledger_202603_20260402.csv", "")
    send_good_south(published, 2)
    result = published.night()
    assert result.outcome == "published"
    assert result.intakes["north"].status == "refused"
    assert "ledger_202603_20260402.csv" in result.intakes["north"].sentence
    assert published.sales("south")["2026-03"] == "5.00"
    assert published.sales("north") == NORTH_BEFORE
    after = north_of(published.tables())
    assert after == before
    assert statuses(published, "gl_entry") == ["refused"]
    assert ("chart_20260402.csv", "refused") in published.ask(
        "select source_file, status from ops.delivery where dataset = 'gl_account'"
    )
    published.send("north", "ledger_202603_20260402.csv", whole)
    assert published.night().outcome == "published"
    assert published.sales("north") == {**NORTH_BEFORE, "2026-03": "20.00"}
    assert statuses(published, "gl_entry") == ["accepted"]


def test_program_error_in_one_branch_is_shown_and_holds_nobody_up(
    published: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = north_of(published.tables())
    real: Callable[..., Any] = opening.read_file

    def failing(path: Any, *arguments: Any) -> Any:
        if b"2026-03-07" in path.read_bytes():
            raise ZeroDivisionError("a mistake that only this file meets")
        return real(path, *arguments)

    published.send("north", "ledger_202603_20260402.csv", ledger_text([sale(3, "2026-03-07", "7.00")]))
    invoice = ("R2", "2026-03-08", "C9", "8.00", "EUR")
    published.send("north", "invoices_20260402.csv", invoices_text([invoice]))
    send_good_south(published, 2)
    with monkeypatch.context() as patch:
        patch.setattr(opening, "read_file", failing)
        result = published.night()
    assert result.outcome == "published"
    assert list(result.failed) == ["north"]
    assert "ledger_202603_20260402.csv: ZeroDivisionError" in result.failed["north"]
    assert north_of(published.tables()) == before
    assert published.sales("south")["2026-03"] == "5.00"
    [(branch, status, since, shown, reason)] = published.ask(
        "select branch_id, status, since_night, data_night, reason from ops.held_branch"
    )
    assert (branch, status, since, shown) == ("north", "failed", "2026-04-20.2", FIRST)
    assert "ZeroDivisionError" in reason

    assert published.night().outcome == "published"  # the mistake is mended
    assert published.sales("north") == {**NORTH_BEFORE, "2026-03": "7.00"}
    assert published.ask("select count(*) from core.fct_sales_invoice where branch_id = 'north'") == [(2,)]
    assert published.ask("select * from ops.held_branch") == []


def test_held_branch_shows_its_last_good_night_until_a_delivery_releases_it(published: Group) -> None:
    before = north_of(published.tables())
    # The ledger says 33.33 for March, north's own trial balance 933.33: 900.00 more than the policy lets pass.
    published.send("north", "ledger_202603_20260402.csv", ledger_text([sale(3, "2026-03-07", "33.33")]))
    wrong = [("1000", "200.50", "1133.83"), ("4000", "-200.50", "-1133.83")]
    published.send("north", "balances_202603_20260402.csv", balances_text("2026-03-31", wrong))
    send_good_south(published, 2)
    result = published.night()
    assert (result.outcome, list(result.held)) == ("published", ["north"])
    assert "trial_balance" in result.held["north"]
    assert north_of(published.tables()) == before
    assert published.sales("south")["2026-03"] == "5.00"
    held = published.ask("select branch_id, status, since_night, data_night from ops.held_branch")
    assert held == [("north", "held", "2026-04-20.2", FIRST)]
    assert statuses(published, "gl_entry") == ["held"]

    send_good_south(published, 3)  # south goes on, north stays as it is
    again = published.night()
    assert (again.outcome, list(again.held)) == ("published", ["north"])
    assert north_of(published.tables()) == before
    assert published.sales("south")["2026-03"] == "10.00"
    assert published.ask("select since_night, data_night from ops.held_branch") == [("2026-04-20.2", FIRST)]

    right = [("1000", "200.50", "233.83"), ("4000", "-200.50", "-233.83")]
    published.send("north", "balances_202603_20260404.csv", balances_text("2026-03-31", right))
    released = published.night()
    assert (released.outcome, dict(released.held)) == ("published", {})
    assert published.sales("north") == {**NORTH_BEFORE, "2026-03": "33.33"}
    assert published.ask("select * from ops.held_branch") == []
    assert statuses(published, "trial_balance") == ["accepted"]
    assert [event["branch_id"] for event in published.events("branch_released")] == ["north"]

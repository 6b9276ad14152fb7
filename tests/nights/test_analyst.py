"""An analyst who opens the published file for writing and is killed harms nobody after the next publish.

Modes do not stop him here: tests may run as an account that may write everything.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from two_branches import Group, ledger_text, sale

FIRST = "2026-04-20.1"


def write_and_be_killed(path: Path, how: str) -> None:
    path.resolve().chmod(0o644)
    subprocess.run([sys.executable, str(Path(__file__).with_name("analyst.py")), str(path), how], check=False)


# He may name the link or the version itself, and his writing may still be in the log or already in the file.
@pytest.mark.parametrize(
    ("opened", "how"), [("link", "in the log"), ("version", "in the log"), ("link", "checkpointed")]
)
def test_next_publish_is_right_and_not_built_on_what_he_wrote(opened: str, how: str, published: Group) -> None:
    write_and_be_killed(published.link if opened == "link" else published.link.resolve(), how)
    assert (how == "in the log") == bool(list(published.workspace.warehouse.rglob("*.wal")))
    published.send("north", "ledger_202603_20260402.csv", ledger_text([sale(3, "2026-03-09", "33.33")]))
    result = published.night()
    assert result.outcome == "published"
    # Only what he left in a log of its own can be set aside; a file that he changed is no base for anything.
    prepared = next(step.sentence for step in result.steps if step.name == "prepare")
    assert ("from nothing" in prepared) == (how == "checkpointed")
    assert published.sales("north") == {"2026-01": "100.00", "2026-02": "100.50", "2026-03": "33.33"}
    assert published.sales("south") == {"2026-01": "200.00", "2026-02": "200.50"}
    assert published.ask("select count(*) from information_schema.tables where table_name = 'mine'") == [(0,)]
    kept = list((published.workspace.warehouse / "set_aside").glob("*"))
    assert len(kept) == (1 if how == "in the log" else 0)

    with (
        duckdb.connect(str(published.link), read_only=True) as one,
        duckdb.connect(str(published.link), read_only=True),
    ):
        assert one.execute("select count(*) from core.fct_gl_entry where branch_id = 'north'").fetchall() == [(6,)]


def test_night_without_news_heals_what_he_left(published: Group) -> None:
    write_and_be_killed(published.link, "in the log")
    assert published.night().outcome == "nothing_new"
    assert published.sales("north") == {"2026-01": "100.00", "2026-02": "100.50"}
    assert published.ask("select night_id from ops.night") == [(FIRST,)]

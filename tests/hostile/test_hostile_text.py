"""Values and names that attack whoever looks at them: a terminal, a spreadsheet, a database."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from shop import LEDGER, Shop
from typer.testing import CliRunner

from pipelines.cli import app

ESCAPES = "\x1b[2J\x1b]0;owned\x07over\rwritten\x9b31m\u202e"
STEERING = set("\x1b\x07\r\x9b\u202e")
FORMULA = "=cmd|' /C calc'!A0"
INJECTION = "'); drop table core.fct_gl_entry; --"


def printed(*arguments: str) -> str:
    """The exact characters that reach the terminal."""
    result = CliRunner().invoke(app, list(arguments))
    assert result.exit_code in {0, 1}
    return result.output


def test_escape_sequences_never_reach_the_terminal(shop: Shop) -> None:
    header = "Journal;Document;Line;Date;Account;Currency;Debit;Credit;Text\n"
    rows = f"GL;{ESCAPES};1;2026-01-15;1000;NOK;{ESCAPES.replace(chr(13), '')};;[red]x[/red]\n"
    shop.send("ledger_1.csv", header + rows.replace("\r", "") + shop.entry("2", text=ESCAPES.replace("\r", "")))
    shop.send("ledger_2.csv", header.replace("Account", f"Acc{ESCAPES}ount".replace("\r", "")) + shop.entry("3"))
    shop.night()
    for arguments in (
        ("quarantine", "list"),
        ("quarantine", "show", "north", "ledger_1.csv"),
        ("quarantine", "show", "north", "\x1b[2Jnowhere.csv"),
        ("query", "select '\x1b[2J'"),
    ):
        text = printed(*arguments)
        assert not STEERING & set(text), arguments
        assert "␛[2J" in text or arguments[0] == "query"
    assert "[red]x[/red]" in printed("quarantine", "show", "north", "ledger_1.csv")


def test_escape_sequences_stay_in_the_data(shop: Shop) -> None:
    """Shown harmless, kept exact: the lake holds what was sent."""
    shop.send("ledger_1.csv", shop.csv(shop.entry("1", text="\x1b[31mred")))
    shop.night()
    assert set(shop.accepted()["line_text"]) == {"\x1b[31mred"}


@pytest.mark.parametrize("name", ["ledger_\x1b[31m.csv", "ledger_\n2.csv", "ledger_\u202evsc.csv"])
def test_names_that_cannot_be_shown_are_left_alone(shop: Shop, name: str, caplog: pytest.LogCaptureFixture) -> None:
    shop.send(name, shop.csv(shop.entry("1")))
    shop.send("ledger_2.csv", shop.csv(shop.entry("2", day="2026-02-01")))
    assert shop.night().status == "ok"
    assert shop.documents_in_force() == ["2", "G1"]
    assert "its name holds a character that cannot be shown; rename it" in caplog.text
    assert not STEERING & set(caplog.text)


def test_formulas_and_statements_are_text_and_inert(open_shop: Callable[[str], Shop]) -> None:
    shop = open_shop(LEDGER)
    name = "ledger '\"); drop table x; -- été {0} %s $HOME [1].csv"
    hostile = [FORMULA, INJECTION.replace(";", ","), "@SUM(A1)", "+1", "-1", "\ttab", "{{ 1/0 }}", "${HOME}"]
    shop.send(name, shop.csv(*(shop.entry(f"{text}", text=text) for text in hostile)))
    shop.send("ledger_refused.csv", shop.csv(shop.entry(FORMULA, amount=FORMULA)))
    assert shop.whole_night("2026-03-02").outcome == "published"

    out = printed(
        "query", "select distinct line_text, source_file from core.fct_gl_entry order by all", "--format", "csv"
    )
    rows = list(csv.reader(io.StringIO(out)))[1:]
    assert {row[1] for row in rows} == {name}
    assert len(rows) == len(hostile)
    for text, _ in rows:
        assert not text.startswith(("=", "+", "-", "@", "\t")), "a spreadsheet would compute this"
    assert {text.lstrip("'") for text, _ in rows} == {text.strip().lstrip("'") for text in hostile}

    json = printed(
        "query",
        "select count(*) as n from core.fct_gl_entry where line_text = '=cmd|'' /C calc''!A0'",
        "--format",
        "json",
    )
    assert '"n": 2' in json, "the warehouse holds what was sent, to the letter"
    shown = shop.tieout("quarantine", "show", "north", "ledger_refused.csv")
    assert f"Debit {FORMULA}" in shown
    raw = printed("query", "select raw, reasons from ops.quarantine", "--format", "csv")
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in csv.reader(io.StringIO(raw)) for cell in row)


@pytest.mark.parametrize(
    "sql", ["drop table core.fct_gl_entry", "select 1; delete from core.fct_gl_entry", "create table x as select 1"]
)
def test_questions_change_nothing(open_shop: Callable[[str], Shop], sql: str) -> None:
    shop = open_shop(LEDGER)
    shop.send("ledger_1.csv", shop.csv(shop.entry("1")))
    shop.whole_night("2026-03-02")
    printed("query", sql)
    assert '"n": 2' in printed("query", "select count(*) as n from core.fct_gl_entry", "--format", "json")


@pytest.mark.parametrize("branch", ["../north", "north'; --", "\x1b[31m", ""])
def test_names_of_branches_on_the_command_line_are_no_paths(shop: Shop, branch: str) -> None:
    text = printed("quarantine", "show", branch, "../../../../etc/passwd")
    assert "root:" not in text
    assert not STEERING & set(text)

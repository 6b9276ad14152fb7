"""Workbooks of accounts out and back: what is taken, and every mistake that stops all of it.

A tiny published warehouse by hand: branch north with an unmapped bank account and sales that are mapped.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import duckdb
import openpyxl
import pytest

from pipelines.conformance.account_file import read_map
from pipelines.console.accounts import export_accounts, import_accounts, list_accounts, start_accounts
from pipelines.console.reference import reference_mistakes
from pipelines.errors import AccountMapError
from pipelines.lake.events import EventLog
from pipelines.lake.places import Lake
from pipelines.settings import REPOSITORY, Workspace

HEADER = "branch_id,account_from,account_to,group_account_code,valid_from,valid_to,note,proposed_by,approved_by\n"
PUBLISHED = """
create schema core; create schema finance;
create table core.dim_branch as select 'north' as branch_id, 'NO' as country_code;
create table core.dim_account as select * from (values
    ('north', '1920', 'Bankinnskudd', 'asset'), ('north', '3000', 'Salgsinntekt', 'revenue'),
    ('north', '7795', '=HYPERLINK("http://evil")', 'expense')
) as t(branch_id, account_code, account_name, account_type);
create table core.fct_gl_balance as select 'north' as branch_id, account_code, 'NOK' as functional_currency_code,
    debit as debit_amount_functional, credit as credit_amount_functional, 2 as line_count, slice_period,
    true as is_posted
from (values
    ('1920', 90.00::decimal(20, 4), 0::decimal(20, 4), '2026-01'), ('1920', 0, 20, '2026-02'),
    ('3000', 0, 70, '2026-01')
) as t(account_code, debit, credit, slice_period);
create table finance.rpt_branch_trial_balance as select 'north' as branch_id, 'local' as ledger, 2026 as fiscal_year,
    fiscal_period, '1920' as account_code, 'NOK' as functional_currency_code,
    amount as closing_balance_amount_functional
from (values (1, 90.00::decimal(20, 4)), (2, 70.00)) as t(fiscal_period, amount);
"""

Answer = Callable[[Mapping[str, Mapping[str, str]]], Path]


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    (tmp_path / "tieout.yaml").write_text('group_name: "T"\ngroup_currency: "EUR"\ntime_zone: "Europe/Oslo"\n')
    shutil.copytree(REPOSITORY / "seeds/reference", tmp_path / "seeds/reference")
    (tmp_path / "seeds/reference/account_map.csv").write_text(f"{HEADER}north,3000,3999,4000,,,sales,ann,bob\n")
    monkeypatch.setenv("TIEOUT_WORKSPACE", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    found = Workspace.load()
    version = found.warehouse / "versions" / "2026-03-01.1.duckdb"
    version.parent.mkdir(parents=True)
    with duckdb.connect(str(version)) as connection:
        connection.execute(PUBLISHED)
    (found.warehouse / "tieout.duckdb").symlink_to(version.relative_to(found.warehouse))
    return found


@pytest.fixture
def answer(workspace: Workspace, tmp_path: Path) -> Answer:
    """Export, write {account, or `rule` and its code: {column: text}} into its row, save as back.xlsx."""

    def written(said: Mapping[str, Mapping[str, str]]) -> Path:
        out = tmp_path / "out.xlsx"
        export_accounts(None, out)
        return edited(out, said)

    return written


def edited(path: Path, said: Mapping[str, Mapping[str, str]]) -> Path:
    book = openpyxl.load_workbook(path)
    for sheet in ("accounts", "waiting rules"):
        titles = [cell.value for cell in book[sheet][1]]
        for row in book[sheet].iter_rows(min_row=2):
            key = row[1].value if sheet == "accounts" else f"rule {row[1].value}"
            for title, text in said.get(key, {}).items():
                # The last column of that title is the white one.
                row[len(titles) - 1 - titles[::-1].index(title)].value = text
    back = path.with_name("back.xlsx")
    book.save(back)
    return back


def map_lines(workspace: Workspace) -> list[str]:
    return (workspace.seeds_dir / "account_map.csv").read_text(encoding="utf-8").splitlines()[1:]


def kinds(workspace: Workspace) -> list[str]:
    return [event.kind for event in EventLog(Lake.of(workspace).events).read()]


def test_the_workbook_shows_the_account_its_balance_and_a_suggestion(answer: Answer) -> None:
    """Balance 90 − 20 = 70.00; 4 lines in two months; the name says bank."""
    book = openpyxl.load_workbook(answer({}))
    titles, *rows = [[cell.value for cell in row] for row in book["accounts"].iter_rows()]
    found = {row[1]: dict(zip(titles, row, strict=True)) for row in rows}
    assert set(found) == {"1920", "7795"}
    bank = found["1920"]
    assert (bank["balance"], bank["entries"], bank["first month"], bank["last month"]) == (
        "70.00", "4", "2026-01", "2026-02",
    )  # fmt: skip
    assert (bank["state"], bank["suggestion"], bank["suggested by"]) == ("unmapped", "1600", "tieout")
    assert "bankinnskudd" in bank["reasons"] and bank["group account"] is None
    # A name that begins with = is text, and nothing in any sheet is a formula.
    assert found["7795"]["name"] == '=HYPERLINK("http://evil")'
    assert not any(cell.data_type == "f" for sheet in book for row in sheet.iter_rows() for cell in row)


def test_a_reviewed_and_approved_account_is_added_and_applied_only_then(workspace: Workspace, answer: Answer) -> None:
    back = answer({"1920": {"group account": "1600", "from period": "2026-02", "reviewed by": "Ann"}})
    import_accounts(back, "cara")
    [_, line] = map_lines(workspace)
    assert line.startswith("north,1920,1920,1600,2026-02,,") and line.endswith(",Ann,")
    assert not read_map(workspace.seeds_dir).rules[1].is_applied, "nothing is applied without a second person"
    import_accounts(back, "cara")
    assert len(map_lines(workspace)) == 2, "the same workbook again adds nothing"

    import_accounts(answer({"rule 1920": {"approved by": "Bob"}}), "cara")
    assert map_lines(workspace)[1].endswith(",Ann,Bob")
    assert kinds(workspace).count("account_rule_proposed") == kinds(workspace).count("account_rule_approved") == 1
    assert reference_mistakes(workspace.seeds_dir, {"north"}) == []


def test_a_reason_leaves_an_account_unmapped_and_it_is_not_asked_about_again(
    workspace: Workspace, answer: Answer, capsys: pytest.CaptureFixture[str]
) -> None:
    import_accounts(answer({"7795": {"reason if not mapped": "-is cleared monthly", "reviewed by": "Ann"}}), "cara")
    assert len(map_lines(workspace)) == 1
    [event] = EventLog(Lake.of(workspace).events).read("account_left_unmapped")
    assert event.data["reason"] == "-is cleared monthly"
    capsys.readouterr()
    list_accounts("north")
    assert "1920" in (said := capsys.readouterr().out) and "7795" not in said


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"group account": "1601", "reviewed by": "Ann"}, "group account '1601' is not one of the group chart"),
        ({"group account": "9999", "reviewed by": "Ann"}, "group account '9999' is not one of the group chart"),
        ({"group account": "=1600", "reviewed by": "Ann"}, "'group account' holds a formula"),
        ({"group account": "1600"}, "'reviewed by' is empty; a suggestion is never taken unreviewed"),
        ({"group account": "1600", "reviewed by": "Ann", "approved by": " ANN "}, "expected two persons"),
        ({"reviewed by": "Ann"}, "it says who decided, and not what"),
        ({"reason if not mapped": "x", "group account": "1600", "reviewed by": "Ann"}, "Empty one of them"),
        ({"group account": "1600", "reviewed by": "Ann", "from period": "soon"}, "'soon' is no posting period"),
        ({"group account": "1600", "reviewed by": "@SUM(A1)"}, "is no name"),
        ({"account": "1921", "group account": "1600", "reviewed by": "Ann"}, "grey cells were changed"),
    ],
)
def test_one_mistake_stops_the_whole_workbook(
    workspace: Workspace, answer: Answer, row: dict[str, str], words: str
) -> None:
    back = answer({"1920": row, "7795": {"group account": "6200", "reviewed by": "Ann", "approved by": "Bob"}})
    with pytest.raises(AccountMapError) as caught:
        import_accounts(back, "cara")
    assert words in str(caught.value) and "'accounts' row 2" in str(caught.value)
    assert len(map_lines(workspace)) == 1 and "account_rule_proposed" not in kinds(workspace)


def test_a_stale_workbook_is_refused(workspace: Workspace, answer: Answer) -> None:
    back = answer({"1920": {"group account": "1600", "reviewed by": "Ann", "approved by": "Bob"}})
    with (workspace.seeds_dir / "account_map.csv").open("a") as file:
        file.write("north,19*,,1500,,,,dan,eve\n")
    with pytest.raises(AccountMapError, match="stale: it was mapped to nothing, and is to 1500 by now"):
        import_accounts(back, "cara")


def test_a_workbook_of_another_workspace_and_any_other_file_are_refused(workspace: Workspace, answer: Answer) -> None:
    back = answer({"1920": {"group account": "1600", "reviewed by": "Ann"}})
    shutil.rmtree(Lake.of(workspace).events)
    with pytest.raises(AccountMapError, match="never exported this workbook"):
        import_accounts(back, "cara")
    back.write_text("not a workbook")
    with pytest.raises(AccountMapError, match="cannot be read"):
        import_accounts(back, "cara")


def test_a_starting_map_waits_until_another_person_approves_it(
    workspace: Workspace, answer: Answer, capsys: pytest.CaptureFixture[str]
) -> None:
    start_accounts("ns4102", "north", "Ann")
    proposed = read_map(workspace.seeds_dir).of("north", applied=False)
    assert len(proposed) > 50 and len(read_map(workspace.seeds_dir).of("north", applied=True)) == 1
    with pytest.raises(AccountMapError, match="ann proposed it; expected another person"):
        import_accounts(answer({"rule 1900": {"approved by": "ann"}}), "cara")
    import_accounts(
        answer({"rule 1900": {"approved by": "Bob"}, "rule 6100": {"rejected because": "too wide"}}), "cara"
    )
    found = read_map(workspace.seeds_dir)
    assert [one.words for one in found.of("north", applied=True)] == ["3000 to 3999", "1900 to 1999"]
    assert len(found.of("north", applied=False)) == len(proposed) - 2
    [event] = EventLog(Lake.of(workspace).events).read("account_rule_rejected")
    assert (event.data["account_from"], event.data["reason"]) == ("6100", "too wide")
    capsys.readouterr()
    list_accounts(None)
    assert "1920" not in capsys.readouterr().out, "the bank account is mapped now"


def test_an_approval_that_would_contradict_another_rule_changes_nothing(workspace: Workspace, answer: Answer) -> None:
    with (workspace.seeds_dir / "account_map.csv").open("a") as file:
        file.write("north,3500,4999,4100,,,,ann,\n")  # overlaps 3000 to 3999 and neither lies in the other
    with pytest.raises(AccountMapError, match="3500 to 4999 → 4100 would contradict line 2, 3000 to 3999 → 4000"):
        import_accounts(answer({"rule 3500": {"approved by": "Bob"}}), "cara")
    assert map_lines(workspace)[1].endswith(",ann,")

"""`tieout try`: the night's own verdict on a file, said to people, without a trace in the workspace."""

from __future__ import annotations

import hashlib
import shutil
import zipfile
from pathlib import Path

import pytest
from rich.cells import cell_len
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.lake.events import EventLog
from pipelines.lake.landing import receive_new
from pipelines.lake.places import Lake
from pipelines.settings import REPOSITORY

DEFS = """\
type: pipelines.components.branch.Branch
attributes:
  branch_id: wuhan
  name: "Wuhan Machines"
  country_code: "CN"
  currency: CNY
  time_zone: Asia/Shanghai
  language: zh
  owner: {team: finance-wuhan, email: finance@example.com}
  dates: {formats: ["%Y-%m-%d"]}
  files:
    journals:
      pattern: 'books/journals\\.csv'
      layout: {kind: delimited, encoding: gb18030}
      delivery_date: arrival
      datasets: {}
    vouchers:
      pattern: 'books/vouchers_\\d{6}\\.csv'
      layout:
        kind: delimited
        encoding: gb18030
        non_data: [{kind: total, column: 日期, pattern: '^合计$'}]
      delivery_date: arrival
      datasets:
        gl_entry:
          rule: period
          period: content
          lookups: {kind: {file: journals, match: {凭证字: 编号}}}
          mapping:
            columns:
              ledger: {value: local}
              fiscal_year: {derive: year_of, from: posting_date}
              fiscal_period: {derive: month_of, from: posting_date}
              journal_code: kind.名称
              document_number: 凭证号
              line_number: {row_number: document}
              posting_date: 日期
              entry_kind: {value: normal}
              is_posted: {value: "true"}
              account_code: 科目编码
              functional_currency_code: {value: CNY}
              line_text: 摘要
            amounts: {shape: two_columns, debit: 借方, credit: 贷方}
"""
JOURNALS = "编号,名称\nJ1,记账凭证\n"
GOOD = """\
日期,凭证字,凭证号,摘要,科目编码,借方,贷方,附件
2026-02-03,J1,1,采购材料,1403,500.00,,2
2026-02-03,J1,1,应付账款,2202,,500.00,2
2026-02-05,J1,2,收到货款,1002,80.50,,1
2026-02-05,J1,2,应收账款,1122,,80.50,1
合计,,,,,580.50,580.50,
"""


def tieout(*arguments: str, columns: int = 120) -> tuple[int, str]:
    result = CliRunner(env={"COLUMNS": str(columns)}).invoke(app, list(arguments))
    assert "Traceback" not in result.output
    return result.exit_code, result.output


def fingerprint(folder: Path) -> dict[str, str]:
    """Every file below a folder with its bytes and the time of its last change."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() + str(path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "group"
    assert tieout("init", str(root))[0] == 0
    monkeypatch.setenv("TIEOUT_WORKSPACE", str(root))
    (root / "branches" / "wuhan").mkdir()
    (root / "branches" / "wuhan" / "defs.yaml").write_text(DEFS, encoding="utf-8")
    return root


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The ledger in a folder of its own, with the file that it looks up in beside it."""
    folder = tmp_path / "mail"
    folder.mkdir()
    (folder / "journals.csv").write_text(JOURNALS, encoding="gb18030")
    (folder / "vouchers_202602.csv").write_text(GOOD, encoding="gb18030")
    return folder / "vouchers_202602.csv"


def test_a_good_file_is_shown_and_nothing_is_touched(workspace: Path, file: Path, tmp_path: Path) -> None:
    before = fingerprint(tmp_path)
    code, text = tieout("try", "wuhan", str(file), "--as", "books/vouchers_202602.csv")
    assert fingerprint(tmp_path) == before
    assert code == 0, text
    assert "Looked up in books/journals.csv (beside the file)." in text
    assert "encoding gb18030 (declared), delimiter ',', header in row 1, 8 columns, 6 rows." in text
    assert "6 rows read: 4 accepted, 2 without a record." in text
    assert "1 total, first in row 6: 合计" in text
    assert "Accepted in all: credit_amount_functional 580.50 CNY; debit_amount_functional 580.50 CNY." in text
    assert "Columns that nothing uses: 附件." in text
    assert "1002, 1122, 1403, 2202" in text  # accounts that no line of the account map holds
    assert "gl_entry: 4 records would replace what there is of 2026-02 (nothing in force yet)." in text
    cells = {line.split("│")[1].strip(): line for line in text.splitlines() if line.count("│") == 3}
    assert "J1" in cells["journal_code*"].split("│")[2] or "记账凭证" in cells["journal_code*"].split("│")[3]
    assert "1403" in cells["account_code*"].split("│")[2]


def test_wide_letters_keep_the_table_straight(workspace: Path, file: Path) -> None:
    for columns in (80, 120):
        _, text = tieout("try", "wuhan", str(file), "--as", "books/vouchers_202602.csv", columns=columns)
        rows = [line for line in text.splitlines() if line.count("│") == 3]
        assert len(rows) > 10
        assert {tuple(cell_len(part) for part in line.split("│")[:3]) for line in rows} == {
            tuple(cell_len(part) for part in rows[0].split("│")[:3])
        }
        assert all(cell_len(line) <= columns for line in rows)


def test_what_would_be_refused_is_said_with_place_and_remedy(workspace: Path, file: Path) -> None:
    wrong = GOOD.replace("2026-02-05,J1,2,收到货款,1002,80.50", "2026-02-30,J1,2,收到货款,1002,8O.50")
    file.write_text(wrong, encoding="gb18030")
    code, text = tieout("try", "wuhan", str(file), "--as", "books/vouchers_202602.csv")
    assert code == 1
    assert "6 rows read: 0 accepted, 4 refused, 2 without a record." in text
    assert "Refused whole: 2 of 4 records are refused, more than the share of 0.20" in text
    assert "not_a_date (posting_date): 1 row refused: row 4" in text
    assert "not_a_number (debit_amount_functional): 1 row refused: row 4" in text
    assert "'8O.50'" in text
    assert "→ The cell is no number" in text


def test_a_name_without_its_folder_is_answered_with_the_option_that_helps(workspace: Path, file: Path) -> None:
    code, text = tieout("try", "wuhan", str(file))
    assert code == 1
    assert "takes for example 'books/vouchers_000000.csv'" in text
    assert "add --as 'books/vouchers_202602.csv'" in text
    assert "would wait, as no pattern matches it" in text


def test_lookups_read_what_the_lake_received_where_nothing_lies_beside(
    workspace: Path, file: Path, tmp_path: Path
) -> None:
    landing = workspace / "data" / "landing" / "wuhan" / "books"
    landing.mkdir(parents=True)
    (file.parent / "journals.csv").rename(landing / "journals.csv")
    lake = Lake(workspace / "data" / "lake")
    receive_new(lake, EventLog(lake.events), landing.parent.parent, "wuhan")
    before = fingerprint(tmp_path)
    code, text = tieout("try", "wuhan", str(file), "--as", "books/vouchers_202602.csv")
    assert code == 0, text
    assert "Looked up in books/journals.csv (in the lake)." in text
    assert fingerprint(tmp_path) == before


def test_without_the_file_to_look_up_in_it_says_which_one_is_missing(workspace: Path, file: Path) -> None:
    (file.parent / "journals.csv").unlink()
    code, text = tieout("try", "wuhan", str(file), "--as", "books/vouchers_202602.csv")
    assert code == 1
    assert "needs a file journals of this branch, and none has arrived" in text


def test_a_file_in_an_archive_is_answered_with_the_pattern_that_takes_both_ways(workspace: Path, file: Path) -> None:
    packed = file.with_name("mail.zip")
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(file, "books/vouchers_202602.csv")
    code, text = tieout("try", "wuhan", str(packed))
    assert code == 1
    assert "Begin files.vouchers.pattern with (?:.*[/!])?" in text


def test_bytes_that_the_lake_has_are_said_to_be_known(workspace: Path, file: Path) -> None:
    landing = workspace / "data" / "landing" / "wuhan" / "books"
    landing.mkdir(parents=True)
    shutil.copy(file, landing / file.name)
    lake = Lake(workspace / "data" / "lake")
    receive_new(lake, EventLog(lake.events), landing.parent.parent, "wuhan")
    _, text = tieout("try", "wuhan", str(landing / file.name))  # in landing its path is known
    assert "books/vouchers_202602.csv: files.vouchers" in text
    assert "The lake has these very bytes (books/vouchers_202602.csv, received" in text


def test_mistakes_of_the_folder_are_all_said_and_end_it(workspace: Path, file: Path) -> None:
    defs = workspace / "branches" / "wuhan" / "defs.yaml"
    wrong = DEFS.replace("account_code:", "acount_code:").replace("currency: CNY", "currency: CYN")
    defs.write_text(wrong, encoding="utf-8")
    code, text = tieout("try", "wuhan", str(file), "--as", "books/vouchers_202602.csv")
    assert code == 1
    assert "Did you mean 'account_code'?" in text
    assert "Did you mean 'CNY'?" in text
    assert "3 mistakes; the file was not read." in text  # the required field is missing as well
    assert "rows read" not in text


@pytest.mark.parametrize(
    ("arguments", "meant"),
    [
        (("try", "wuhna", "x.csv"), "wuhan"),
        (("quarantine", "list", "--branch", "wuham"), "wuhan"),
        (("quarantine", "list", "--dataset", "gl_entrys"), "gl_entry"),
        (("quarantine", "show", "wuhn", "x.csv"), "wuhan"),
        (("withdraw", "whuan", "x.csv", "--reason", "twice", "--by", "ann"), "wuhan"),
        (("draft", "neu", "x.csv", "--dataset", "customers"), "customer"),
        (("chek",), "check"),
    ],
)
def test_names_on_the_command_line_get_the_nearest_word(
    arguments: tuple[str, ...], meant: str, workspace: Path
) -> None:
    code, text = tieout(*arguments)
    assert code != 0
    assert f"Did you mean '{meant}'?" in text


def test_slips_in_the_workspace_s_own_file_get_the_nearest_word(workspace: Path) -> None:
    settings = workspace / "tieout.yaml"
    said = settings.read_text(encoding="utf-8")
    settings.write_text(said.replace("landing:", "lading:").replace("Europe/Berlin", "Europe/Belrin"), encoding="utf-8")
    code, text = tieout("check")
    assert code == 1
    assert "Did you mean 'landing'?" in text
    assert "Did you mean 'Europe/Berlin'?" in text


def test_the_verdict_is_the_nights_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One sample file with planted errors: the counts of the simulation's own truth."""
    root = tmp_path / "group"
    tieout("init", str(root))
    shutil.copytree(REPOSITORY / "pipelines" / "defs" / "branches" / "germany", root / "branches" / "germany")
    monkeypatch.setenv("TIEOUT_WORKSPACE", str(root))
    name = "EXTF_Buchungsstapel_202601_20260203.csv"
    truth = (REPOSITORY / "seeds" / "truth" / "counts.csv").read_text(encoding="utf-8").splitlines()
    header = truth[0].split(",")
    (counted,) = [
        dict(zip(header, line.split(","), strict=True)) for line in truth if name in line and ",gl_entry," in line
    ]
    code, text = tieout("try", "germany", str(REPOSITORY / "seeds" / "deliveries" / "germany" / name))
    assert code == 1
    expected = (
        f"{counted['rows_read']} rows read: {counted['rows_accepted']} accepted,"
        f" {counted['rows_quarantined']} refused, {counted['rows_non_data']} without a record"
    )
    assert expected in text

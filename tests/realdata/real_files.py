"""Real files of other people taken in with folders only, and the table of what came of them. Not a test.

`python tests/realdata/real_files.py` writes docs/real-files.md anew; TIEOUT_REALDATA names the folder of the files.
Only figures are written down, nothing of what the files hold.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from pipelines.branches import load_branch
from pipelines.contracts.loading import load_contracts
from pipelines.intake.taking import take_in
from pipelines.lake.deliveries import current_receipts
from pipelines.lake.events import EventLog
from pipelines.lake.landing import receive_new
from pipelines.lake.places import Lake
from pipelines.lake.receipts import ACCEPTED, Receipt
from pipelines.lake.received import waiting
from pipelines.settings import REPOSITORY

HERE = Path(__file__).parent
DOCUMENT = REPOSITORY / "docs" / "real-files.md"
REALDATA = Path(os.environ.get("TIEOUT_REALDATA") or "nowhere")
ARRIVED = datetime(2026, 11, 1, 12, tzinfo=UTC)

Total = tuple[str, str, str]  # dataset, measure, currency


@dataclass(frozen=True)
class Sample:
    """Files of one origin, and the folder that reads them.

    `files`: path below the folder of real files → name in the landing folder. `totals`: what the publisher says that
    the accepted rows come to, or what a bare script adds up.
    """

    title: str
    folder: Path
    files: dict[str, str]
    totals: dict[Total, str] = field(default_factory=dict)


def _named(folder: str, *names: str) -> dict[str, str]:
    return {f"{folder}/{name}": name for name in names}


def _both_sides(amount: str, currency: str) -> dict[Total, str]:
    sides = ("debit_amount_functional", "credit_amount_functional")
    return {("gl_entry", side, currency): amount for side in sides}


def _datev(title: str, name: str, amount: str = "") -> Sample:
    return Sample(
        f"DATEV EXTF, {title}",
        REPOSITORY / "tests" / "branches" / "german_datev",
        {f"de-datev/datev-lint_{name}.csv": f"EXTF_Buchungsstapel_{name}.csv"},
        _both_sides(amount, "EUR") if amount else {},
    )


def _quarter(quarter: str, amount: str = "") -> Sample:
    # Paid amounts are negative from the payer's view.
    measures = ("amount_transaction", "amount_functional")
    return Sample(
        f"UK public spend, {quarter}",
        HERE / "city_spend",
        _named("uk-public-spend/oxford_raw", f"expenditure-over-500-{quarter}.csv"),
        {("payment", measure, "GBP"): amount for measure in measures} if amount else {},
    )


def _sie(title: str, name: str, amount: str = "") -> Sample:
    return Sample(
        f"Swedish SIE, {title}",
        REPOSITORY / "tests" / "branches" / "swedish_sie",
        _named("se-sie", name),
        _both_sides(amount, "SEK") if amount else {},
    )


SAMPLES = (
    Sample(
        "French FEC",
        HERE / "french_fec",
        _named("fr-fec-odoo", "542107651FEC20210502.csv"),
        _both_sides("8260.45", "EUR"),
    ),
    _datev("format 700", "valid_minimal_700", "3209.18"),
    _datev("cp1252", "encoding_windows1252", "350.50"),
    _datev("UTF-8 with a mark", "encoding_utf8_bom", "350.50"),
    _datev("leading zeros", "leading_zero_konto", "350.50"),
    _datev("line break in a text that no quote opens", "embedded_newlines", "350.50"),
    _datev("a quote never closed", "broken_quotes"),
    _datev("no side, no account", "invalid_fields"),
    Sample(
        "Norwegian SAF-T",
        REPOSITORY / "tests" / "branches" / "norwegian_saft",
        _named("no-saft-skatteetaten", "ExampleFile SAF-T Financial_888888888_20180228235959.xml"),
        _both_sides("9487049.35", "NOK"),
    ),
    _sie("vouchers numbered anew every month", "BL0001_typ4.SE", "1014803.21"),
    _sie("tabs, letters of ISO 8859-15", "Bokslut%20Norstedts%20SIE%204E.se", "21862419.00"),
    _sie("several dimensions a line", "MAMUT_SIE4_EXPORT.SE", "25208291.19"),
    _sie("year balances only", "arsaldo_ovnbolag.se"),
    Sample(
        "Xero tables",
        HERE / "xero_export",
        _named(
            "us-xero-seeds",
            *("xero_journal_line_data.csv", "xero_journal_data.csv", "xero_account_data.csv", "xero_contact_data.csv"),
            *("xero_invoice_data.csv", "xero_invoice_line_item_data.csv"),
        ),
        {
            **_both_sides("2286827.31", "USD"),
            ("sales_invoice_line", "net_amount_transaction", "GBP"): "92057.50",
            ("sales_invoice_line", "net_amount_transaction", "USD"): "308484.09",
        },
    ),
    _quarter("jan-mar-2014", "-13413467.98"),
    _quarter("apr-jun-2014"),
    _quarter("jul-sep-2014", "-15146736.80"),
    _quarter("oct-dec-2014", "-15676053.92"),
    _quarter("jan-mar-2015", "-13880574.57"),
    _quarter("apr-jun-2015", "-14057679.06"),
    _quarter("jul-sep-2015", "-11226903.99"),
    _quarter("oct-dec-2015", "-11923874.03"),
    Sample("ECB reference rates", HERE / "reference_rates", _named("fx-ecb", "eurofxref-hist.zip")),
)


def receipts(sample: Sample, realdata: Path, root: Path) -> list[Receipt]:
    """Take the sample's files in at a lake below `root`; the receipt of every delivery, by dataset and file."""
    branch = load_branch(
        sample.folder / "defs.yaml",
        load_contracts(REPOSITORY / "data_contracts"),
        REPOSITORY / "pipelines" / "profiles",
    )
    landing = root / "landing"
    for source, name in sample.files.items():
        target = landing / branch.branch_id / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(realdata / source, target)
    lake = Lake(root / "lake")
    log = EventLog(lake.events, clock=lambda: ARRIVED)
    receive_new(lake, log, landing, branch.branch_id)
    for file in waiting(log, branch.branch_id):
        take_in(lake, log, branch, file)
    found = [one.receipt for one in current_receipts(lake, log)]
    return sorted(found, key=lambda one: (one.dataset, one.source_file))


def agreements(sample: Sample, receipt: Receipt) -> list[tuple[str, str, str, bool]]:
    """Every control total of a delivery: name, what it should be, what it is, whether they agree."""
    found = [(one.name, one.declared, one.computed, one.agrees) for one in receipt.controls]
    for (dataset, measure, currency), said in sample.totals.items():
        if dataset == receipt.dataset:
            own = receipt.total(ACCEPTED).sums.get((measure, currency), Decimal(0))
            found.append((f"{measure} {currency}", said, f"{own:.2f}", own == Decimal(said)))
    return found


def _row(sample: Sample, receipt: Receipt) -> str:
    rows = receipt.rows
    controls = agreements(sample, receipt)
    agreed = sum(agrees for *_, agrees in controls)
    reasons = ", ".join(f"{rule} {count:,}" for rule, count in receipt.reasons.items())
    counted = (rows.read, rows.accepted, rows.quarantined, rows.duplicate, rows.out_of_scope + rows.non_data)
    cells = [
        sample.title,
        receipt.dataset,
        *(f"{count:,}" for count in counted),
        f"{receipt.total(ACCEPTED).rows:,}",
        f"{agreed} of {len(controls)}" if controls else "none given",
        f"whole delivery refused: {reasons}" if receipt.refused_reason else reasons,
    ]
    return "| " + " | ".join(cells) + " |"


def all_receipts(realdata: Path, root: Path) -> dict[str, list[Receipt]]:
    """Sample → its receipts."""
    return {one.title: receipts(one, realdata, root / str(number)) for number, one in enumerate(SAMPLES)}


def document(found: dict[str, list[Receipt]]) -> str:
    """docs/real-files.md as it ought to be."""
    rows = [_row(sample, receipt) for sample in SAMPLES for receipt in found[sample.title]]
    heads = f"| {' | '.join(HEADS)} |"
    aligned = "|---|---|" + "---:|" * 6 + "---|---|"
    return INTRODUCTION + "\n".join([heads, aligned, *rows]) + "\n" + NOTES


HEADS = (
    *("sample", "dataset", "rows read", "accepted", "refused", "repeated", "out of scope, no data", "contract rows"),
    *("control totals agreed", "refused for"),
)
INTRODUCTION = """# Real files

What became of files that other people's systems wrote, each read with a branch folder and no code. The folders
are `tests/realdata/*/defs.yaml` and `tests/branches/*/defs.yaml`; the files themselves are not part of the
project. This page is written by `python tests/realdata/real_files.py` with `TIEOUT_REALDATA` naming their
folder, and a test holds it to what the files give.

Rows read = accepted + refused + repeated + out of scope, no data. One row may become several contract rows (a
posting with two accounts, a day with many rates). A control total is one that the file declares, that its
publisher states, or that a bare script adds up.

"""
NOTES = """
## What the figures say

- **French FEC**: accounts and partners stand on every line of the ledger; each is kept once, its repetitions
  are out of scope.
- **DATEV**: rows double, since each names two accounts. In the file with a line break, no quote opens the text
  that holds the break, so its second half is a row that means nothing: refused, the rest is taken. A quote that
  is never closed and rows without side or account are a third and more of their small files, above the share at
  which the contract refuses a delivery.
- **Norwegian SAF-T**: the file's own three totals agree. Three of its accounts do not tie movement to closing
  balance in the file itself; that is for the reports to show, not for the reader to mend.
- **Swedish SIE**: debits and credits are what a bare script adds up. A file's opening balances and vouchers give
  its closing balances, account by account, in the published trial balance too.
- **Xero**: the lines have no dates; they are looked up in the table of journals. Every journal nets to zero.
  Invoices are in two currencies, which are summed apart. The table of invoices gives no amounts in the
  company's own currency, which the contract of an invoice's header requires, so only its lines are taken.
- **UK public spend**: the eight files have eight different headers, read as one. They are payments: a paid date
  and a transaction, no tax and no invoice number. A spreadsheet turned every date of April to June 2014 into a
  time of day: refused whole. The last row of January to March 2014 holds three letters and nothing else. Two
  rows of July to September 2015 repeat others in every cell: kept once.
- **ECB reference rates**: one column a currency becomes one row a rate. Columns of currencies withdrawn before
  2017 are not read, as no record of the group may name them.
"""


def main() -> None:
    """Write the page."""
    if not REALDATA.is_dir():
        sys.exit("TIEOUT_REALDATA names no folder of real files.")
    with tempfile.TemporaryDirectory() as root:
        DOCUMENT.write_text(document(all_receipts(REALDATA, Path(root))), encoding="utf-8")


if __name__ == "__main__":
    main()

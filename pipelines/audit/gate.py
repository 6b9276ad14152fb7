"""Great Expectations over the audit tables: the gate, and the pages that people read.

The only module that imports Great Expectations, and only when the gate runs: the import costs seconds. It computes no
figure: each row arrives with what the policy makes of it, and an expectation says which outcomes may pass. The gate's
answer is read back from Great Expectations' results; what it calls failed is failed. Not here: the policy (policy), the
rows (rows), what happens to a held branch (night).
"""

from __future__ import annotations

import logging
import os
import shutil
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.audit.pages import make_readable
from pipelines.audit.policy import Outcome, Policy, judge_row
from pipelines.audit.rows import COLUMNS, AuditRow

_MAY_PASS = [Outcome.PASSED.value, Outcome.TOLERATED.value, Outcome.WARNED.value]
_QUIET = [Outcome.PASSED.value, Outcome.TOLERATED.value]
LATEST = "latest"


@dataclass(frozen=True)
class Finding:
    """A row that did not simply pass. `outcome` is warned, hold or stop."""

    row: AuditRow
    outcome: Outcome

    @property
    def sentence(self) -> str:
        return self.row.sentence


@dataclass(frozen=True)
class GateResult:
    """What the gate says. `checked` counts rows. `docs` is the index page of the night's Data Docs."""

    findings: tuple[Finding, ...]
    checked: int
    docs: Path | None

    @property
    def stops(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.outcome is Outcome.STOP)

    @property
    def holds(self) -> dict[str, tuple[Finding, ...]]:
        """Branch -> the findings that hold it."""
        held: dict[str, list[Finding]] = {}
        for finding in self.findings:
            if finding.outcome is Outcome.HOLD and finding.row.branch_id:
                held.setdefault(finding.row.branch_id, []).append(finding)
        return {branch: tuple(findings) for branch, findings in sorted(held.items())}


def run_gate(tables: Mapping[str, Sequence[AuditRow]], policy: Policy, docs: Path, night_id: str) -> GateResult:
    """Validate every audit table and write the Data Docs to `docs/<night_id>/`, with `docs/latest` naming them.

    Raises nothing for failed checks; what Great Expectations could not judge becomes a finding that stops the night.
    """
    gx, expectations, pandas = _libraries()
    context = gx.get_context(mode="ephemeral")
    _silence(context)
    folder = docs / night_id
    shutil.rmtree(folder, ignore_errors=True)
    context.delete_data_docs_site("local_site")  # Great Expectations' own default, in a temporary folder
    context.add_data_docs_site("tieout", _site(folder))
    source = context.data_sources.add_pandas("audit")
    run_id = gx.RunIdentifier(run_name=night_id)
    findings: list[Finding] = []
    for name, rows in tables.items():
        batch = source.add_dataframe_asset(name).add_batch_definition_whole_dataframe("all rows")
        suite = context.suites.add(gx.ExpectationSuite(name=name, expectations=_suite(expectations)))
        validation = context.validation_definitions.add(gx.ValidationDefinition(name=name, data=batch, suite=suite))
        result = validation.run(
            batch_parameters={"dataframe": _frame(pandas, rows, policy)},
            result_format={"result_format": "COMPLETE"},
            run_id=run_id,
        )
        findings += _findings(name, rows, policy, result)
    context.build_data_docs()
    make_readable(folder, night_id, tables, policy)
    _point_latest(docs, night_id)
    return GateResult(tuple(findings), sum(len(rows) for rows in tables.values()), folder / "index.html")


def _libraries() -> tuple[Any, Any, Any]:
    """Great Expectations, its expectations and pandas, imported now and without sending anything anywhere."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    logging.getLogger("great_expectations").setLevel(logging.ERROR)  # what the import itself would say
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import great_expectations as gx  # noqa: PLC0415  (seconds: only nights that reach the audit pay them)
        import pandas  # type: ignore[import-untyped]  # noqa: PLC0415
        from great_expectations import expectations  # noqa: PLC0415
    for name in logging.root.manager.loggerDict:
        if name.startswith("great_expectations"):  # some of its modules set levels of their own
            logging.getLogger(name).setLevel(logging.ERROR)
    return gx, expectations, pandas


def _silence(context: Any) -> None:
    from great_expectations.data_context.types.base import ProgressBarsConfig  # noqa: PLC0415

    context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)


def _site(folder: Path) -> dict[str, Any]:
    return {
        "class_name": "SiteBuilder",
        "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
        "store_backend": {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(folder)},
        "show_how_to_buttons": False,
    }


def _suite(expectations: Any) -> list[Any]:
    return [
        expectations.ExpectColumnValuesToNotBeNull(column="outcome", severity="critical"),
        expectations.ExpectColumnValuesToBeInSet(
            column="outcome",
            value_set=_MAY_PASS,
            severity="critical",
            notes="A finding of this size holds its branch or stops the night (audit_policy.csv).",
        ),
        expectations.ExpectColumnValuesToBeInSet(
            column="outcome",
            value_set=_QUIET,
            severity="warning",
            notes="A finding that is published but must be looked at (audit_policy.csv).",
        ),
    ]


def _frame(pandas: Any, rows: Sequence[AuditRow], policy: Policy) -> Any:
    """The rows as a pandas frame of plain objects: no float ever holds a figure."""
    columns = {name: [getattr(row, name) for row in rows] for name in COLUMNS}
    columns["outcome"] = [judge_row(row, policy).value for row in rows]
    return pandas.DataFrame(columns, dtype=object)


def _findings(name: str, rows: Sequence[AuditRow], policy: Policy, result: Any) -> list[Finding]:
    """Read the verdict back from Great Expectations; a failure without a row to blame stops the night."""
    blamed: set[int] = set()
    unexplained = []
    for judged in result.results:
        indexes = judged.result.get("unexpected_index_list") or []
        blamed.update(int(index) for index in indexes)
        if not judged.success and not indexes:
            unexplained.append(str(judged.exception_info))
    found = [Finding(rows[index], judge_row(rows[index], policy)) for index in sorted(blamed)]
    # Its critical expectation failed: no row that it blames may count as passed, whatever the policy said of it.
    found += [
        Finding(AuditRow(name, "group", None, "the check itself", None, "a result", text, None, False), Outcome.STOP)
        for text in unexplained
    ]
    if not result.success and not any(f.outcome in (Outcome.HOLD, Outcome.STOP, Outcome.WARNED) for f in found):
        row = AuditRow(name, "group", None, "Great Expectations", None, "success", "failure", None, False)
        found.append(Finding(row, Outcome.STOP))
    return found


def _point_latest(docs: Path, night_id: str) -> None:
    """Let `latest` name this night's pages; where links do not exist the folder of the night is found by its name."""
    fresh = docs / f".{LATEST}.{os.getpid()}"
    fresh.unlink(missing_ok=True)
    try:
        fresh.symlink_to(night_id)
        fresh.replace(docs / LATEST)
    except OSError:
        fresh.unlink(missing_ok=True)

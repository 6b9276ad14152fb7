"""The gate: policy, Great Expectations and what they say together."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.audit import gate
from pipelines.audit.gate import run_gate
from pipelines.audit.policy import Outcome, PolicyRow, judge_row, load_policy
from pipelines.audit.rows import AuditRow
from pipelines.errors import ConfigError

POLICY = {
    ("ledger_balance", "branch"): PolicyRow(0, 0, "hold"),
    ("trial_balance", "branch"): PolicyRow(100, 10_000, "hold"),
    ("control_total", "branch"): PolicyRow(0, None, "warn"),
    ("conservation", "group"): PolicyRow(0, 0, "stop"),
}


def row(check: str, difference: int | None, *, scope: str = "branch", branch: str | None = "norway") -> AuditRow:
    return AuditRow(check, scope, branch, "2026-01", "NOK", "0", str(difference), difference, difference == 0)


@pytest.mark.parametrize(
    ("audited", "outcome"),
    [
        (row("trial_balance", 0), Outcome.PASSED),
        (row("trial_balance", 100), Outcome.TOLERATED),
        (row("trial_balance", -101), Outcome.WARNED),
        (row("trial_balance", 10_000), Outcome.WARNED),
        (row("trial_balance", -10_001), Outcome.HOLD),
        (row("trial_balance", None), Outcome.HOLD),  # nobody can say how large: larger than any bound
        (row("control_total", 10**12), Outcome.WARNED),  # never more than a warning
        (row("conservation", 1, scope="group"), Outcome.STOP),
        (row("conservation", 1, scope="group", branch=None), Outcome.STOP),
        (row("unheard_of", 1), Outcome.HOLD),  # a check without a policy is taken seriously
        (row("unheard_of", 1, scope="group", branch=None), Outcome.STOP),
        (row("ledger_balance", 1, branch=None), Outcome.STOP),  # whom to hold?
    ],
)
def test_policy_judges_by_size(audited: AuditRow, outcome: Outcome) -> None:
    assert judge_row(audited, POLICY) is outcome


def test_policy_names_every_mistake_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "audit_policy.csv").write_text(
        "check_name,scope,warn_over_minor,hold_over_minor,action\n"
        "a,branch,0,,warn\n"
        "b,country,0,5,hold\n"
        "c,branch,1.5,x,halt\n"
        "a,branch,0,0,hold\n"
    )
    with pytest.raises(ConfigError) as caught:
        load_policy(tmp_path)
    told = str(caught.value)
    assert "audit_policy.csv:3: scope is 'country'; expected branch or group" in told
    assert "audit_policy.csv:4: action is 'halt'; expected warn, hold or stop" in told
    assert "audit_policy.csv:4: warn_over_minor is '1.5'" in told
    assert "audit_policy.csv:4: hold_over_minor is 'x'" in told
    assert "audit_policy.csv:5: a for branch stands here twice" in told


def test_sample_policy_can_be_read() -> None:
    seeds = Path(__file__).parents[2] / "seeds" / "reference"
    policy = load_policy(seeds)
    rule = policy["ledger_balance", "branch"]
    assert (rule.warn_over_minor, rule.hold_over_minor, rule.action) == (0, 0, "hold")
    assert rule.owner == "branch_finance"
    assert "Debit equals credit" in rule.explanation
    assert policy["warehouse_conservation", "group"].action == "stop"


def test_gate_holds_branches_stops_nights_and_writes_pages(tmp_path: Path) -> None:
    tables = {
        "audit_ledger_balance": [row("ledger_balance", 0, branch="germany"), row("ledger_balance", 1)],
        "audit_trial_balance": [row("trial_balance", 500, branch="germany"), row("trial_balance", 50)],
        "audit_empty": [],
        "audit_conservation": [row("conservation", 7, scope="group", branch=None)],
    }
    result = run_gate(tables, POLICY, tmp_path, "2026-01-01.1")
    assert result.checked == 5
    assert {branch: [one.row.check_name for one in found] for branch, found in result.holds.items()} == {
        "norway": ["ledger_balance"]
    }
    assert [one.row.check_name for one in result.stops] == ["conservation"]
    warned = [one.row for one in result.findings if one.outcome is Outcome.WARNED]
    assert [(one.check_name, one.branch_id) for one in warned] == [("trial_balance", "germany")]
    # Data Docs: an index, a page per table, and `latest` naming the night.
    assert result.docs == tmp_path / "2026-01-01.1" / "index.html"
    assert (tmp_path / "latest" / "index.html").read_text().startswith("<!doctype html>")
    pages = list((tmp_path / "2026-01-01.1" / "validations").rglob("*.html"))
    assert len(pages) == 4
    assert any("ledger_balance" in page.name and "hold" in page.read_text() for page in pages)

    quiet = run_gate({"audit_trial_balance": [row("trial_balance", 50)]}, POLICY, tmp_path, "2026-01-02.1")
    assert quiet.findings == ()
    assert (tmp_path / "latest").resolve().name == "2026-01-02.1"


def test_what_great_expectations_cannot_judge_stops_the_night(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = gate._frame

    def without_outcome(pandas: object, rows: object, policy: object) -> object:
        return real(pandas, rows, policy).drop(columns=["outcome"])  # type: ignore[arg-type]

    monkeypatch.setattr(gate, "_frame", without_outcome)
    result = run_gate({"audit_ledger_balance": [row("ledger_balance", 0)]}, POLICY, tmp_path, "2026-01-01.1")
    assert result.stops


def test_importing_the_gate_does_not_import_great_expectations() -> None:
    code = "import sys, pipelines.audit.gate; print([m for m in ('great_expectations', 'pandas') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

"""The steps of a night and the object that carries a night from one to the next.

`open_night` takes the run lock and keeps it; then `take_in` per branch, `build`, `audit`, `publish`, `finish`. A kill
at any moment leaves the last published night in place: deliveries and manifests are committed one by one, everything
else is built aside, and the event `published` is the moment that counts. Not here: who drives the steps (driver,
Dagster).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from pipelines.audit.gate import GateResult
from pipelines.errors import DiskFullError, PublishError
from pipelines.lake.received import ReceivedFile
from pipelines.lake.resolving import resolve
from pipelines.night.auditing import gate
from pipelines.night.dbt_port import Dbt, DbtOutcome
from pipelines.night.golden_records import Golden, golden_records
from pipelines.night.holding import changes_of_hold, held, roll_back_branch
from pipelines.night.inputs import inputs_fingerprint
from pipelines.night.lock import run_lock
from pipelines.night.plan import Plan, nothing_changed, owed_now, plan
from pipelines.night.preparing import Prepared, prepare
from pipelines.night.records import (
    PUBLISHED,
    RECORDED,
    STARTED,
    HeldBranch,
    NightRecord,
    manifest_hashes,
    next_night_id,
    write_record,
)
from pipelines.night.recovery import recover, tidy
from pipelines.night.results import BranchIntake, NightResult, Step, Verdict
from pipelines.night.site import Site
from pipelines.night.taking_in import take_in_branch, told
from pipelines.night.telling import shown, tell
from pipelines.notices.announcing import Ended
from pipelines.publishing.candidate import close_candidate
from pipelines.publishing.versions import Version, point_at, resolve_published, seal, version_path
from pipelines.settings import Workspace

__all__ = ["Night", "Plan", "open_night", "plan"]

log = logging.getLogger("tieout")

# A branch that fails the audit is rolled back and everything is built again. One round is the rule; a second is needed
# where one branch's absence makes another's figures fail. More would be a fault of ours, and stops the night.
_ROUNDS = 4


@contextmanager
def open_night(workspace: Workspace, *, night_date: date | None = None, by: str = "command") -> Iterator[Night]:
    """Begin a night: take the run lock, repair what an interrupted night left, look what there is to do.

    Raises `NightInProgressError` where another night runs. An error that escapes the steps is recorded and passed on.
    """
    with run_lock(workspace, by):
        site = Site.of(workspace)
        recover(site)
        night = Night(site, by, night_date)
        try:
            yield night
        except BaseException as error:
            night.record("failed", f"{type(error).__name__}: {error}")
            if isinstance(error, Exception):
                night.tell()
            raise
        night.tell()


class Night:
    """One night. Its methods are the steps, to be called in order; each may be called once."""

    def __init__(self, site: Site, by: str, night_date: date | None) -> None:
        self.workspace = site.workspace
        self.steps: list[Step] = []
        self.intakes: dict[str, BranchIntake] = {}
        self.failed: dict[str, str] = {}
        self.unstored: set[str] = set()  # branches that failed because the disk is full
        self._site = site
        self._by = by
        self._started_at = datetime.now(UTC)
        self._began_after = len(site.events.read())
        with self._step("plan") as say:
            self.plan = plan(site.workspace, night_date=night_date)
            say(self.plan.reason)
        self.failed.update(self.plan.broken)
        self.night_id = next_night_id(site.workspace, site.events, self.plan.night_date)
        self._touched = 0
        self._held: dict[str, HeldBranch] = {}
        self._golden: Golden | None = None
        self._prepared: Prepared | None = None
        self._verdict: Verdict | None = None
        self._version: Version | None = None
        self._ending: tuple[str, str] | None = None  # outcome and reason, once recorded

    def take_in(self, branch_id: str, again: tuple[ReceivedFile, ...] = ()) -> BranchIntake:
        """Take in what one branch sent, and read `again` files whatever the plan says of them.

        Never raises for what a branch sent: status 'failed' says what went wrong.
        """
        with self._step(f"take in {branch_id}") as say:
            branch = self.plan.branches.get(branch_id)
            if branch is None:
                reason = self.plan.broken.get(branch_id, f"There is no branch folder {branch_id!r}.")
                intake = BranchIntake(branch_id, "failed", reason)
            elif branch_id not in self.plan.work and not again:
                intake = BranchIntake(branch_id, "nothing", f"{branch_id}: nothing new.")
            else:
                work = self.plan.work.get(branch_id)
                intake = take_in_branch(self._site, branch, (*(work.again if work else ()), *again))
            say(intake.sentence)
        if intake.disk_full:
            self.unstored.add(branch_id)
        if intake.status == "failed":
            self.failed[branch_id] = intake.sentence
        elif intake.receipts:
            self._resolve(branch_id)
            if branch_id in self.failed:
                intake = replace(intake, status="failed", sentence=self.failed[branch_id])
        self.intakes[branch_id] = intake
        return intake

    @property
    def nothing_new_now(self) -> bool:
        """After taking in: whether the last published night already is what a build would give."""
        return not nothing_changed(self._site, self.plan.last, self._inputs())

    def build(self, dbt: Dbt) -> DbtOutcome:
        """Bring the slices up to date and let dbt build the candidate. Raises `PublishError` where a model fails."""
        self._site.events.append(
            STARTED, {"night_id": self.night_id, "night_date": str(self.plan.night_date), "by": self._by}
        )
        with self._step("slices") as say:
            self._failed_before()
            for branch_id in sorted(self.plan.branches):
                self._resolve(branch_id)
            for branch_id in self.failed:
                self._hold(branch_id, "failed", self.failed[branch_id])
            say(f"{self._touched} slices changed, {len(self.failed)} branches failed.")
        return self._build(dbt)

    def audit(self, dbt: Dbt) -> Verdict:
        """Send the candidate through the gate; roll back the branches that it holds, build again, look again."""
        for _ in range(_ROUNDS):
            result = self._gate()
            if result.stops:
                return self._judged(result, stopped=True)
            fresh = {branch: found for branch, found in result.holds.items() if branch not in self._held}
            if not fresh:
                return self._judged(result, stopped=False)
            for branch_id, found in fresh.items():
                log.warning("%s is held on its last good night: %s.", branch_id, found[0].sentence)
                self._hold(branch_id, "held", "; ".join(one.sentence for one in found))
            self._build(dbt)
        raise PublishError(
            f"After {_ROUNDS} rounds branches still fail the audit anew: {', '.join(sorted(self._held))}."
        )

    def publish(self) -> Path:
        """Make the candidate the version that readers see. Raises `PublishError` where the audit stopped the night."""
        if self._verdict is None or self._verdict.stopped:
            raise PublishError(self._verdict.sentence if self._verdict else "The audit has not run.")
        with self._step("publish") as say:
            version = seal(self.workspace, close_candidate(self.workspace), self.night_id)
            record = self._record()
            write_record(self._site.lake, record)
            self._site.events.append_all(
                [
                    *changes_of_hold(self.night_id, self._held, self.plan.last),
                    *(self._golden.events if self._golden else ()),
                    (
                        PUBLISHED,
                        {**version.as_event(), "night_date": str(self.plan.night_date), "inputs": record.inputs},
                    ),
                ]
            )
            point_at(self.workspace, self.night_id)
            self._version = version
            tidy(self._site)
            path = version_path(self.workspace, self.night_id)
            say(f"Night {self.night_id} is published: {path.stat().st_size / 1e6:.1f} MB.")
        return path

    def finish(self) -> NightResult:
        """Record how the night ended, and tell it. Called after `publish`, after a stop, or where nothing was new."""
        if self._version:
            outcome, reason = "published", self.plan.reason
        elif self._verdict:
            outcome, reason = "stopped", self._verdict.sentence
        else:
            outcome, reason = "nothing_new", f"Nothing has changed since night {self._last_id}."
        self.record(outcome, reason)
        return NightResult(
            night_id=self.night_id,
            night_date=self.plan.night_date,
            outcome=outcome,
            reason=reason,
            version=resolve_published(self.workspace),
            held={branch: one.reason for branch, one in self._held.items() if one.status == "held"},
            failed=dict(self.failed),
            intakes=dict(self.intakes),
            steps=tuple(self.steps),
            docs=self._verdict.docs if self._verdict else None,
            unstored=tuple(sorted(self.unstored)),
        )

    def record(self, outcome: str, reason: str) -> None:
        """Write the night's end into the event log, once."""
        if self._ending:
            return
        self._ending = (outcome, reason)
        self._site.events.append(
            RECORDED,
            {
                "night_id": self.night_id,
                "night_date": str(self.plan.night_date),
                "outcome": outcome,
                "reason": reason,
                "seconds": {step.name: round(step.seconds, 3) for step in self.steps},
            },
        )

    def tell(self) -> None:
        """Tell people of a night that has ended, if it is one. Never raises: it changes nothing of the night."""
        if self._ending is None:
            return
        outcome, reason = self._ending
        told = Ended(
            night_id=self.night_id,
            night_date=self.plan.night_date,
            outcome=outcome,
            reason=reason,
            branches=self.plan.branches,
            shown=shown(self.plan, self.night_id, self._held, self.failed, built=self._prepared is not None),
            findings=self._verdict.findings if self._verdict else (),
            since=self._began_after,
        )
        tell(self._site, self.plan, told)

    # How the steps do it.

    @property
    def _last_id(self) -> str | None:
        return self.plan.last.night_id if self.plan.last else None

    @property
    def _held_now(self) -> tuple[HeldBranch, ...]:
        return tuple(one for _, one in sorted(self._held.items()))

    def _failed_before(self) -> None:
        """A branch that failed last night and was left alone in this one, where others were run, still fails."""
        for branch_id in set(self.plan.work) - set(self.intakes):
            before = self.plan.last.held_branch(branch_id) if self.plan.last else None
            if before and before.status == "failed":
                self.failed.setdefault(branch_id, before.reason)

    def _resolve(self, branch_id: str) -> None:
        """Bring one branch's manifests up to its deliveries; a failure leaves it on its last published night."""
        if branch_id in self.failed:
            return
        try:
            self._touched += sum(
                len(resolve(self._site.lake, self._site.events, self.plan.contracts[dataset], branch_id).touched)
                for dataset in self.plan.branches[branch_id].datasets
            )
        except Exception as error:  # one branch's trouble is not the others'
            log.debug("Resolving %s failed.", branch_id, exc_info=True)
            self.failed[branch_id] = told(error)
            if isinstance(error, DiskFullError):
                self.unstored.add(branch_id)
            log.warning("%s: its slices cannot be brought up to date: %s", branch_id, self.failed[branch_id])

    def _hold(self, branch_id: str, status: str, reason: str) -> None:
        """Put the branch back on its last published night and show it so."""
        roll_back_branch(self._site.lake, branch_id, self.plan.last)
        self._held[branch_id] = held(branch_id, status, reason, self.night_id, self.plan.last)

    def _build(self, dbt: Dbt) -> DbtOutcome:
        with self._step("golden records") as say:
            self._golden = golden_records(self._site, self.plan)
            say(self._golden.sentence)
        with self._step("prepare") as say:
            golden = self._golden.tables
            prepared = prepare(self._site, self.plan, self.night_id, self._started_at, self._held_now, golden=golden)
            self._prepared = prepared
            base = f"on night {prepared.base.night_id}" if prepared.base else "from nothing"
            say(f"{len(prepared.touched)} slices to build {base}.")
        with self._step("dbt") as say:
            outcome = dbt(prepared.request)
            if outcome.sentence:
                raise PublishError(f"The warehouse could not be built: {outcome.sentence}")
            say(f"{len(outcome.nodes)} models and tests.")
        return outcome

    def _gate(self) -> GateResult:
        with self._step("audit") as say:
            assert self._prepared is not None, "build comes before audit"
            result = gate(self._site, self._prepared, self.night_id)
            say(f"{result.checked} checks, {len(result.findings)} findings, {len(result.holds)} branches to hold.")
        return result

    def _judged(self, result: GateResult, stopped: bool) -> Verdict:
        sentence = "; ".join(one.sentence for one in result.stops) if stopped else f"{len(result.findings)} findings."
        self._verdict = Verdict(
            held={branch: one.reason for branch, one in sorted(self._held.items())},
            findings=result.findings,
            stopped=stopped,
            sentence=f"The audit stops the night: {sentence}" if stopped else sentence,
            docs=result.docs,
        )
        return self._verdict

    def _record(self) -> NightRecord:
        held = self._held_now
        shown = {branch for branch in self.plan.branches if branch not in self._held}
        nights = dict.fromkeys(shown, self.night_id)
        nights |= {one.branch_id: one.data_night for one in held if one.data_night}
        return NightRecord(
            night_id=self.night_id,
            night_date=self.plan.night_date,
            inputs=self._inputs(),
            standards=self.plan.standards,
            models=self.plan.models,
            manifests=manifest_hashes(self._site.lake),
            held=held,
            data_nights=nights,
        )

    def _inputs(self) -> str:
        owed = owed_now(self.plan, self._site.lake)
        rules = (self.plan.standards, self.plan.models)
        return inputs_fingerprint(self._site.events, rules, self.failed, owed, self.plan.contracts)

    @contextmanager
    def _step(self, name: str) -> Iterator[_Say]:
        say = _Say()
        began = time.monotonic()
        try:
            yield say
        finally:
            seconds = time.monotonic() - began
            self.steps.append(Step(name, seconds, say.sentence))
            if say.sentence:
                log.info("%s (%.1f s)", say.sentence, seconds)


class _Say:
    """Collects the sentence that a step ends with."""

    def __init__(self) -> None:
        self.sentence = ""

    def __call__(self, sentence: str) -> None:
        self.sentence = sentence

"""The last two assets of a night: the audit, and the version that analysts read.

Not here: what is audited (`audit_*` models, `pipelines.audit`), how a version is put in place (`pipelines.publishing`).
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import dagster as dg

from pipelines.components.dbt_runner import build_warehouse
from pipelines.components.night_resource import NIGHT, has_done, night_of, step_of, unchanged
from pipelines.night.results import Verdict
from pipelines.night.steps import Night

AUDIT = dg.AssetKey(["warehouse", "audit"])
VERSION = dg.AssetKey(["warehouse", "published_version"])
GROUP = "warehouse"
HELD = "every_branch_published"
_AUDITS = "audit"  # schema of the audit tables
_BUILT_ASIDE = {"staging", "intermediate", "reference"}  # schemas that stay out of the published file


def publication_assets(models: Sequence[dg.AssetKey]) -> list[dg.AssetsDefinition]:
    """`warehouse/audit` over the `models` that audit, then `warehouse/published_version` of those people read."""
    audited = [key for key in models if key.path[0] == _AUDITS]
    read = [key for key in models if key.path[0] not in _BUILT_ASIDE]

    @dg.asset(
        key=AUDIT,
        deps=audited,
        group_name=GROUP,
        kinds={"great_expectations"},
        required_resource_keys={NIGHT},
        description="The gate: audit tables, plausibility against the last night, and who is held on an earlier one.",
        check_specs=[
            dg.AssetCheckSpec(
                HELD,
                asset=AUDIT,
                blocking=False,
                description="Does the night carry tonight's data of every branch, or is a branch held or failed?",
            )
        ],
    )
    def audit(context: dg.AssetExecutionContext) -> Iterator[Any]:
        night = night_of(context)
        if night.nothing_new_now:
            yield dg.MaterializeResult(asset_key=AUDIT, metadata=unchanged(night), check_results=[_as_before(night)])
            return
        verdict = _audited(night)
        held = dict(verdict.held)
        yield dg.MaterializeResult(
            asset_key=AUDIT,
            metadata={"findings": len(verdict.findings), "held branches": len(held), **_docs(verdict.docs)},
            check_results=[_held(held)],
        )

    @dg.asset(
        key=VERSION,
        deps=[AUDIT, *read],
        group_name=GROUP,
        kinds={"duckdb"},
        required_resource_keys={NIGHT},
        description="The immutable file of this night, and the link `tieout.duckdb` that names it. Open it read-only.",
    )
    def published_version(context: dg.AssetExecutionContext) -> dg.MaterializeResult[Any]:
        night = night_of(context)
        if night.nothing_new_now:
            return dg.MaterializeResult(metadata=unchanged(night))
        if not has_done(night, "audit"):
            _audited(night)
        with step_of(night):
            path = night.publish()
        return dg.MaterializeResult(
            metadata={"file": dg.MetadataValue.path(path), "bytes": path.stat().st_size, "night": night.night_id}
        )

    return [audit, published_version]


def _audited(night: Night) -> Verdict:
    """The audit's verdict; a run that begins here, since an earlier one failed here, builds first."""
    with step_of(night):
        if not has_done(night, "dbt"):
            night.build(build_warehouse)
        verdict = night.audit(build_warehouse)
    if verdict.stopped:
        raise dg.Failure(description=verdict.sentence, allow_retries=False)
    return verdict


def _as_before(night: Night) -> dg.AssetCheckResult:
    return _held({one.branch_id: one.reason for one in night.plan.last.held} if night.plan.last else {})


def _held(held: Mapping[str, str]) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        check_name=HELD,
        passed=not held,
        severity=dg.AssetCheckSeverity.WARN,
        description="\n".join(f"{branch}: {reason}" for branch, reason in sorted(held.items())) or None,
    )


def _docs(path: Any) -> dict[str, Any]:
    return {} if path is None else {"Data Docs": dg.MetadataValue.path(path)}

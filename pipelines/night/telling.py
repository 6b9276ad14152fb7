"""Handing an ended night over to those who tell people of it. Nothing that goes wrong there changes the night.

Not here: what is told, to whom and how (`pipelines.notices`).
"""

from __future__ import annotations

import logging
from collections.abc import Mapping

from pipelines.night.plan import Plan
from pipelines.night.records import HeldBranch
from pipelines.night.site import Site
from pipelines.notices.announcing import Ended, announce
from pipelines.notices.problems import Shown

log = logging.getLogger("tieout")


def tell(site: Site, plan: Plan, ended: Ended) -> None:
    """Write receipts, write and send messages; an error is logged, and the next night tells what was left."""
    if plan.nothing_new and not site.workspace.notices.somebody_hears:
        return
    try:
        sent, failed = announce(site.workspace, site.lake, site.events, ended)
    except Exception as error:
        log.debug("Telling of night %s failed.", ended.night_id, exc_info=True)
        log.warning("People were not told of night %s: %s: %s", ended.night_id, type(error).__name__, error)
        return
    if sent or failed:
        log.info("%d messages sent, %d not sent; the next night, or `tieout notify`, tries them again.", sent, failed)


def shown(
    plan: Plan, night_id: str, held: Mapping[str, HeldBranch], failed: Mapping[str, str], *, built: bool
) -> list[Shown]:
    """The branches that show an earlier night. A night that built nothing shows them as the one before it did."""
    before = {one.branch_id: one for one in plan.last.held} if plan.last and not built else {}
    now = {**before, **held}
    return [
        *(Shown(one.branch_id, one.status, one.reason, one.since_night) for one in now.values()),
        *(Shown(branch, "failed", why, night_id) for branch, why in failed.items() if branch not in now),
    ]

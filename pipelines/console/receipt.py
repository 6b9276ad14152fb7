"""`tieout receipt`: what became of everything that a branch delivered in a night, in the branch's language.

Written anew from the lake each time. Not here: composing it (`pipelines.notices`).
"""

from __future__ import annotations

from datetime import date

from pipelines.console.terminal import harmless, out
from pipelines.contracts.loading import load_contracts
from pipelines.errors import TieoutError
from pipelines.lake.events import Event, EventLog
from pipelines.lake.places import Lake
from pipelines.night.plan import load_each_branch
from pipelines.notices.arrived import Arrived, receipts_named
from pipelines.notices.branch_receipt import as_text, receipt_for
from pipelines.notices.outbox import MADE
from pipelines.settings import Workspace


def print_receipt(branch: str, night: str | None) -> None:
    """Print the receipt of a night, else of the last one in which the branch delivered. `TieoutError` if none did."""
    workspace = Workspace.load()
    lake = Lake.of(workspace)
    branches, broken = load_each_branch(workspace, load_contracts(workspace.contracts_dir))
    if branch not in branches:
        known = ", ".join(sorted(branches)) or "none"
        raise TieoutError(broken.get(branch) or f"There is no branch {branch!r}; expected one of {known}.")
    nights = [event for event in EventLog(lake.events).read(MADE) if _delivered(event, branch)]
    found = [event for event in nights if night in (None, event.data["night_id"])]
    if not found:
        known = ", ".join(str(event.data["night_id"]) for event in nights[-10:]) or "no night yet"
        raise TieoutError(f"{branch} delivered nothing in night {night or '-'}; it delivered in {known}.")
    said = found[-1].data
    arrived = Arrived(
        receipts=receipts_named(lake, said["receipts"].get(branch, [])), repeated=said["repeated"].get(branch, [])
    )
    receipt = receipt_for(lake, branches[branch], arrived, said["night_id"], date.fromisoformat(said["night_date"]))
    out().print(harmless(as_text(receipt)), end="", soft_wrap=True)


def _delivered(event: Event, branch: str) -> bool:
    return bool(event.data["receipts"].get(branch) or event.data["repeated"].get(branch))

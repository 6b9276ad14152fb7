"""The simulated group, from its members to the last file: the only place that puts the parts together.

Not here: what happens, how it is booked, how it is written, which system sends what (senders).
"""

from __future__ import annotations

import shutil
from collections.abc import Collection
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

from pipelines.errors import TieoutError
from pipelines.simulation.calendar import FIRST_DAY, Month, first_months
from pipelines.simulation.defects import Defect, Plan
from pipelines.simulation.events import Group
from pipelines.simulation.group_truth import write_group_truth
from pipelines.simulation.members import MOST_BRANCHES, SAMPLE, members
from pipelines.simulation.operations.truth import OperationsTruth
from pipelines.simulation.planted import defects_of
from pipelines.simulation.profile import Profile
from pipelines.simulation.rates import walk
from pipelines.simulation.rows import Delivery
from pipelines.simulation.sameness import write_sameness
from pipelines.simulation.senders import Sending, send
from pipelines.simulation.shared import share
from pipelines.simulation.shared_products import share_products
from pipelines.simulation.truth import Truth
from pipelines.simulation.world import build_branch
from pipelines.simulation.writers import reference
from pipelines.simulation.writers.office_lists import write_office_lists

SCALES = {"small": 1, "medium": 20, "large": 300, "huge": 5000}  # times the smallest volume
SEED = 2026
MOST_MONTHS = 24
_FEW_MONTHS = 6
BOUGHT, BOUGHT_LATER = date(2026, 2, 1), date(2026, 7, 1)  # France: within a few months, or in the middle of a year


def simulate(  # noqa: PLR0913 - all of them named
    out: Path,
    *,
    scale: str | int = "small",
    months: int = 3,
    seed: int = SEED,
    defects: bool | Collection[Defect] = True,
    only: Collection[str] = (),
    branches: int = SAMPLE,
) -> Truth:
    """Write `out/deliveries/<branch>/…` and `out/truth/*.csv`, of all branches or those in `only`, and the office.

    `scale` is a word of `SCALES` or how many times the smallest volume (which has about 2,500 ledger lines a month).
    `defects`: all that are planned with the mistakes of whole files, none, or these alone, each in its own branch. The
    same arguments write the same bytes. Raises `TieoutError` for what cannot be simulated.
    """
    volume = _volume(scale)
    if not 1 <= months <= MOST_MONTHS:
        raise TieoutError(f"months is {months}; expected 1 to {MOST_MONTHS}, for which there are exchange rates.")
    if not 1 <= branches <= MOST_BRANCHES:
        raise TieoutError(f"branches is {branches}; expected 1 to {MOST_BRANCHES}.")
    profiles = members(branches)
    if unknown := sorted(set(only) - set(profiles)):
        raise TieoutError(f"there is no branch {', '.join(unknown)}; expected some of {', '.join(profiles)}.")
    built = {branch: build_branch(profile, seed, volume, profiles) for branch, profile in profiles.items()}
    built, parties = share(built, seed)
    built, products = share_products(built)
    group = Group(built, walk(seed), BOUGHT_LATER if months > _FEW_MONTHS else BOUGHT)
    truth = Truth()
    reported = first_months(months)
    deliveries = out / "deliveries"
    plans = {sender: Plan(_planned(sender, defects)) for sender in (*profiles, reference.OFFICE)}
    _group_office(deliveries / reference.OFFICE, group, reported, truth, plans[reference.OFFICE])
    with closing(OperationsTruth(out / "truth", reported[-1].last)) as operations:
        sending = Sending(deliveries, group, reported, truth, operations, mistaken=defects is True)
        for name, branch in group.branches.items():
            if not only or name in only:
                send(sending, branch, plans[name])
    truth.write(out / "truth")
    write_sameness(out / "truth", parties, products)
    if not only:  # a group without some of its branches has no statements
        write_group_truth(out / "truth", group, truth.collected, reported)
    return truth


def _planned(sender: str, defects: bool | Collection[Defect]) -> list[Defect]:
    if isinstance(defects, bool):
        return defects_of(sender) if defects else []
    return [defect for defect in defects if defect.branch == sender]


def _volume(scale: str | int) -> int:
    if isinstance(scale, str) and scale in SCALES:
        return SCALES[scale]
    try:
        volume = int(scale)
    except ValueError:
        volume = 0
    if volume < 1:
        raise TieoutError(f"scale is {scale!r}; expected {', '.join(SCALES)} or a whole number from 1.")
    return volume


def _group_office(folder: Path, group: Group, reported: list[Month], truth: Truth, plan: Plan) -> None:
    """Branches and calendars once and then every month again, whether anything changed or not; rates by month."""
    profiles = [branch.profile for branch in group.branches.values()]
    any_branch = next(iter(group.branches.values()))  # the office books nothing, so any will do
    first = Delivery(folder, any_branch, reported[0], FIRST_DAY, truth, Plan())
    masters = (reference.write_branches(first, profiles), _calendar(first, profiles, reported[-1].last))
    for name in masters:
        truth.file(reference.OFFICE, name, first.sent)
    before = replace(first, month=Month(FIRST_DAY.year - 1, 12))  # the rates that the first month opens with
    truth.file(reference.OFFICE, reference.write_rates(before, group.rates, profiles), before.sent)
    said: dict[str, bytes] = {}  # a list without its day -> its bytes when it was sent last
    for name in write_office_lists(before, group, reported):
        _sent_again_or_new(before, name, said)
    for month in reported:
        rates = replace(first, month=month, sent=month.next.first, plan=plan)
        truth.file(reference.OFFICE, reference.write_rates(rates, group.rates, profiles), rates.sent)
        lists = replace(first, month=month, sent=month.last)
        for name in write_office_lists(lists, group, reported):
            _sent_again_or_new(lists, name, said)
        for name in masters:
            again = name.replace(first.stamp, f"{month.last:%Y%m%d}")
            shutil.copyfile(folder / name, folder / again)
            truth.file(reference.OFFICE, again, month.last, "repeated", "unchanged")


def _sent_again_or_new(delivery: Delivery, name: str, said: dict[str, bytes]) -> None:
    """Say what becomes of a list that comes whole every month: where nothing has changed, it says nothing new."""
    content, kind = (delivery.folder / name).read_bytes(), name.replace(delivery.stamp, "")
    if said.get(kind) == content:
        delivery.truth.file(reference.OFFICE, name, delivery.sent, "repeated", "unchanged")
        delivery.truth.forget(reference.OFFICE, name)
    else:
        delivery.truth.file(reference.OFFICE, name, delivery.sent)
    said[kind] = content


def _calendar(delivery: Delivery, profiles: list[Profile], last: date) -> str:
    """A year's end is known before it: the year in which the last month's files are sent is in the calendar."""
    return reference.write_calendar(delivery, profiles, max(last, date(FIRST_DAY.year, 12, 31)))

"""Which branches a group of so many has: the six that are told apart, and clones of them. Not here: what they do."""

from __future__ import annotations

from dataclasses import replace

from pipelines.simulation.profile import Profile
from pipelines.simulation.world import BRANCH_IDS, PROFILES

SAMPLE = 6  # the branches of the committed sample
MOST_BRANCHES = 99
# A clone keeps the system and the chart of its original and has its own name, place and money. Currencies are worth
# roughly as much as the original's, so that the amounts stay sensible.
_PLACES = {
    "germany": (("AT", "EUR"), ("CH", "CHF"), ("SG", "SGD"), ("AU", "AUD")),
    "norway": (("SE", "SEK"), ("DK", "DKK"), ("MX", "MXN"), ("CZ", "CZK")),
    "united_states": (("CA", "CAD"), ("AU", "AUD"), ("SG", "SGD"), ("US", "USD")),
    "france": (("BE", "EUR"), ("LU", "EUR"), ("CH", "CHF"), ("CA", "CAD")),
    "china": (("BR", "BRL"), ("PL", "PLN"), ("DK", "DKK"), ("SE", "SEK")),
    "united_kingdom": (("IE", "EUR"), ("AU", "AUD"), ("GB", "GBP"), ("CA", "CAD")),
}


def members(count: int) -> dict[str, Profile]:
    """The first so many branches by id: the six, then clones in turn (`germany_02`, `norway_02`, …)."""
    found: dict[str, Profile] = {}
    for at in range(count):
        original = PROFILES[BRANCH_IDS[at % len(BRANCH_IDS)]]
        nth = at // len(BRANCH_IDS) + 1
        profile = original if nth == 1 else _clone(original, nth)
        found[profile.branch_id] = profile
    return found


def _clone(original: Profile, nth: int) -> Profile:
    places = _PLACES[original.branch_id]
    country, currency = places[(nth - 2) % len(places)]
    return replace(
        original,
        branch_id=f"{original.branch_id}_{nth:02d}",
        name=f"{original.name} {nth}",
        country=country,
        currency=currency,
        registration_id=f"{original.registration_id[:-2]}{nth:02d}",
        tax_id=f"{original.tax_id[:-2]}{nth:02d}",
        cloned_from=original.branch_id,
    )

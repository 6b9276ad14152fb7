"""How right golden records are, by pairs, on groups whose truth the simulator knows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations

import pytest
from scoring import scores

from pipelines.conformance.golden.clusters import cluster
from pipelines.conformance.golden.likeness import alike_pairs
from pipelines.conformance.golden.pairs import certain_pairs
from pipelines.conformance.golden.records import Kind, Record, RecordKey
from pipelines.simulation.costing import gtin, tariff_number
from pipelines.simulation.members import members
from pipelines.simulation.shared import share
from pipelines.simulation.shared_products import share_products
from pipelines.simulation.world import Branch, build_branch

SEED = 2026
# Branches, times the smallest volume: the sample, and a group with twice the branches and longer lists.
GROUPS = [(6, 1), (12, 4)]
# What the lists of each system call a piece.
PIECES = {
    "germany": "Stk",
    "norway": "stk",
    "united_states": "EA",
    "france": "U",
    "china": "件",
    "united_kingdom": "each",
}


def group(branches: int, volume: int) -> dict[str, Branch]:
    profiles = members(branches)
    return {name: build_branch(profile, SEED, volume, profiles) for name, profile in profiles.items()}


def pairs_of(groups: Iterable[Sequence[RecordKey]]) -> set[frozenset[RecordKey]]:
    return {frozenset(pair) for one in groups for pair in combinations(one, 2)}


def found_among(records: list[Record], kind: Kind) -> set[frozenset[RecordKey]]:
    pairs = [*certain_pairs(records), *alike_pairs(records, kind)]
    return pairs_of(cluster(records, pairs).members)


@pytest.mark.parametrize(("branches", "volume"), GROUPS)
def test_parties_of_simulated_groups_are_found_and_not_confused(branches: int, volume: int) -> None:
    shared, truth = share(group(branches, volume), SEED)
    records = [
        Record(
            RecordKey(branch.id, one.kind, one.code),
            one.name,
            one.country,
            one.tax_id,
            bank_account=one.bank_account,
            postal_code=one.postal_code,
            city=one.city,
            street=one.street,
        )
        for branch in shared.values()
        for one in (*branch.all_customers, *branch.all_suppliers)
    ]
    groups: defaultdict[str, list[RecordKey]] = defaultdict(list)
    for one in truth:
        groups[one.true_party].append(RecordKey(one.branch_id, one.role, one.code))
    true = pairs_of(groups.values())
    assert len(truth) == len(records)
    assert len(true) > 100
    precision, recall = scores(found_among(records, "party"), true)
    assert precision >= 0.99
    assert recall >= 0.95


@pytest.mark.parametrize(("branches", "volume"), GROUPS)
def test_products_of_simulated_groups_are_found_and_not_confused(branches: int, volume: int) -> None:
    shared, truth = share_products(group(branches, volume))
    records = [
        Record(
            RecordKey(branch.id, "product", one.code),
            one.name,
            unit_code=PIECES[branch.system],
            gtin=gtin(branch, one),
            commodity_code=tariff_number(one),
        )
        for branch in shared.values()
        for one in branch.products
    ]
    groups: defaultdict[str, list[RecordKey]] = defaultdict(list)
    for one in truth:
        groups[one.true_product].append(RecordKey(one.branch_id, "product", one.code))
    true = pairs_of(groups.values())
    assert len(true) > 40
    precision, recall = scores(found_among(records, "product"), true)
    assert precision >= 0.99
    assert recall >= 0.95


def test_companies_that_are_hard_to_tell_apart_are_in_the_group() -> None:
    """Four true companies by pairs of nearly one name in one town, and two shops of one chain with one tax id."""
    shared, truth = share(group(6, 1), SEED)
    listed = {one.true_party for one in truth}
    assert {"Hartwig Technik GmbH", "Hartwig Technik AG", "Marlowe Trade Supplies Ltd"} <= listed
    germany = {one.code: one for one in shared["germany"].customers}
    chain = [germany[one.code] for one in truth if one.true_party == "germany customer chain"]
    assert len(chain) == 2
    assert len({one.tax_id for one in chain}) == 1

"""Precision and recall of pairs. Not here: what is true, and finding pairs."""

from __future__ import annotations

from collections.abc import Hashable, Iterable


def scores(
    found_pairs: Iterable[frozenset[Hashable]], true_pairs: Iterable[frozenset[Hashable]]
) -> tuple[float, float]:
    """Precision and recall from 0 to 1, of pairs as frozensets of two keys; 1 where there is nothing to be wrong in."""
    found, true = set(found_pairs), set(true_pairs)
    both = len(found & true)
    return (both / len(found) if found else 1.0, both / len(true) if true else 1.0)

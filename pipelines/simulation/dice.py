"""Chance that repeats: every stream of chance is named, and the same name rolls the same on every machine.

Only `random.Random.random()` is used, whose sequence Python promises to keep. Not here: what is decided by the rolls.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """One named stream of chance."""

    def __init__(self, *name: object) -> None:
        self._roll = random.Random("/".join(str(part) for part in name)).random

    def below(self, limit: int) -> int:
        """A whole number from 0 to limit - 1."""
        return int(self._roll() * limit)

    def between(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return low + int(self._roll() * (high - low + 1))

    def pick(self, choices: Sequence[T]) -> T:
        return choices[int(self._roll() * len(choices))]

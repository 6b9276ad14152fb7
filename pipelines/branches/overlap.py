"""Whether two file patterns could match one name, and how far one matches: they are walked as automata.

Not here: matching real paths (config).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from re import _constants as ops  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

_TYPICAL = "aZ09_-./ ø\u4e00"  # stands for characters that neither pattern names
_MOST_REPEATS = 64  # beyond this a bounded repeat is walked as unbounded: at worst an overlap too many is seen

Test = Callable[[str], bool]


@dataclass
class _Automaton:
    """States are numbers; a step goes on a character, a jump on nothing."""

    steps: list[list[tuple[Test, int]]] = field(default_factory=list)
    jumps: list[list[int]] = field(default_factory=list)
    named: set[str] = field(default_factory=set)

    def state(self) -> int:
        self.steps.append([])
        self.jumps.append([])
        return len(self.steps) - 1

    def closure(self, states: Iterable[int]) -> frozenset[int]:
        seen, todo = set(states), list(states)
        while todo:
            for state in self.jumps[todo.pop()]:
                if state not in seen:
                    seen.add(state)
                    todo.append(state)
        return frozenset(seen)

    def after(self, states: frozenset[int], char: str) -> frozenset[int]:
        return self.closure({to for state in states for test, to in self.steps[state] if test(char)})


@lru_cache(maxsize=4096)  # branches of one system have the same patterns, and a night reads all their folders
def common_name(one: str, other: str) -> str | None:
    """A name that both patterns match in whole; None where there is none, or where a pattern looks around or back."""
    try:
        (left, left_end), (right, right_end) = _automaton(one), _automaton(other)
    except NotImplementedError:
        return None
    alphabet = sorted(left.named | right.named | set(_TYPICAL))
    start = (left.closure({0}), right.closure({0}))
    seen, todo = {start}, [(start, "")]
    while todo:
        (at_left, at_right), name = todo.pop(0)
        if left_end in at_left and right_end in at_right and name:
            return name
        for char in alphabet:
            to_left = left.after(at_left, char)
            if not to_left:
                continue
            pair = (to_left, right.after(at_right, char))
            if pair[1] and pair not in seen:
                seen.add(pair)
                todo.append((pair, name + char))
    return None


def matching_start(pattern: str, name: str) -> str | None:
    """The longest beginning of `name` with which a name that `pattern` matches could begin; None as above."""
    try:
        automaton, _ = _automaton(pattern)
    except NotImplementedError:
        return None
    states = automaton.closure({0})
    for at, char in enumerate(name):
        states = automaton.after(states, char)
        if not states:
            return name[:at]
    return name


def _automaton(pattern: str) -> tuple[_Automaton, int]:
    automaton = _Automaton()
    parsed = parser.parse(pattern)
    start = automaton.state()
    ignore_case = bool(parsed.state.flags & re.IGNORECASE)
    return automaton, _sequence(automaton, start, parsed, ignore_case)


def _sequence(automaton: _Automaton, at: int, items: Any, ignore_case: bool) -> int:
    for op, said in items:
        at = _item(automaton, at, op, said, ignore_case)
    return at


def _item(automaton: _Automaton, at: int, op: Any, said: Any, ignore_case: bool) -> int:
    if op is ops.AT:
        return at
    if op in (ops.LITERAL, ops.NOT_LITERAL, ops.ANY, ops.IN):
        to = automaton.state()
        automaton.steps[at].append((_test(automaton, op, said, ignore_case), to))
        return to
    if op is ops.SUBPATTERN:
        return _sequence(automaton, at, said[-1], ignore_case or bool(said[1] & re.IGNORECASE))
    if op is ops.BRANCH:
        end = automaton.state()
        for branch in said[1]:
            automaton.jumps[_sequence(automaton, at, branch, ignore_case)].append(end)
        return end
    if op in (ops.MAX_REPEAT, ops.MIN_REPEAT):
        return _repeat(automaton, at, said, ignore_case)
    raise NotImplementedError(str(op))


def _repeat(automaton: _Automaton, at: int, said: Any, ignore_case: bool) -> int:
    least, most, items = said
    for _ in range(min(least, _MOST_REPEATS)):
        at = _sequence(automaton, at, items, ignore_case)
    end = automaton.state()
    automaton.jumps[at].append(end)
    if most is ops.MAXREPEAT or most > _MOST_REPEATS:
        again = _sequence(automaton, end, items, ignore_case)
        automaton.jumps[again].append(end)
        return end
    for _ in range(most - least):
        at = _sequence(automaton, at, items, ignore_case)
        automaton.jumps[at].append(end)
    return end


def _test(automaton: _Automaton, op: Any, said: Any, ignore_case: bool) -> Test:
    if op is ops.ANY:
        return lambda char: char != "\n"
    if op in (ops.LITERAL, ops.NOT_LITERAL):
        automaton.named |= {chr(said)}
        wanted = {chr(said), chr(said).swapcase()} if ignore_case else {chr(said)}
        return (lambda char: char in wanted) if op is ops.LITERAL else (lambda char: char not in wanted)
    negated = any(kind is ops.NEGATE for kind, _ in said)
    tests = [_member(automaton, kind, value) for kind, value in said if kind is not ops.NEGATE]

    def inside(char: str) -> bool:
        forms = (char, char.swapcase()) if ignore_case else (char,)
        return any(test(form) for test in tests for form in forms) is not negated

    return inside


def _member(automaton: _Automaton, kind: Any, value: Any) -> Test:
    if kind is ops.LITERAL:
        automaton.named.add(chr(value))
        return lambda char: char == chr(value)
    if kind is ops.RANGE:
        low, high = map(chr, value)
        automaton.named |= {low, high}
        return lambda char: low <= char <= high
    if kind is ops.CATEGORY:
        sign = {
            "DIGIT": r"\d",
            "NOT_DIGIT": r"\D",
            "WORD": r"\w",
            "NOT_WORD": r"\W",
            "SPACE": r"\s",
            "NOT_SPACE": r"\S",
        }
        category = re.compile(sign[str(value).removeprefix("CATEGORY_")])
        return lambda char: category.match(char) is not None
    raise NotImplementedError(str(kind))

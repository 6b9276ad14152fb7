"""What a contract or a branch may say about drift: which kinds there are, and which of two policies is the stricter.

Not here: recognising drift (pipelines.drift), and carrying a policy out (intake).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields

from pipelines.contracts.expressions import nearest
from pipelines.contracts.model import DRIFT_ACTIONS, KEPT_DRIFT, DriftPolicy

DRIFT_KINDS = tuple(field.name for field in fields(DriftPolicy))


def drift_mistakes(said: object) -> Iterator[str]:
    """Sentences on all that is wrong with a map of kinds of drift to actions."""
    if not isinstance(said, Mapping):
        yield f"drift is {said!r}; expected kinds of drift with accept, keep or refuse. Correct it."
        return
    for kind, action in said.items():
        if kind not in DRIFT_KINDS:
            known = ", ".join(DRIFT_KINDS)
            yield f"drift: unknown kind {kind!r}; expected one of {known}. Correct it.{nearest(str(kind), DRIFT_KINDS)}"
        elif action not in DRIFT_ACTIONS:
            yield f"drift: {kind} is {action!r}; expected one of {', '.join(DRIFT_ACTIONS)}. Correct it."
        elif action == "keep" and kind not in KEPT_DRIFT:
            yield f"drift: {kind} is 'keep', but only {' and '.join(KEPT_DRIFT)} bring something to keep. Say accept."


def looser_drift(new: DriftPolicy, old: DriftPolicy) -> Iterator[str]:
    """Sentences on every kind of drift for which `new` is more lenient than `old`."""
    for kind in DRIFT_KINDS:
        before, after = old.action(kind), new.action(kind)
        if DRIFT_ACTIONS.index(after) < DRIFT_ACTIONS.index(before):
            yield f"drift: {kind} is {after!r}, which is more lenient than {before!r}. Leave it."

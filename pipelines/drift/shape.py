"""The shape of a delivered table: what was found of it apart from its records. It is kept on the receipt.

It holds no value of any record. Not here: finding a shape (observing), comparing two (comparing).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

EMPTY, INTEGER, NUMBER, DATE, BOOLEAN, TEXT, MIXED = "empty", "integer", "number", "date", "boolean", "text", "mixed"


@dataclass(frozen=True)
class Shape:
    """What a table looks like.

    `columns`: headers in order. `delimiter`, `encoding`: empty where the format has none, or nothing shows it. `kinds`:
    header → what its texts look like (a bounded sample). `decimal_mark` and `dates` (digits as 9: `99.99.9999`): as
    seen. `kept`: columns that nothing maps and whose text lies beside the delivery. `undeclared`: paths of JSON or XML
    that hold something and that the layout does not read.
    """

    columns: tuple[str, ...]
    delimiter: str = ""
    encoding: str = ""
    kinds: Mapping[str, str] = field(default_factory=dict)
    decimal_mark: str = ""
    dates: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    undeclared: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """As a receipt holds it."""
        return {
            "columns": list(self.columns),
            "delimiter": self.delimiter,
            "encoding": self.encoding,
            "kinds": dict(self.kinds),
            "decimal_mark": self.decimal_mark,
            "dates": list(self.dates),
            "kept": list(self.kept),
            "undeclared": list(self.undeclared),
        }

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> Shape:
        """The shape that a receipt holds."""
        return cls(
            columns=tuple(said["columns"]),
            delimiter=said["delimiter"],
            encoding=said["encoding"],
            kinds=said["kinds"],
            decimal_mark=said["decimal_mark"],
            dates=tuple(said["dates"]),
            kept=tuple(said["kept"]),
            undeclared=tuple(said["undeclared"]),
        )


@dataclass(frozen=True)
class Drift:
    """One difference: `kind` as the contract's policy names it, `where` (a header, or the field that it fills), `old`
    and `new` side by side, the policy's `action`, a sentence, and a change of the branch's YAML (empty: none needed).
    """

    kind: str
    where: str
    old: str
    new: str
    action: str
    sentence: str
    proposal: str = ""

    @property
    def rule(self) -> str:
        """The rule under which it is filed as a finding."""
        return f"drift_{self.kind}"

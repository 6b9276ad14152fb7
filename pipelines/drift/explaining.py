"""Why a file could not be read, where drift is the likely reason: a column under another name, another delimiter or
encoding. What it finds is added to the sentence that refuses the file.

Not here: refusing it, and trying other layouts on it (intake).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from pipelines.contracts.model import Kind
from pipelines.drift import proposing
from pipelines.drift.comparing import Terms
from pipelines.drift.likeness import renamed
from pipelines.drift.shape import BOOLEAN, DATE, EMPTY, INTEGER, NUMBER, Drift, Shape
from pipelines.drift.uses import Use, alike, header_of

REFUSE = "refuse"  # a file that cannot be read is refused, whatever the policy says
# What the texts of a column are expected to look like where no earlier delivery shows it.
_EXPECTED = {
    Kind.DECIMAL: NUMBER,
    Kind.INTEGER: INTEGER,
    Kind.DATE: DATE,
    Kind.TIMESTAMP: DATE,
    Kind.BOOLEAN: BOOLEAN,
}


def missing(columns: tuple[str, ...], terms: Terms) -> list[Use]:
    """The uses whose columns the table has to have and lacks, each name once."""
    found: dict[tuple[str, ...], Use] = {}
    for use in terms.uses:
        if not use.optional and header_of(use.names, columns) is None:
            found.setdefault(use.names, use)
    return list(found.values())


def explain_missing(old: Shape | None, new: Shape, kinds: Mapping[str, str], terms: Terms) -> list[Drift]:
    """For each column that is missing, the header that most likely took its place, if there is one.

    `kinds`: what the texts of the headers that nobody mapped look like.
    """
    lost = missing(new.columns, terms)
    before = old.columns if old is not None else ()
    names = [(use, header_of(use.names, before) or use.names[0]) for use in lost]
    strange = [one for one in new.columns if not terms.wants(one) and (old is None or one not in before)]
    known = old.kinds if old is not None else {}
    # A text field may hold digits only: where no earlier delivery shows it, its kind speaks for nothing.
    expected = {name: known.get(name, EMPTY if use.kind is Kind.STRING else _EXPECTED[use.kind]) for use, name in names}
    past = Shape(before, kinds=expected)
    pairs = renamed([name for _, name in names], strange, past, replace(new, kinds={**new.kinds, **kinds}))
    by_name = {alike(name): use for use, name in names}
    found = []
    for pair in pairs:
        use = by_name[alike(pair.old)]
        why = f" ({', '.join(pair.why)})" if pair.why else ""
        sentence = f"{pair.old!r}, from which {use.field} is read, most likely is {pair.new!r} now{why}."
        proposal = proposing.column_renamed(terms.place, terms.mapping, use, pair.new)
        found.append(Drift("column_renamed", pair.old, pair.old, pair.new, REFUSE, sentence, proposal))
    gone = {one.old for one in found}
    for use, name in names:
        if name not in gone:
            sentence = f"Nothing looks like {name!r}, from which {use.field} is read. Ask the branch where it went."
            found.append(Drift("column_removed", name, name, "", REFUSE, sentence))
    return found


def cut_otherwise(old: Mapping[str, str], new: Mapping[str, str], terms: Terms) -> Iterator[Drift]:
    """A file that can be read with other words in its layout. `old`, `new`: delimiter and encoding."""
    for key in ("delimiter", "encoding"):
        if old[key] == new[key]:
            continue
        sentence = (
            f"With {key} {new[key]!r} instead of {old[key]!r} it can be read, and has every column that the mapping"
            " needs."
        )
        proposal = proposing.layout_changed(terms.place, {key: new[key]})
        yield Drift(f"{key}_changed", key, old[key], new[key], REFUSE, sentence, proposal)

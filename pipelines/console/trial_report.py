"""The words and tables of a dry run: what was read, mapped, refused and why, and what going live would do.

Not here: doing it (dry_run).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from pipelines.branches.config import BranchConfig, FileConfig
from pipelines.console.account_cover import uncovered_accounts
from pipelines.console.dry_run import Reason, Trial, TriedDataset, TriedFile, TriedTable
from pipelines.console.mapped import Mapped, MappedField
from pipelines.console.terminal import NOTHING, count, harmless, money
from pipelines.lake.events import EventLog
from pipelines.lake.manifests import read_manifest
from pipelines.lake.places import Lake
from pipelines.lake.receipts import ACCEPTED, OUT_OF_SCOPE, Receipt, Unused
from pipelines.lake.received import received_files
from pipelines.settings import Workspace
from pipelines.sources.layout import DelimitedLayout
from pipelines.validation.advice import advice_for

_WORDS = {"\t": "tab", ";": "';'", ",": "','", "|": "'|'"}
_NAMED = 12


def all_accepted(trial: Trial) -> bool:
    """Whether every file has its pattern and none of its rows would be refused."""
    return bool(trial.files) and all(
        one.config is not None and all(_clean(dataset.receipt) for dataset in one.datasets) for one in trial.files
    )


def _clean(receipt: Receipt) -> bool:
    return receipt.status == "accepted" and receipt.rows.quarantined == 0


def report(trial: Trial, branch: BranchConfig, workspace: Workspace) -> Iterator[RenderableType]:
    """The dry run from top to bottom; a text is one line or several, to be wrapped softly."""
    for ignored in trial.ignored:
        yield f"{harmless(ignored.path)} would be left alone: {ignored.why}."
    for name in trial.beside:
        yield f"Looked up in {harmless(name)}."
    for one in trial.files:
        yield from _file(one, workspace)
    yield ""
    yield from _closing(trial, branch, workspace)


def _file(tried: TriedFile, workspace: Workspace) -> Iterator[RenderableType]:
    if tried.config is not None:
        said = f"{harmless(tried.file.path)}: files.{tried.config.name}, pattern '{tried.config.pattern}'"
        yield Text(said, style="bold")
        for table in tried.tables:
            yield f"  {_how_read(table, tried.config)}"
    for dataset in tried.datasets:
        yield ""
        yield from _dataset(dataset, workspace)
    for table in tried.tables:
        if table.unused:
            where = f" of {table.sheet}" if table.sheet else ""
            named = ", ".join(table.unused[:_NAMED]) + (", …" if len(table.unused) > _NAMED else "")
            yield f"\nColumns{where} that nothing uses: {harmless(named)}."


def _how_read(table: TriedTable, config: FileConfig) -> str:
    layout = config.layout
    said = [layout.kind + (f" {table.sheet!r}" if table.sheet else "")]
    if table.encoding:
        said.append(f"encoding {table.encoding} ({table.evidence})")
    if isinstance(layout, DelimitedLayout):
        signs = (layout.delimiter, *layout.other_delimiters)
        said.append(f"delimiter {' or '.join(_WORDS.get(sign, repr(sign)) for sign in signs)}")
    if table.header_row is not None:
        said.append(f"header in row {table.header_row}")
    said.append(f"{len(table.columns)} columns, {count(table.rows_read)} rows")
    if table.unreadable:
        said.append(f"{count(table.unreadable)} of them unreadable")
    return harmless(", ".join(said)) + "."


def _dataset(tried: TriedDataset, workspace: Workspace) -> Iterator[RenderableType]:
    receipt, dataset = tried.receipt, tried.config.dataset
    yield Text(f"{dataset}, delivery of {receipt.delivery_date}", style="bold")
    if tried.mapped is not None:
        yield _fields(tried.mapped)
        yield from _empty(tried.mapped)
        yield ""
    yield _counts(receipt)
    yield from _left_out(receipt.unused)
    yield from _sums(receipt)
    for control in receipt.controls:
        verdict = "agrees" if control.agrees else f"differs: the rows come to {control.computed}"
        yield harmless(f"The file declares {control.name} {control.declared}: {verdict}.")
    if receipt.status == "refused":
        yield Text(harmless(f"Refused whole: {receipt.refused_reason}"), style="red")
    for reason in tried.reasons:
        yield from _reason(reason)
    if tried.mapped is not None and tried.mapped.accounts:
        missing = uncovered_accounts(workspace.seeds_dir, receipt.branch_id, tried.mapped.accounts)
        if missing:
            named = ", ".join(missing[:_NAMED]) + (f" and {len(missing) - _NAMED} more" * (len(missing) > _NAMED))
            yield f"Not in account_map.csv, so shown as unmapped in the group's statements: {harmless(named)}."


def _fields(said: Mapped) -> Table:
    table = Table(show_edge=False, pad_edge=False, header_style="bold")
    table.add_column("column in the file", overflow="fold", ratio=1)
    table.add_column("contract field", no_wrap=True)
    table.add_column("as sent", no_wrap=True, overflow="ellipsis", ratio=1)
    table.add_column("taken as", no_wrap=True, overflow="ellipsis", ratio=1)
    for field in said.fields:
        table.add_row(Text(harmless(field.origin.words)), Text(field.name + "*" * field.required), *_stacked(field))
    return table


def _stacked(field: MappedField) -> tuple[Text, Text]:
    """The samples one below the other, what was sent on the line of what was taken."""
    sent = [one_line(sent) for sent, _ in field.samples]
    taken = [one_line(value) or NOTHING for _, value in field.samples]
    return Text("\n".join(sent)), Text("\n".join(taken))


def one_line(text: str) -> str:
    return harmless(text.replace("\n", " ").replace("\t", " "))


def _empty(said: Mapped) -> Iterator[str]:
    """What the contract asks for or offers, and no row has. `*` marks what is required."""
    yield "* is required."
    never = [field for field in said.fields if field.filled == 0 and said.rows]
    needed = [field.name for field in never if field.required]
    others = [field.name for field in never if not field.required]
    if needed:
        yield f"Required, and empty in every row: {', '.join(needed)}."
    if others:
        yield f"Mapped, and empty in every row: {', '.join(others)}."
    if said.unmapped:
        yield f"Not mapped, not required: {', '.join(said.unmapped)}."


def _counts(receipt: Receipt) -> str:
    rows = receipt.rows
    parts = [f"{count(rows.accepted)} accepted"]
    for number, word in (
        (rows.quarantined, "refused"),
        (rows.duplicate, "duplicate"),
        (rows.out_of_scope, "out of scope"),
        (rows.non_data, "without a record"),
    ):
        if number:
            parts.append(f"{count(number)} {word}")
    split = receipt.total(ACCEPTED).rows
    became = f"; accepted are {count(split)} records" if split > rows.accepted else ""
    return f"{count(rows.read)} rows read: {', '.join(parts)}{became}."


def _left_out(unused: tuple[Unused, ...]) -> Iterator[str]:
    kinds = Counter[str]()
    first: dict[str, Unused] = {}
    for one in unused:
        kinds[one.kind] += one.count
        first.setdefault(one.kind, one)
    for kind, number in kinds.items():
        one = first[kind]
        word = "out of scope" if kind == OUT_OF_SCOPE else kind
        text = one_line(one.text)
        yield f"  {count(number)} {word}, first in row {one.row}: {text[:60]}{'…' * (len(text) > 60)}"


def _sums(receipt: Receipt) -> Iterator[str]:
    sums = receipt.total(ACCEPTED).sums
    if sums:
        said = [f"{measure} {money(amount)} {currency}" for (measure, currency), amount in sorted(sums.items())]
        yield f"Accepted in all: {'; '.join(said)}."


def _reason(reason: Reason) -> Iterator[RenderableType]:
    column = f" ({reason.column})" if reason.column else ""
    places = ", ".join(reason.places) + (", …" if reason.rows > len(reason.places) else "")
    style = "red" if reason.refuses else "yellow"
    verb = "refused" if reason.refuses else "reported, and kept"
    rows = f"{count(reason.rows)} row{'s' * (reason.rows != 1)}"
    yield Text(harmless(f"{reason.rule}{column}: {rows} {verb}: {places}"), style=style)
    yield harmless(f"  {reason.message}")
    if reason.refuses:
        yield from (f"  → {advice}" for advice in advice_for([reason.rule]))


def _closing(trial: Trial, branch: BranchConfig, workspace: Workspace) -> Iterator[RenderableType]:
    """What the night would do with it, and that nothing was touched."""
    lake = Lake.of(workspace)
    said = [_effect(dataset.receipt, lake) for one in trial.files for dataset in one.datasets]
    received = received_files(EventLog(lake.events), branch.branch_id)
    folder = workspace.landing / branch.branch_id
    yield Text("Nothing was changed. Going live:", style="bold")
    if not trial.files:
        yield "  the file would not be read."
    for one in trial.files:
        if one.config is None:
            yield f"  {harmless(one.file.path)} would wait, as no pattern matches it."
        elif not one.datasets:
            yield f"  {harmless(one.file.path)} would be kept to look up in; it gives no dataset by itself."
    for line in dict.fromkeys(said):
        yield f"  {line}"
    for one in trial.files:
        before = [f for f in received if f.content_sha256 == one.file.content_sha256]
        if before:
            at = f"{harmless(before[-1].path)}, received {before[-1].received_at:%Y-%m-%d}"
            yield f"  The lake has these very bytes ({at}): nothing new, unless they were withdrawn or replaced since."
    if any(one.config is not None for one in trial.files):
        yield f"  Put the file into {folder}, and run `tieout run`."


def _effect(receipt: Receipt, lake: Lake) -> str:
    name = receipt.dataset
    if receipt.status == "refused":
        return f"{name}: refused whole; the branch keeps what it has."
    manifest = read_manifest(lake, name, receipt.branch_id)
    slices = manifest.slices if manifest else {}
    records = count(receipt.total(ACCEPTED).rows)
    if receipt.rule == "full":
        old, what = sum(one.rows for one in slices.values()), "all earlier ones"
    elif receipt.rule == "period":
        old = sum(slices[period].rows for period in receipt.periods if period in slices)
        what = f"what there is of {', '.join(receipt.periods) or 'no month'}"
    else:
        return f"{name}: {records} records would be added; a document that came before is replaced."
    now = f"{count(old)} in force now" if old else "nothing in force yet"
    return f"{name}: {records} records would replace {what} ({now})."

"""The drafted `defs.yaml` as text. Not here: the guesses (looking, matching, habits), and saving it (console)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pipelines.branches.document import COMPONENT
from pipelines.contracts.model import Contract, Kind
from pipelines.drafting.fields import CHECK, Drafted, draft_fields, quoted
from pipelines.drafting.habits import DateHabit, date_habit, number_habit
from pipelines.drafting.looking import Look
from pipelines.drafting.matching import AMOUNT, Matches, match_columns
from pipelines.drafting.naming import NameSaid, read_name
from pipelines.drafting.words import language_of, languages

_SIGNS = {"\t": '"\\t"'}


@dataclass(frozen=True)
class Draft:
    """The text of a whole `defs.yaml`, the part of it below `files:`, and what is left open in it."""

    text: str
    files: str
    open: tuple[str, ...]
    matched: int = 0


@dataclass(frozen=True)
class Home:
    """What the workspace suggests where the file says nothing."""

    branch_id: str
    currency: str
    time_zone: str
    contact: str = "finance@example.com"


def write_draft(look: Look, name: str, contract: Contract | None, home: Home) -> Draft:
    """Draft the configuration of one kind of file. `contract` is None where a profile says which datasets it holds."""
    said = read_name(name)
    language = language_of(look.columns) or {"datev": "de", "fec": "fr", "sie": "sv"}.get(look.profile or "")
    if language is None:
        language = {"xml": "nb", "json": "en"}.get(look.kind)  # SAF-T is at home in Norway; APIs speak English
    suggested = languages().get(language or "")
    currency = suggested.currency if suggested and language != "en" else home.currency
    matched, left = 0, ()  # type: int, tuple[str, ...]
    if look.profile is not None or contract is None:
        lines = list(_profile_file(look, said, currency))
    else:
        matches = match_columns(look, contract)
        drafted = draft_fields(look, contract, matches, currency)
        lines, left = list(_file(look, said, contract, (matches, drafted), currency)), drafted.open
        matched = len(matches.fields)
    country = suggested.country if suggested else ""
    head = [
        f"# Drafted from {name}. Check the lines marked `# check`, fill in those marked FILL IN; then `tieout check`.",
        f"type: {COMPONENT}",
        "attributes:",
        f"  branch_id: {home.branch_id}",
        f"  name: {quoted(home.branch_id.replace('_', ' ').title())}  {CHECK}: the legal entity's name",
        f"  country_code: {quoted(country)}  {CHECK if country else '# FILL IN'}: ISO 3166-1",
        f"  currency: {quoted(currency)}  {CHECK}: the branch's own, ISO 4217",
        f"  time_zone: {quoted(suggested.time_zone if suggested and language != 'en' else home.time_zone)}  {CHECK}",
        f"  language: {quoted(language or 'en')}  {CHECK}",
        f"  owner: {{team: {quoted('finance-' + home.branch_id.replace('_', '-'))}, email: {quoted(home.contact)}}}"
        f"  {CHECK}: who answers for refused rows",
    ]
    if look.profile is not None:
        head.append(f"  profile: {look.profile}")
    files = "\n".join(f"  {line}" if line else "" for line in lines) + "\n"
    return Draft("\n".join([*head, "  files:", files]), files, left, matched)


def _profile_file(look: Look, said: NameSaid, currency: str) -> Iterator[str]:
    """Only what differs from the profile: the name that files of this branch have."""
    yield f"  {look.profile_file}:"
    yield f"    pattern: '{said.pattern}'  {CHECK}: what varies in the name"
    if look.profile == "datev":
        yield "    # FILL IN tax_keys where postings carry any: docs/systems/datev.md"
    if look.profile == "signed-amount-json":
        source = f"functional_currency_code: {{value: {quoted(currency)}}}"
        yield f"    datasets: {{gl_entry: {{mapping: {{columns: {{{source}}}}}}}}}  {CHECK}"


def _file(
    look: Look, said: NameSaid, contract: Contract, found: tuple[Matches, Drafted], currency: str
) -> Iterator[str]:
    matches, drafted = found
    varies = "what varies in the name" if "\\d" in said.pattern else "the next file has this very name"
    yield f"  {said.kind}:"
    yield f"    pattern: '{said.pattern}'  {CHECK}: {varies}"
    yield from (f"    {line}" for line in _layout(look))
    if said.day is not None:
        yield f"    delivery_date: {{file_name: '{said.day[0]}', format: \"{said.day[1]}\"}}  {CHECK}"
    else:
        yield f"    delivery_date: arrival  {CHECK}: the name holds no date"
    numbers = _numbers(look, contract, matches)
    yield from (f"    {line}" for line in (*numbers, *_dates(look, contract, matches, currency)))
    yield "    datasets:"
    yield f"      {contract.dataset}:"
    if contract.slice_date is None:
        yield f"        rule: full  {CHECK}: the file is the whole list; `append` if it holds only what is new"
    else:
        yield f"        rule: period  {CHECK}: replaces the months found in it; `append` if it only adds"
        yield "        period: content"
    yield "        mapping:"
    if look.kind in ("excel", "json"):
        yield f"          section: {_section(look)}"
    yield "          columns:"
    yield from (f"            {line}" for line in drafted.columns)
    yield from (f"          {line}" for line in drafted.amounts)
    used = {one.column for one in matches.fields.values()}
    unused = [column for column in look.columns if column not in used]
    if unused:
        yield f"          # Columns that nothing uses: {', '.join(unused[:30])}"
    for sentence in matches.doubted:
        yield f"          # Not taken: {sentence}"


def _section(look: Look) -> str:
    return "lines" if look.kind == "json" and look.record else "records" if look.kind == "json" else "table"


def _layout(look: Look) -> Iterator[str]:
    yield "layout:"
    yield f"  kind: {look.kind}"
    if look.kind == "json":
        yield from _json_layout(look)
        return
    before = "  "
    if look.kind == "excel":
        yield "  sheets:"
        yield "    table:"
        yield f"      name: {quoted(look.sheet)}"
        before = "      "
    else:
        remark = f"  {CHECK}" if look.encoding != "auto" else ""
        yield f"{before}encoding: {look.encoding}{remark}"
        yield f"{before}delimiter: {_SIGNS.get(look.delimiter, quoted(look.delimiter))}"
    if look.header_row > 1:
        yield f"{before}header: {{row: {look.header_row}}}"
    if look.totals:
        yield f"{before}non_data:  {CHECK}"
        for column, text in look.totals:
            yield f"{before}  - {{kind: total, column: {quoted(column)}, pattern: {_exactly(text)}}}"
    if look.short_rows and look.kind == "delimited":
        yield f"{before}short_rows: fill  {CHECK}: some rows leave out their last cells"


def _exactly(text: str) -> str:
    signs = set(".+*?^$()[]{}|\\")
    return "'^\\s*" + "".join(f"\\{char}" if char in signs else char for char in text).replace("'", "''") + "\\s*$'"


def _json_layout(look: Look) -> Iterator[str]:
    if look.lines:
        yield "  lines: true"
    if look.records:
        yield f"  records: {quoted(look.records)}"
    yield "  sections:"
    yield f"    {_section(look)}:"
    if look.record:
        yield f"      record: {quoted(look.record)}"
    yield "      columns:"
    yield from (f"        {quoted(name)}: {quoted(path)}" for name, path in look.paths.items())


def _numbers(look: Look, contract: Contract, matches: Matches) -> Iterator[str]:
    decimals = {field.name for field in contract.fields if field.kind is Kind.DECIMAL} | {AMOUNT}
    columns = [one.column for name, one in matches.fields.items() if name in decimals]
    if not columns or look.kind == "json":
        return
    habit = number_habit(value for column in columns for value in look.values(column))
    if habit.doubt:
        yield f'# FILL IN: {habit.doubt}. For example: numbers: {{decimal_mark: ",", thousands_marks: ["."]}}'
        if habit.decimal_mark is None and not (habit.negative or habit.strip):
            yield f'numbers: {{decimal_mark: "."}}  {CHECK}: not known, see above'
            return
    said = [f"decimal_mark: {quoted(habit.decimal_mark or '.')}"]
    for key in ("thousands_marks", "negative", "strip"):
        words: tuple[str, ...] = getattr(habit, key)
        if words:
            said.append(f"{key}: [{', '.join(map(quoted, words))}]")
    remark = "no value has decimals" if habit.decimal_mark is None else "as the values show"
    yield f"numbers: {{{', '.join(said)}}}  {CHECK}: {remark}"


def _dates(look: Look, contract: Contract, matches: Matches, currency: str) -> Iterator[str]:
    days = [field.name for field in contract.fields if field.kind in (Kind.DATE, Kind.TIMESTAMP)]
    habits: dict[str, DateHabit] = {}
    for name in days:
        match = matches.fields.get(name)
        values = look.values(match.column) if match else []
        usual = [value for value in values if len(value) >= 6][:2000]
        habit = date_habit(usual, month_first=currency == "USD")
        if habit is not None:
            habits[name] = habit
    # What one column leaves open another may tell: a format that all columns fit.
    shared = [fmt for fmt in _all_formats(habits) if all(fmt in (one.format, *one.others) for one in habits.values())]
    formats = [shared[0]] if shared else list(dict.fromkeys(one.format for one in habits.values()))
    if formats:
        others = shared[1:]
        doubt = f": the values also fit {' and '.join(others)}" if others else ": as the values show"
        yield f"dates: {{formats: [{', '.join(map(quoted, formats))}]}}  {CHECK}{doubt}"
    elif any(name in matches.fields for name in days):
        yield '# FILL IN how dates are written, e.g. dates: {formats: ["%d.%m.%Y"]}'


def _all_formats(habits: Mapping[str, DateHabit]) -> list[str]:
    return list(dict.fromkeys(fmt for one in habits.values() for fmt in (one.format, *one.others)))

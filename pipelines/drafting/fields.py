"""Where each field of the drafted mapping comes from: lines of YAML, every guess marked, what is not known left open.

Not here: matching columns (matching), and the rest of the file (writing).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.contracts.model import Contract, Field, Kind
from pipelines.drafting.looking import Look
from pipelines.drafting.matching import AMOUNT, CONTRA, INDICATOR, SIDES, Matches
from pipelines.drafting.words import plain, standard_values, truth_words

CHECK = "# check"
_LISTED = 12


@dataclass(frozen=True)
class Drafted:
    """Lines below `columns:` and lines for `amounts:`; `open`: required fields that nobody could fill."""

    columns: tuple[str, ...]
    amounts: tuple[str, ...]
    open: tuple[str, ...]


def quoted(text: str) -> str:
    """A text as YAML that cannot be taken for anything else."""
    return json.dumps(text, ensure_ascii=False)


def draft_fields(look: Look, contract: Contract, matches: Matches, currency: str) -> Drafted:
    """The mapping's fields in the contract's order; `currency` is the branch's own."""
    amounts, by_amounts = _amounts(look, contract, matches)
    columns: list[str] = []
    left: list[str] = []
    for field in contract.fields:
        if field.name in by_amounts:
            continue
        lines = list(_field(field, look, contract, matches, currency))
        columns += lines
        if not lines and field.required:
            left.append(field.name)
            columns.append(f"# {field.name}:  # FILL IN: required, and no column reads like it. {field.description}")
    return Drafted(tuple(columns), tuple(amounts), tuple(left))


def _field(field: Field, look: Look, contract: Contract, matches: Matches, currency: str) -> Iterator[str]:
    match = matches.fields.get(field.name)
    if match is not None:
        note = f"  {CHECK}: guessed from a header like it" if not match.sure else ""
        if field.kind is Kind.BOOLEAN:
            yield from _boolean(field, match.column, look)
        elif field.allowed is not None:
            yield from _listed_values(field, match.column, look)
        elif (side := _side_column(look, match.column, matches)) and field.kind is Kind.DECIMAL:
            words = ", ".join(f"{one}_words: {_words_of(look, side, one)}" for one in ("debit", "credit"))
            source = f"amount: {quoted(match.column)}, indicator: {quoted(side)}, {words}"
            yield f"{field.name}: {{balance: {{{source}}}}}  {CHECK}: the side stands beside the amount"
        else:
            sign = f"  {CHECK}: positive is money received" if contract.dataset == "payment" else ""
            signed = field.kind is Kind.DECIMAL and "amount" in field.name
            yield f"{field.name}: {quoted(match.column)}{note or (sign if signed else '')}"
        return
    own = _by_itself(field, look, contract, matches, currency)
    if own is not None and field.required:
        yield f"{field.name}: {own[0]}  {CHECK}{own[1]}"


def _by_itself(field: Field, look: Look, contract: Contract, matches: Matches, currency: str) -> tuple[str, str] | None:
    """Source and remark for a required field that no column fills."""
    day = contract.slice_date
    has_day = day is not None and day in matches.fields
    constants = {
        "ledger": ("local", ""),
        "entry_kind": ("normal", ": opening and closing entries are to be told apart, if the file has any"),
        "is_posted": ("true", ": drafts are to be told apart, if the file has any"),
        "journal_code": ("GL", ": the file names no journal"),
        "functional_currency_code": (currency, ""),
        "includes_closing_entries": ("false", ""),
        "instalment": ("1", ""),
        "invoice_type": ("invoice", ": credit notes are to be told apart, if the file has any"),
        "tax_kind": ("vat", ""),
        "rate_type": ("closing", ""),
    }
    derived = {
        "fiscal_year": "fiscal_year_of",
        "fiscal_period": "fiscal_period_of",
        "from_fiscal_period": "fiscal_period_of",
    }
    if field.name in derived:
        return (f"{{derive: {derived[field.name]}, from: {day}}}", ": calendar year") if has_day else None
    if field.name == "currency_code":
        return f"{{value: {quoted(currency)}}}", ": the file names no currency"
    if field.name in constants:
        value, remark = constants[field.name]
        return f"{{value: {quoted(value)}}}", remark
    if field.name == "line_number":
        return "{row_number: document}", ": numbered in the order of the file"
    twin = field.name.replace("_functional", "_transaction")
    if twin != field.name and twin in matches.fields and _one_currency(look, matches, currency):
        return quoted(matches.fields[twin].column), f": right only while all amounts are in {currency}"
    return None


def _side_column(look: Look, column: str, matches: Matches) -> str | None:
    """The column right after an amount's that says its side; None where it says something else."""
    at = look.columns.index(column) + 1
    after = look.columns[at] if at < len(look.columns) else None
    if after is None or any(one.column == after for one in matches.fields.values()):
        return None
    said = {tuple(standard_values().get(plain(value), ())) for value in set(look.values(after))}
    return after if said and all({"debit", "credit"} & set(one) for one in said) else None


def _words_of(look: Look, column: str, side: str) -> str:
    return f"[{', '.join(map(quoted, _words(look, column, side)))}]"


def _one_currency(look: Look, matches: Matches, currency: str) -> bool:
    match = matches.fields.get("currency_code")
    return match is None or set(look.values(match.column)) <= {currency}


def _boolean(field: Field, column: str, look: Look) -> Iterator[str]:
    yes, no = truth_words()
    values = list(dict.fromkeys(look.values(column)))
    true_words = [value for value in values if plain(value) in yes]
    false_words = [value for value in values if plain(value) in no]
    unknown = [value for value in values if value not in {*true_words, *false_words}]
    if unknown or not values:
        yield f"# {field.name}: {quoted(column)}  # FILL IN which words are true: {_some(unknown)}"
        return
    words = f"true_words: [{', '.join(map(quoted, true_words or ['true']))}]"
    words += f", false_words: [{', '.join(map(quoted, false_words or ['false']))}]"
    yield f"{field.name}: {{column: {quoted(column)}, booleans: {{{words}}}}}  {CHECK}"


def _listed_values(field: Field, column: str, look: Look) -> Iterator[str]:
    """A field with a closed list: codes that it knows stay, known words are translated, the rest is left open."""
    allowed = field.allowed or ()
    values = [value for value, _ in Counter(look.values(column)).most_common()]
    if all(value in allowed for value in values):
        yield f"{field.name}: {quoted(column)}"
        return
    known: dict[str, str] = {value: value for value in values if value in allowed}
    for value in values:
        meant = [one for one in standard_values().get(plain(value), ()) if one in allowed]
        if len(meant) == 1:
            known.setdefault(value, meant[0])
    unknown = [value for value in values if value not in known]
    pairs = ", ".join(f"{quoted(value)}: {quoted(meant)}" for value, meant in list(known.items())[:_LISTED])
    source = f"{field.name}: {{column: {quoted(column)}, values: {{{pairs}}}}}"
    if unknown and not field.required:
        # Left out until somebody knows: as it is, it would refuse rows for a value that nobody asks for.
        yield f"# {source}  # FILL IN: not known are {_some(unknown)}; allowed are {_some(list(allowed))}"
        return
    yield f"{source}  {CHECK}"
    if unknown:
        yield f"# FILL IN above, rows with them are refused: {_some(unknown)}; allowed are {_some(list(allowed))}"


def _some(values: list[str]) -> str:
    return ", ".join(map(quoted, values[:_LISTED])) + (", …" if len(values) > _LISTED else "")


def _amounts(look: Look, contract: Contract, matches: Matches) -> tuple[list[str], set[str]]:
    """The line for `amounts:` of a ledger, and the fields that it fills; nothing for other datasets."""
    if contract.dataset != "gl_entry":
        return [], set()
    found = matches.fields
    if all(side in found for side in SIDES):
        debit, credit = (quoted(found[side].column) for side in SIDES)
        return [f"amounts: {{shape: two_columns, debit: {debit}, credit: {credit}}}"], set(SIDES)
    if AMOUNT not in found:
        return ["# amounts:  # FILL IN: no column reads like debit and credit, or like an amount"], set(SIDES)
    amount = quoted(found[AMOUNT].column)
    if INDICATOR not in found:
        return [f"amounts: {{shape: signed, amount: {amount}}}  {CHECK}: positive is debit"], set(SIDES)
    sides = f"indicator: {quoted(found[INDICATOR].column)}, " + ", ".join(
        f"{side}_words: {_words_of(look, found[INDICATOR].column, side)}" for side in ("debit", "credit")
    )
    if CONTRA in found and "account_code" in found:
        account, contra = (quoted(found[name].column) for name in ("account_code", CONTRA))
        shape = f"shape: two_accounts, account: {account}, contra_account: {contra}, amount: {amount}, {sides}"
        return [f"amounts: {{{shape}}}  {CHECK}: tax within the amount is not split off"], {
            *SIDES,
            "account_code",
            "transaction_amount",
        }
    return [f"amounts: {{shape: indicator, amount: {amount}, {sides}}}  {CHECK}"], set(SIDES)


def _words(look: Look, column: str, side: str) -> list[str]:
    said = list(dict.fromkeys(look.values(column)))
    return [value for value in said if side in standard_values().get(plain(value), ())] or [side]

"""Which column of a file is which field of a contract: by the words of its header, held against its values.

Not here: the words (words), and writing the draft (writing).
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from pipelines.contracts.model import Contract, Kind
from pipelines.drafting.habits import date_habit, is_number
from pipelines.drafting.looking import Look
from pipelines.drafting.words import meanings, named_dataset, plain

# What a ledger's amounts are made of beside debit and credit.
AMOUNT, INDICATOR, CONTRA = ".amount", ".indicator", ".contra_account"
SIDES = ("debit_amount_functional", "credit_amount_functional")
_PARTS = {AMOUNT: Kind.DECIMAL, INDICATOR: Kind.STRING, CONTRA: Kind.STRING}
_ALIKE = 0.9
_TELLING = 5  # letters; a shorter word begins or ends too many others
_NAMED = 0.5  # what a word in the file's name is worth: people name files after what they hold
_NEARLY_ALL = 0.9
_ENOUGH = 0.5  # all that is required, or half of it and a third of the columns, and the like


@dataclass(frozen=True)
class Match:
    """A column that is taken for a field; `sure` where the header is a known word of it."""

    column: str
    sure: bool


@dataclass(frozen=True)
class Matches:
    """Field → column; `doubted`: sentences on columns whose header fits and whose values do not."""

    fields: Mapping[str, Match]
    doubted: tuple[str, ...]


def match_columns(look: Look, contract: Contract) -> Matches:
    """The best column for every field, each column once; the more telling header first."""
    kinds = {field.name: field.kind for field in contract.fields}
    if set(SIDES) <= set(kinds) and contract.dataset == "gl_entry":
        kinds |= _PARTS
    places = {name: at for at, name in enumerate(kinds)}
    there = {plain(column) for column in look.columns}
    wanted = sorted(
        (
            (not sure, _seldom_filled(look, column), rank, places[name], name, column)
            for column in look.columns
            for name, rank, sure in (*_meant(column), *_in_own_currency(column, there))
            if name in kinds
        ),
    )
    found: dict[str, Match] = {}
    doubted: dict[str, None] = {}
    others: list[tuple[str, Match]] = []  # what fits too, and lost its column to a better field
    for unsure, _, _, _, name, column in wanted:
        values = look.values(column)
        if not _fits(values, kinds[name]):
            what = "whole numbers" if kinds[name] is Kind.INTEGER else f"{kinds[name].value}s"
            doubted[f"{column!r} reads like {name.lstrip('.')}, but its values are no {what}: {values[0]!r}"] = None
        elif name in found or any(one.column == column for one in found.values()):
            others.append((name, Match(column, not unsure)))
        else:
            found[name] = Match(column, not unsure)
    _share_out(found, others, [field.name for field in contract.fields if field.required])
    return Matches(found, tuple(doubted))


def _share_out(found: dict[str, Match], others: list[tuple[str, Match]], required: list[str]) -> None:
    """A required field without a column takes one from a field that can do with another, or without."""
    for name in (one for one in required if one not in found):
        for wish in (match for field, match in others if field == name):
            holder = next(field for field, match in found.items() if match.column == wish.column)
            taken = {match.column for match in found.values()}
            free = [match for field, match in others if field == holder and match.column not in taken]
            if free:
                found[holder], found[name] = free[0], wish
                break
            if wish.sure and holder not in required and not holder.startswith("."):
                found[name] = found.pop(holder)
                break


def best_dataset(look: Look, name: str, contracts: Mapping[str, Contract]) -> tuple[str | None, list[str]]:
    """The dataset whose fields the columns fit best, None where none fits; and the three best. `name`: the file's."""
    scores = {dataset: _score(look, contract) for dataset, contract in contracts.items()}
    suggested = named_dataset(name)
    if suggested in scores and scores[suggested] > 0:
        scores[suggested] += _NAMED
    ranked = sorted(scores, key=lambda name: -scores[name])
    return (ranked[0] if scores[ranked[0]] >= _ENOUGH else None), ranked[:3]


def _score(look: Look, contract: Contract) -> float:
    """The share of required fields that have a column (an amount is both sides), and a little for the others."""
    found = set(match_columns(look, contract).fields)
    if AMOUNT in found:
        found |= set(SIDES)
    askable = {field.name for field in contract.fields if field.required} - set(UNASKED)
    key = set(contract.primary_key) - set(UNASKED)
    if (
        not (key & found)
        or not askable
        or not _ESSENTIAL.get(contract.dataset, set()) <= found
        or (contract.slice_date is None and _repeats(look, contract))
    ):
        return 0.0
    return 0.5 * len(askable & found) / len(askable) + len(found) / max(1, len(look.columns))


def _seldom_filled(look: Look, column: str) -> bool:
    return 2 * len(look.values(column)) < len(look.rows)


def _repeats(look: Look, contract: Contract) -> bool:
    """Whether what would be the key of master data repeats, as on the lines of a ledger."""
    found = match_columns(look, contract).fields
    keys = [found[name].column for name in contract.primary_key if name in found]
    if len(keys) < len(contract.primary_key):
        return False
    said = [key for key in zip(*(look.cells(column) for column in keys), strict=True) if all(key)]
    return len(set(said)) < _NEARLY_ALL * len(said)


# Without an account no list is a ledger, however many of its other columns fit.
_ESSENTIAL = {"gl_entry": {"account_code"}, "gl_account": {"account_code"}, "trial_balance": {"account_code"}}
# Required fields that files seldom carry, and that a draft fills by itself.
UNASKED = (
    "ledger",
    "fiscal_year",
    "fiscal_period",
    "from_fiscal_period",
    "line_number",
    "entry_kind",
    "is_posted",
    "functional_currency_code",
    "includes_closing_entries",
    "journal_code",
    "currency_code",
    "instalment",
    "net_amount_functional",
    "tax_amount_functional",
    "gross_amount_functional",
    "amount_functional",
    "open_amount_functional",
    "invoice_type",
    "tax_kind",
    "rate_type",
)


@lru_cache(maxsize=4096)  # every contract asks for every header
def _meant(column: str) -> tuple[tuple[str, int, bool], ...]:
    """(field, rank, sure) of every meaning that a header may have."""
    word = plain(column.rsplit(" / ", maxsplit=1)[-1]) or plain(column)
    exact = [*meanings().get(plain(column), ()), *(meanings().get(word, ()) if word != plain(column) else ())]
    if exact:
        return tuple((one.field, one.rank, True) for one in exact)
    near = difflib.get_close_matches(plain(column), list(meanings()), n=1, cutoff=_ALIKE)
    said = plain(column)
    within = [word for word in meanings() if len(word) > _TELLING and (said.startswith(word) or said.endswith(word))]
    named = near or sorted(within, key=len, reverse=True)[:1]
    return tuple((one.field, one.rank, False) for word in named for one in meanings()[word])


def _in_own_currency(column: str, there: set[str]) -> Iterable[tuple[str, int, bool]]:
    """`Netto EUR` beside `Netto`: the amount in the branch's own currency beside the one of the document."""
    named = re.fullmatch(r"(.*\S)[\s_]*(?:[¤€$£¥]|[A-Z]{3})", column)
    if named is None or plain(named[1]) not in there or column == named[1]:
        return
    for name, rank, sure in _meant(named[1]):
        if name.endswith("_transaction"):
            yield name.replace("_transaction", "_functional"), rank - 10, sure


def _fits(values: list[str], kind: Kind) -> bool:
    """Whether nearly all values are of the kind; a column without values fits anything."""
    if not values or kind in (Kind.STRING, Kind.BOOLEAN):
        return True
    if kind is Kind.DECIMAL:
        return sum(map(is_number, values)) >= _NEARLY_ALL * len(values)
    if kind is Kind.INTEGER:
        return sum(value.isdecimal() for value in values) >= _NEARLY_ALL * len(values)
    return any(date_habit([value]) for value in values[:20]) and date_habit(_usual(values)) is not None


def _usual(values: list[str]) -> list[str]:
    """The values of the commonest length: a few wrong ones do not hide how dates are written."""
    lengths = sorted({len(value) for value in values}, key=lambda one: -sum(len(value) == one for value in values))
    return [value for value in values if len(value) == lengths[0]][:2000]

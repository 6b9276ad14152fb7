"""What to do about each reason that a row can be refused for, in words for those who mend it.

Not here: the reasons themselves (contracts, judging), and finding them (findings).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

# "rule(column): message" and "rule: message", several joined by "; ".
_RULE = re.compile(r"(?:^|; )([a-z][a-z_0-9]*)(?=\([\w, ]+\): |: )")
_WAITS = "document_refused"

_AT_SOURCE = "correct it in the branch's own system and send the file again"
_ADVICE = {
    "required": f"A value that every record needs is empty: {_AT_SOURCE}.",
    "not_a_number": f"The cell is no number as the branch writes them: {_AT_SOURCE}; if all fail, correct defs.yaml.",
    "not_a_date": f"The cell is no date as the branch writes them: {_AT_SOURCE}; if all fail, correct defs.yaml.",
    "not_an_integer": f"The cell is no whole number: {_AT_SOURCE}.",
    "not_a_boolean": "The cell is none of the values that the branch's defs.yaml names: add it there, or correct it.",
    "unknown_value": "The code is not in the branch's value map: add it to defs.yaml if it is right, else correct it.",
    "too_long": f"The text is longer than the contract allows: {_AT_SOURCE}.",
    "pattern": f"The value does not have the form that the contract asks for: {_AT_SOURCE}.",
    "out_of_range": f"The value lies outside the contract's bounds: {_AT_SOURCE}.",
    "too_precise": f"The amount has more decimals than the contract, and money is never rounded here: {_AT_SOURCE}.",
    "duplicate_key": "Two different records carry one key: the branch says which is right and sends the file again.",
    "document_refused": "This row is sound; it waits for the refused row of its document to be corrected.",
    "outside_period": "The record lies outside the period that the file replaces: it belongs into that period's file.",
    "delivery_refused": "So many rows were refused that the whole delivery was: look for one common cause first.",
    "unreadable_row": f"The row's cells cannot be told apart (a stray quote or delimiter): {_AT_SOURCE}.",
    "balanced": "Debit and credit of the document differ: the branch sends the missing or corrected lines.",
    "rolls_forward": "Opening + debit − credit is not the closing balance: the branch prints its trial balance anew.",
    "gross_is_net_plus_tax": "Net and tax do not make gross: the branch corrects the invoice record.",
    "credit_note_is_negative": "A credit note must be negative: correct it, or the sign rule in defs.yaml if all fail.",
}
_OTHERWISE = f"See the rule's description in the dataset's contract; {_AT_SOURCE}."


def rules_in(reasons: str) -> tuple[str, ...]:
    """The rules named in the text `reasons` of a quarantined row, in order."""
    return tuple(match.group(1) for match in _RULE.finditer(reasons))


def reasons_apart(reasons: str) -> tuple[str, ...]:
    """The text of a row's reasons as one text a reason.

    That the row's document is refused is left out where the row has reasons of its own.
    """
    starts = [match.start() for match in _RULE.finditer(reasons)]
    parts = [reasons[start:end].strip("; ") for start, end in pairwise([*starts, len(reasons)])]
    own = [part for part in parts if not part.startswith(_WAITS)]
    return tuple(own or parts or [reasons])


def advice_for(rules: Iterable[str]) -> tuple[str, ...]:
    """One sentence a rule, each once."""
    return tuple(dict.fromkeys(_ADVICE.get(rule, _OTHERWISE) for rule in rules)) or (_OTHERWISE,)

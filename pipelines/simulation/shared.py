"""Customers, suppliers and products that several branches have in common, each written in the branch's own way.

Books do not change by it: a branch's party keeps its code, currency and tax treatment and becomes another company. Not
here: the companies themselves (companies), and how files are written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from stdnum import iban
from stdnum.cn import uscc
from stdnum.de import vat as german_vat
from stdnum.exceptions import ValidationError
from stdnum.fr import siren
from stdnum.gb import vat as british_vat
from stdnum.no import orgnr

from pipelines.simulation.companies import COMPANIES, Company
from pipelines.simulation.dice import Dice
from pipelines.simulation.world import Branch, Party

_EVERY = 6  # of so many parties two are shared
_HOME, _ABROAD = 2, 5
_MISSING, _MISTYPED = 15, 10  # of a hundred tax ids written abroad
_NO_ACCOUNT = 30  # of a hundred customers abroad
_CHAIN = (1, 7)  # a branch's parties of one tax id: two shops of one chain


@dataclass(frozen=True)
class TrueParty:
    """A branch's customer or supplier and who that is."""

    branch_id: str
    role: str
    code: str
    true_party: str


def share(branches: Mapping[str, Branch], seed: int) -> tuple[dict[str, Branch], list[TrueParty]]:
    """The branches with shared parties in place of some of their own, and who everyone is, sorted."""
    identities = [_identity(company, seed) for company in COMPANIES]
    shared: dict[str, Branch] = {}
    truth: list[TrueParty] = []
    for at, (branch_id, branch) in enumerate(branches.items()):
        customers = list(_written(branch, branch.customers, identities, 4 * at, seed))
        suppliers = list(_written(branch, branch.suppliers, identities, 4 * at + 2, seed))
        shared[branch_id] = replace(
            branch, customers=tuple(party for party, _ in customers), suppliers=tuple(party for party, _ in suppliers)
        )
        truth += [TrueParty(branch_id, party.kind, party.code, true) for party, true in (*customers, *suppliers)]
        truth += [
            TrueParty(branch_id, kind, party.code, f"branch {other}")
            for (other, kind), party in branch.partners.items()
        ]
    return shared, sorted(truth, key=lambda one: (one.branch_id, one.role, one.code))


@dataclass(frozen=True)
class _Identity:
    company: Company
    tax_id: str
    bank_account: str


def _identity(company: Company, seed: int) -> _Identity:
    dice = Dice(seed, "company", company.name)
    return _Identity(company, tax_id(company.country, dice), _account(company.country, dice))


def tax_id(country: str, dice: Dice) -> str:
    """A number whose check digit is right, with the country's sign before it (China and the US: bare)."""
    return _NUMBERS[country](dice)


def _digits(dice: Dice, count: int) -> str:
    return f"{dice.between(1, 9)}" + "".join(f"{dice.below(10)}" for _ in range(count - 1))


def _german(dice: Dice) -> str:
    return _first_valid(lambda: f"DE{_digits(dice, 9)}", german_vat.validate)


def _norwegian(dice: Dice) -> str:
    return f"NO{_first_valid(lambda: f'9{_digits(dice, 8)}', orgnr.validate)}MVA"


def _french(dice: Dice) -> str:
    number = _first_valid(lambda: _digits(dice, 9), siren.validate)
    return f"FR{siren.to_tva(number).replace(' ', '')}"


def _british(dice: Dice) -> str:
    return _first_valid(lambda: f"GB{_digits(dice, 9)}", british_vat.validate)


def _chinese(dice: Dice) -> str:
    body = f"91330200{_digits(dice, 9)}"
    return f"{body}{uscc.calc_check_digit(body)}"


def _american(dice: Dice) -> str:
    return f"36-{_digits(dice, 7)}"


_NUMBERS: dict[str, Callable[[Dice], str]] = {
    "DE": _german, "NO": _norwegian, "FR": _french, "GB": _british, "CN": _chinese, "US": _american,
}  # fmt: skip


def _first_valid(make: Callable[[], str], validate: Callable[[str], str]) -> str:
    while True:
        made = make()
        try:
            validate(made)
        except ValidationError:
            continue
        return made


# What stands behind the check digits of an IBAN; the others have local numbers.
_IBAN_BODY = {"DE": ("", 18), "FR": ("", 0), "GB": ("MIDL", 14), "NO": ("", 0)}


def _account(country: str, dice: Dice) -> str:
    letters, count = _IBAN_BODY.get(country, ("", 0))
    if not count:
        return _digits(dice, 12)
    body = f"{letters}{_digits(dice, count)}"
    return f"{country}{iban.calc_check_digits(f'{country}00{body}')}{body}"


def _written(
    branch: Branch, parties: tuple[Party, ...], identities: list[_Identity], first: int, seed: int
) -> Iterator[tuple[Party, str]]:
    """A branch's parties with who they are."""
    country = branch.profile.country
    home = iter([one for one in identities if one.company.country == country])
    others = [one for one in identities if one.company.country != country]
    abroad = iter(others[first % len(others) :] + others[: first % len(others)])
    dice = Dice(seed, branch.id, "shared", parties[0].kind)
    for n, party in enumerate(parties):
        from_here = n % _EVERY == _HOME
        one = next(home, None) if from_here else next(abroad, None) if n % _EVERY == _ABROAD else None
        if one is not None:
            yield _as_written(branch, party, one, dice, at_home=from_here), one.company.name
        elif n == _CHAIN[1] and len(parties) > n:
            chain = parties[_CHAIN[0]]
            yield (
                replace(party, name=f"{chain.name} 2", tax_id=_chain_id(branch, seed, party.kind)),
                _chain(branch, party),
            )
        elif n == _CHAIN[0]:
            yield replace(party, tax_id=_chain_id(branch, seed, party.kind)), _chain(branch, party)
        else:
            yield party, f"{branch.id} {party.kind} {party.code}"


def _chain(branch: Branch, party: Party) -> str:
    return f"{branch.id} {party.kind} chain"


def _chain_id(branch: Branch, seed: int, kind: str) -> str:
    """Shops of one chain are one company; where the country's rule is not known here, a German one."""
    country = branch.profile.country if branch.profile.country in _NUMBERS else "DE"
    return tax_id(country, Dice(seed, branch.id, "chain", kind))


def _as_written(branch: Branch, party: Party, one: _Identity, dice: Dice, *, at_home: bool) -> Party:
    company = one.company
    known = "" if dice.below(100) < _MISSING else one.tax_id
    tax, mistyped = (one.tax_id, False) if at_home else (known, known != "" and dice.below(100) < _MISTYPED)
    name, street, city = company.name, company.street, company.city
    if not at_home:
        if company.latin and branch.system != "china":
            name, street, city = company.latin
        name = _name_abroad(branch, company, name, dice)
        street = street.replace("straße", "str.").replace("Straße", "Str.")
    without = not at_home and party.kind == "customer" and dice.below(100) < _NO_ACCOUNT
    return replace(
        party,
        name=name,
        country=company.country,
        street=street,
        postal_code=company.postal_code,
        city=city,
        tax_id=_mistyped(tax) if mistyped else tax,
        bank_account="" if without else one.bank_account,
    )


_WRITTEN_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "o", "å": "a", "é": "e", "É": "E"})


def _name_abroad(branch: Branch, company: Company, name: str, dice: Dice) -> str:
    """In Chinese script in China, else in Latin: as it is, without umlauts, in capitals, without its form, mistyped."""
    if branch.system == "china":
        return company.chinese or name
    way = dice.below(5)
    if way == 1:
        return name.translate(_WRITTEN_OUT)
    if way == 2:
        return name.translate(_WRITTEN_OUT).upper()
    if way == 3:
        return name.rsplit(" ", 1)[0]
    if way == 4:
        at = dice.between(3, 6)
        return name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    return name


def _mistyped(number: str) -> str:
    """The last digit but one is wrong by one."""
    at = max(place for place, sign in enumerate(number[:-1]) if sign.isdigit())
    return f"{number[:at]}{(int(number[at]) + 1) % 10}{number[at + 1 :]}"

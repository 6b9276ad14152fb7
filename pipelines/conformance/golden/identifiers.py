"""Identifiers that name one party or product in the world, in one writing; null where a check digit is wrong.

The rules of each country are python-stdnum's. Not here: pairing records.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from stdnum import ean, get_cc_module, iban
from stdnum.exceptions import ValidationError

from pipelines.conformance.golden.records import Record, RecordKey

# Which of a country's numbers a tax id may be, the usual one first.
_KINDS = ("vat", "orgnr", "siren", "siret", "uid", "uscc", "ein", "tin")
# Countries whose VAT number holds the company's number: branches write the one or the other. Kind → the company's kind
# and where in the number it stands (FR: CGI annexe II art. 286 ter; SE: organisation number and 01; CH: UID and MWST).
_COMPANY_PART: Mapping[tuple[str, str], tuple[str, slice]] = {
    ("FR", "vat"): ("siren", slice(-9, None)),
    ("FR", "siret"): ("siren", slice(9)),
    ("SE", "vat"): ("orgnr", slice(10)),
    ("CH", "vat"): ("uid", slice(12)),
}
_OWN_PREFIX = {"EL": "GR"}  # Greece's VAT numbers do not begin with its country code
_MIN_REGISTRATION = 5  # shorter numbers are counters, not register numbers
_MIN_ACCOUNT = 6
_SHORT_GTIN = 8


@dataclass(frozen=True)
class Wrong:
    """An identifier that cannot be right."""

    key: RecordKey
    field: str
    value: str
    problem: str


def tax_key(record: Record) -> str | None:
    """`DE:vat:123456789`, the company's number where the VAT number holds it (`FR:siren:732829320`).

    None where there is no tax id or its check digit is wrong.
    """
    text = re.sub(r"[^0-9A-Za-z]", "", record.tax_id).upper()
    prefix = text[:2] if text[:2].isalpha() else record.country.upper()
    country = _OWN_PREFIX.get(prefix, prefix)
    if not text or len(country) != 2:
        return None
    bare = text.removesuffix("MVA") if country == "NO" else text
    number = bare[2:] if country == "NO" and bare[:2] == "NO" else bare
    for kind in _KINDS:
        if country == "NO" and kind != "orgnr":
            continue  # the same number with MVA behind it where the company is registered for VAT
        module = get_cc_module(country.lower(), kind)
        if module is None:
            continue
        for candidate in dict.fromkeys((number, number.removeprefix(prefix))):
            try:
                valid = module.validate(candidate)
            except ValidationError:
                continue
            company, part = _COMPANY_PART.get((country, kind), (kind, slice(None)))
            return f"{country}:{company}:{valid[part]}"
    return None


def registration_key(record: Record) -> str | None:
    """Country and register number; None where either is missing or the number is too short to name anybody."""
    number = re.sub(r"[^0-9A-Za-z]", "", record.registration_id).upper()
    return f"{record.country}:{number}" if record.country and len(number) >= _MIN_REGISTRATION else None


def bank_key(record: Record) -> str | None:
    """A valid IBAN, or country and account where the account is no IBAN by its looks."""
    account = re.sub(r"[^0-9A-Za-z]", "", record.bank_account).upper()
    if iban.is_valid(account):
        return account
    looks_like_iban = bool(re.fullmatch(r"[A-Z]{2}\d{2}[0-9A-Z]{11,30}", account))
    if looks_like_iban or len(account) < _MIN_ACCOUNT or not record.country:
        return None
    return f"{record.country}:{account}"


def gtin_key(record: Record) -> str | None:
    """A valid GTIN, 14 digits; None for numbers that a company gives out for itself, which name nothing elsewhere.

    GS1 General Specifications 1.4: prefixes 02, 04 and 20 to 29 are for restricted circulation, and so are GTIN-8 that
    begin with 0 or 2.
    """
    digits = re.sub(r"\D", "", record.gtin)
    if not ean.is_valid(digits):
        return None
    whole = digits.zfill(14)
    of_a_company = digits[0] in "02" if len(digits) == _SHORT_GTIN else re.match(r"\d(02|04|2)", whole)
    return None if of_a_company else whole


def wrong_identifiers(record: Record) -> Iterator[Wrong]:
    """Identifiers of a record that say something and cannot be right."""
    if record.tax_id and tax_key(record) is None:
        yield Wrong(record.key, "tax_id", record.tax_id, "its check digit or form is not that of its country")
    if record.gtin and not ean.is_valid(re.sub(r"\D", "", record.gtin)):
        yield Wrong(record.key, "gtin", record.gtin, "it is no GTIN: its check digit is wrong")

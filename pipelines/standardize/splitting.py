"""One row with account and contra account becomes two contract rows, or three with tax: the DATEV kind.

The parts of a row always balance. Not here: where the texts stand (sourcing) and how numbers are written (reading).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from pipelines.contracts.model import Contract, Field
from pipelines.standardize.amounts import amount, side
from pipelines.standardize.mapping import Mapping, TwoAccounts
from pipelines.standardize.reading import Check
from pipelines.standardize.sourcing import VALUE, Origins

_RATE_UNITS = 10_000  # rates are counted in ten-thousandths of a percent
_HUNDRED = 100 * _RATE_UNITS
PART_COUNT = "@parts"
_ZERO = Decimal(0)
_CENT = Decimal("0.01")


def prepare(shape: TwoAccounts, mapping: Mapping, contract: Contract, origins: Origins) -> tuple[Check, ...]:
    """Keep amounts, sides, accounts and tax of each row as columns that `parts` deals out; say what could fail."""
    keep = origins.steps.keep
    debit = contract.field(mapping.debit_field)
    gross = amount(debit, shape.amount, origins)
    base = amount(debit, shape.base_amount, origins) if shape.base_amount else None
    word = origins.text(shape.indicator)
    is_debit, side_check = side(debit.name, word, shape.debit_words, shape.credit_words, gross.value.is_not_null())
    keep(is_debit, "@is_debit")
    account = keep(origins.text(shape.account), "@account")
    contra = keep(origins.text(shape.contra_account), "@contra")
    key_text = origins.text(shape.tax_key) if shape.tax_key else pl.lit(None, dtype=pl.String)
    # Keys are written 9 or 09; 0 says no key.
    said_key = keep(key_text.str.strip_chars_start("0").replace({"": None}), "@said_key")
    contra_key = keep(_automatic(shape, contra), "@contra_key")
    own_key = keep(_automatic(shape, account), "@own_key")
    key = keep(pl.coalesce([said_key, contra_key, own_key]), "@key")
    keep(said_key.is_null() & contra_key.is_null() & own_key.is_not_null(), "@own_side")
    sign = keep(pl.when(_reversed(shape, key, origins)).then(pl.lit(-1)).otherwise(pl.lit(1)), "@sign")
    functional = gross.value if base is None else pl.coalesce([base.value, gross.value])
    keep((functional * sign).cast(debit.dtype), "@gross")
    keep((gross.value * sign).cast(debit.dtype), "@transaction")
    for column, name in zip(_tax_columns(shape, debit), ("@tax", "@tax_transaction", "@tax_account"), strict=True):
        keep(column, name)
    checks = [*gross.checks, *(base.checks if base else ()), side_check]
    if shape.tax_key:
        known = sorted({_bare(name) for name in shape.tax_keys})
        unknown = said_key.is_not_null() & ~said_key.is_in(known)
        message = f"is a tax key whose rate is not known; known are {', '.join(known) or 'none'}. Add it to tax_keys."
        checks.append(Check("tax_code", unknown, "unknown_value", key_text, message))
    checks += _currency_checks(shape, mapping, origins, base.value if base else None)
    return tuple(checks)


def _bare(key: str) -> str:
    return key.lstrip("0")


def _automatic(shape: TwoAccounts, account: pl.Expr) -> pl.Expr:
    """The key with which the account posts by itself; null where it does not."""
    key = pl.lit(None, dtype=pl.String)
    for rule in shape.automatic_accounts:
        last = rule.last or rule.first
        hit = (account.str.len_bytes() == len(rule.first)) & account.is_between(pl.lit(rule.first), pl.lit(last))
        key = pl.when(hit).then(pl.lit(_bare(rule.key))).otherwise(key)
    return key


def _reversed(shape: TwoAccounts, key: pl.Expr, origins: Origins) -> pl.Expr:
    by_key = [_bare(name) for name, does in shape.tax_keys.items() if does.reversal]
    found = key.is_in(by_key).fill_null(value=False)
    if shape.reversal is not None:
        found = found | origins.text(shape.reversal).is_in(shape.reversal_words).fill_null(value=False)
    return found


def _currency_checks(shape: TwoAccounts, mapping: Mapping, origins: Origins, base: pl.Expr | None) -> list[Check]:
    """An amount in a foreign currency needs its amount in functional currency beside it."""
    functional, transaction = (mapping.columns.get(f"{kind}_currency_code") for kind in ("functional", "transaction"))
    if functional is None or transaction is None:
        return []
    own, other = origins.text(functional), origins.text(transaction)
    without_base = pl.lit(True) if base is None else base.is_null()
    names = " / ".join(shape.base_amount.column or ()) if shape.base_amount else "the amount in the branch's currency"
    message = f"is a foreign currency, and {names} is empty. Send both amounts."
    return [Check(mapping.debit_field, (own != other) & without_base, "required", other, message)]


def _tax_columns(shape: TwoAccounts, debit: Field) -> tuple[pl.Expr, ...]:
    rates = {_bare(name): int(does.rate * _RATE_UNITS) for name, does in shape.tax_keys.items() if does.rate}
    accounts = {_bare(name): does.account or "" for name, does in shape.tax_keys.items() if does.rate}
    if not rates:
        nothing = pl.lit(_ZERO, dtype=debit.dtype)
        return nothing, nothing, pl.lit(None, dtype=pl.String)
    key = pl.col("@key")
    rate = key.replace_strict(list(rates), list(rates.values()), default=None, return_dtype=pl.Int64)
    account = key.replace_strict(list(accounts), list(accounts.values()), default=None, return_dtype=pl.String)
    return (
        included_tax(pl.col("@gross"), rate).cast(debit.dtype),
        included_tax(pl.col("@transaction"), rate).cast(debit.dtype),
        account,
    )


def included_tax(gross: pl.Expr, rate: pl.Expr) -> pl.Expr:
    """gross × rate / (100 + rate), rounded half away from zero to cents; zero where there is no rate.

    `gross` is DECIMAL(20,4), `rate` whole ten-thousandths of a percent. Whole numbers throughout, so nothing is lost.
    """
    units = gross.to_physical().cast(pl.Int128)  # ten-thousandths of the currency
    wide_rate = rate.cast(pl.Int128)
    divisor = (wide_rate + _HUNDRED) * 100  # to cents
    cents = (units.abs() * wide_rate * 2 + divisor) // (divisor * 2) * units.sign()
    tax = cents.cast(pl.Int64).cast(pl.Decimal(20, 4)) * pl.lit(_CENT, dtype=pl.Decimal(20, 4))
    return pl.when(rate.is_not_null()).then(tax).otherwise(pl.lit(_ZERO, dtype=pl.Decimal(20, 4)))


def part_count() -> pl.Expr:
    """How many contract rows a source row becomes; a row that cannot be read stays one."""
    has_tax = (pl.col("@tax") != _ZERO) | (pl.col("@tax_transaction") != _ZERO)
    return pl.when(pl.col("@failed")).then(1).when(has_tax).then(3).otherwise(2).cast(pl.Int64)


@dataclass(frozen=True)
class _Part:
    """One of the rows that a source row becomes: its account, its side, its amounts, the tax key it shows."""

    number: int
    account: pl.Expr
    on_debit: pl.Expr
    functional: pl.Expr
    transaction: pl.Expr
    key: pl.Expr


def parts(frame: pl.LazyFrame, mapping: Mapping, contract: Contract) -> pl.LazyFrame:
    """Deal every row out: part 1 the account, part 2 the contra account, part 3 the tax account.

    The tax key is shown on the part that it taxes and on the tax itself.
    """
    own, is_debit, key = pl.col("@own_side"), pl.col("@is_debit"), pl.col("@key")
    gross, transaction = pl.col("@gross"), pl.col("@transaction")
    tax, tax_transaction = pl.col("@tax"), pl.col("@tax_transaction")
    net, net_transaction = gross - tax, transaction - tax_transaction
    dealt = (
        _Part(1, pl.col("@account"), is_debit, _either(own, net, gross), _either(own, net_transaction, transaction),
              pl.when(own).then(key)),
        _Part(2, pl.col("@contra"), ~is_debit, _either(own, gross, net), _either(own, transaction, net_transaction),
              pl.when(~own).then(key)),
        _Part(3, pl.col("@tax_account"), is_debit == own, tax, tax_transaction, key),
    )  # fmt: skip
    return pl.concat([_part(frame, part, mapping, contract) for part in dealt])


def _part(frame: pl.LazyFrame, part: _Part, mapping: Mapping, contract: Contract) -> pl.LazyFrame:
    nothing = pl.lit(_ZERO, dtype=contract.field(mapping.debit_field).dtype)
    fields = {
        "account_code": part.account,
        mapping.debit_field: _either(part.on_debit, part.functional, nothing),
        mapping.credit_field: _either(part.on_debit, nothing, part.functional),
        "transaction_amount": _either(part.on_debit, part.transaction, -part.transaction),
        "tax_code": part.key,
        **_party(part.account, mapping.two_accounts),
    }
    chosen = {name: fields[name] for name in mapping.filled_by_amounts}
    return frame.filter(pl.col(PART_COUNT) >= part.number).with_columns(
        pl.lit(part.number, dtype=pl.Int64).alias("source_part"),
        *(expr.cast(contract.field(name).dtype).alias(VALUE + name) for name, expr in chosen.items()),
    )


def _party(account: pl.Expr, shape: TwoAccounts | None) -> dict[str, pl.Expr]:
    if shape is None or not shape.personal_accounts:
        return {}
    party = pl.lit(None, dtype=pl.String)
    for rule in shape.personal_accounts:
        hit = (account.str.len_bytes() == len(rule.first)) & account.is_between(pl.lit(rule.first), pl.lit(rule.last))
        party = pl.when(hit).then(pl.lit(rule.party_type)).otherwise(party)
    return {"party_type": party, "party_code": pl.when(party.is_not_null()).then(account)}


def _either(condition: pl.Expr, held: pl.Expr, otherwise: pl.Expr) -> pl.Expr:
    """One of two values; null where the condition is not known."""
    return pl.when(condition).then(held).when(~condition).then(otherwise)

"""What a branch says about the meaning of its columns: contract field ← where the value stands and how it is written.

Strict models that a branch's `defs.yaml` is read into. Not here: number and date conventions (conventions), finding and
merging YAML (branches), and the expressions that carry a mapping out (sourcing, reading, amounts).
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Literal, Self

import polars as pl
from pydantic import AfterValidator, BeforeValidator, Field, StrictBool, StrictStr, model_validator

from pipelines.standardize.conventions import Booleans, Dates, Numbers, Strict, Words, one_or_more

Derivation = Literal["year_of", "month_of", "period_of", "month_end_of", "fiscal_year_of", "fiscal_period_of"]
_ORIGINS = ("column", "metadata", "value", "first_of", "joined", "derive", "row_number", "balance")


def _pattern(value: str) -> str:
    try:
        if re.compile(value).groups != 1:
            raise ValueError(f"the pattern {value!r} needs exactly one group in parentheses: the part to take.")
        pl.Series([""]).str.extract(value)
    except (re.error, pl.exceptions.ComputeError) as err:
        raise ValueError(f"{value!r} is no regular expression that can be used here: {err}.") from err
    return value


def _search(value: str) -> str:
    try:
        pl.Series([""]).str.contains(value)
    except pl.exceptions.ComputeError as err:
        raise ValueError(f"{value!r} is no regular expression that can be used here: {err}.") from err
    return value


def _rate(value: Any) -> Any:
    """Rates are whole numbers or quoted text; a float would already have lost its digits."""
    if isinstance(value, bool | float):
        raise ValueError(f"{value!r} is no exact number. Quote it, e.g. '7.7'.")  # noqa: TRY004 (pydantic wants it)
    try:
        return Decimal(value) if isinstance(value, int | str) else value
    except InvalidOperation as err:
        raise ValueError(f"{value!r} is no number; expected e.g. '19' or '7.7'.") from err


GroupPattern = Annotated[StrictStr, AfterValidator(_pattern)]
SearchPattern = Annotated[StrictStr, AfterValidator(_search)]
Names = Annotated[tuple[StrictStr, ...], BeforeValidator(one_or_more), Field(min_length=1)]


def _listed(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


class Balance(Strict):
    """One signed amount (debit positive) out of two columns, or of an amount and the word for its side."""

    debit: Names | None = None
    credit: Names | None = None
    amount: Names | None = None
    indicator: Names | None = None
    debit_words: Words = ("D", "S")
    credit_words: Words = ("C", "H")

    @model_validator(mode="after")
    def _one_shape(self) -> Self:
        two_columns = self.debit is not None and self.credit is not None
        one_column = self.amount is not None and self.indicator is not None
        if (
            two_columns == one_column
            or (two_columns and (self.amount or self.indicator))
            or (one_column and (self.debit or self.credit))
        ):
            raise ValueError("balance needs either debit and credit, or amount and indicator: names of columns.")
        return self


class Source(Strict):
    """Where one field's value stands and how it is written. Exactly one origin; the rest is optional.

    Origins: `column` (a header, or several of which the first that the file has counts), `metadata` (a value outside
    the rows; several: the first that the file has), `value` (a constant), `first_of` (the first non-empty), `joined`,
    `derive` from already mapped fields, `row_number` (of the document or the file), `balance`.

    A bare text is short for `column`, a list for alternative headers.
    """

    column: Names | None = None
    metadata: Names | None = None
    value: StrictStr | None = None
    first_of: Annotated[tuple[Source, ...], BeforeValidator(_listed)] | None = None
    joined: Annotated[tuple[Source, ...], BeforeValidator(_listed)] | None = None
    derive: Derivation | None = None
    row_number: Literal["document", "file"] | None = None
    balance: Balance | None = None

    from_: Annotated[tuple[StrictStr, ...], BeforeValidator(one_or_more)] = Field(default=(), alias="from")
    separator: StrictStr = ""
    optional: StrictBool = False  # the file may lack the column: then the field is empty
    carried: StrictBool = False  # an empty cell repeats the one above it, as in printed journals
    pattern: GroupPattern | None = None  # take the group of this regular expression; no match is empty
    values: dict[StrictStr, StrictStr] | None = None  # the branch's code -> the standard value
    otherwise: StrictStr | None = None  # the value for codes that `values` does not list
    keep_unlisted: StrictBool = False  # codes that `values` does not list stay as they are
    when_empty: StrictStr | None = None
    empty_words: Annotated[tuple[StrictStr, ...], BeforeValidator(one_or_more)] = ()  # texts that mean nothing: "n/a"
    strip_leading_zeros: StrictBool = False
    negate: StrictBool = False  # the file writes this amount with the opposite sign
    numbers: Numbers | None = None
    dates: Dates | None = None
    booleans: Booleans | None = None

    @model_validator(mode="before")
    @classmethod
    def _short_forms(cls, said: Any) -> Any:
        return {"column": said} if isinstance(said, str | list | tuple) else said

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        origins = [name for name in _ORIGINS if getattr(self, name) is not None]
        if len(origins) != 1:
            found = f"found {' and '.join(origins)}" if origins else "found none"
            raise ValueError(f"{found}; expected exactly one of {', '.join(_ORIGINS)}.")
        if (self.derive is None) != (not self.from_):
            raise ValueError("derive and from belong together: which field is it derived from?")
        if (self.otherwise is not None or self.keep_unlisted) and self.values is None:
            raise ValueError("otherwise and keep_unlisted say what codes outside values become; values is missing.")
        if self.otherwise is not None and self.keep_unlisted:
            raise ValueError("codes outside values either become `otherwise` or stay. Remove one of both.")
        if self.carried and self.column is None:
            raise ValueError("carried repeats the cell of a column; say it beside column.")
        if self.first_of == () or self.joined == ():
            raise ValueError("first_of and joined need at least one source.")
        return self

    @property
    def inner(self) -> tuple[Source, ...]:
        """The sources that this one is made of."""
        return self.first_of or self.joined or ()

    @property
    def needs(self) -> frozenset[str]:
        """The contract fields that must be read before this one."""
        return frozenset(self.from_).union(*(source.needs for source in self.inner))


class TaxKey(Strict):
    """What a tax key does: percent rate, the account its tax is booked on; `reversal` posts with the opposite sign."""

    rate: Annotated[Decimal, BeforeValidator(_rate), Field(ge=0, lt=1000)] = Decimal(0)
    account: StrictStr | None = None
    reversal: StrictBool = False
    cancels_automatic: StrictBool = False

    @model_validator(mode="after")
    def _has_account(self) -> Self:
        if self.rate and self.account is None:
            raise ValueError("a tax key with a rate needs the account that its tax is booked on.")
        return self


class AutomaticAccounts(Strict):
    """Accounts (one, or a range of equally long codes) that post with this tax key although the row names none."""

    first: StrictStr
    last: StrictStr | None = None
    key: StrictStr

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last is not None and (len(self.last) != len(self.first) or self.last < self.first):
            raise ValueError(f"{self.first}..{self.last} is no range: both ends need the same length, in order.")
        return self


class PersonalAccounts(Strict):
    """A range of equally long account codes that are customers or suppliers: such a part of a row names its party."""

    first: StrictStr
    last: StrictStr
    party_type: Literal["customer", "supplier"]


class SignedAmounts(Strict):
    """One signed column: positive is a debit (or a credit, if so declared)."""

    shape: Literal["signed"]
    amount: Source
    positive: Literal["debit", "credit"] = "debit"


class TwoColumns(Strict):
    """A debit and a credit column; an empty one counts as zero where the other is filled."""

    shape: Literal["two_columns"]
    debit: Source
    credit: Source


class IndicatedAmounts(Strict):
    """An amount and a word for its side. A negative amount stays a negative debit or credit (red storno)."""

    shape: Literal["indicator"]
    amount: Source
    indicator: Source
    debit_words: Words = ("S", "D")
    credit_words: Words = ("H", "C")


class TwoAccounts(Strict):
    """The DATEV kind: one row names account and contra account; it becomes two contract rows, or three with tax.

    `indicator` is the side of `account`. `base_amount` is the amount in functional currency where `amount` is in
    another. Tax stands on the contra side, or on `account` where only that one is automatic; tax is
    gross × rate / (100 + rate), rounded half away from zero to cents.
    """

    shape: Literal["two_accounts"]
    account: Source
    contra_account: Source
    amount: Source
    base_amount: Source | None = None
    indicator: Source
    debit_words: Words = ("S",)
    credit_words: Words = ("H",)
    tax_key: Source | None = None
    tax_keys: dict[StrictStr, TaxKey] = Field(default_factory=dict)
    automatic_accounts: Annotated[tuple[AutomaticAccounts, ...], BeforeValidator(_listed)] = ()
    reversal: Source | None = None
    reversal_words: Words = ("1", "G")
    personal_accounts: Annotated[tuple[PersonalAccounts, ...], BeforeValidator(_listed)] = ()

    @model_validator(mode="after")
    def _keys_exist(self) -> Self:
        for rule in self.automatic_accounts:
            if rule.key not in self.tax_keys:
                raise ValueError(f"automatic_accounts {rule.first}: the tax key {rule.key!r} is not in tax_keys.")
        return self


Amounts = Annotated[SignedAmounts | TwoColumns | IndicatedAmounts | TwoAccounts, Field(discriminator="shape")]


def _shapes(value: Any) -> Any:
    """One shape is given as it is, several as a list of which the first that the file has the columns for counts."""
    return (value,) if isinstance(value, dict | Strict) else _listed(value)


class RowRule(Strict):
    """Rows to leave out, known by conditions that all hold. `name` says what they are, for people and the receipt.

    `values`: column → texts, one of which it holds. `empty` and `filled`: columns. `zero`: columns that hold a zero or
    nothing. `matches`: column → regular expression. `repeats`: columns whose values all stood in an earlier row.
    """

    name: StrictStr
    values: dict[StrictStr, Words] = Field(default_factory=dict)
    empty: Annotated[tuple[StrictStr, ...], BeforeValidator(one_or_more)] = ()
    filled: Annotated[tuple[StrictStr, ...], BeforeValidator(one_or_more)] = ()
    zero: Annotated[tuple[StrictStr, ...], BeforeValidator(one_or_more)] = ()
    matches: dict[StrictStr, SearchPattern] = Field(default_factory=dict)
    repeats: Annotated[tuple[StrictStr, ...], BeforeValidator(one_or_more)] = ()

    @model_validator(mode="after")
    def _some_condition(self) -> Self:
        if not (self.values or self.empty or self.zero or self.matches or self.repeats):
            raise ValueError(
                "the rule names no condition (values, empty, zero, matches, repeats): it would take every row."
            )
        return self

    @property
    def columns(self) -> tuple[str, ...]:
        """The headers that the rule looks at."""
        return (*self.values, *self.empty, *self.filled, *self.zero, *self.matches, *self.repeats)


class Unpivot(Strict):
    """A wide table made long: every filled cell of the columns that `columns` matches whole becomes a row of its own.

    `header` and `value` are the names under which the cell's column header and its text are known to the mapping.
    `empty_words` are texts that stand for an empty cell.
    """

    columns: SearchPattern
    header: StrictStr = "header"
    value: StrictStr = "value"
    empty_words: Annotated[tuple[StrictStr, ...], BeforeValidator(one_or_more)] = ()


RowRules = Annotated[tuple[RowRule, ...], BeforeValidator(_listed)]


class FiscalCalendar(Strict):
    """How fiscal years lie: the metadata that holds the first day, or the first month.

    A year is named after the calendar year in which it starts or ends.
    """

    start: Words | None = None
    format: StrictStr = "%Y%m%d"
    first_month: Annotated[int, Field(ge=1, le=12, strict=True)] | None = None
    named_after: Literal["start", "end"] = "start"

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        if (self.start is None) == (self.first_month is None):
            raise ValueError("fiscal_calendar needs either start (a metadata key) or first_month.")
        return self


class Mapping(Strict):
    """How one table of a file becomes one dataset. `section` is the sheet or kind of record ("" for the only table).

    `columns`: contract field → source. `amounts` fills debit and credit (`debit_field`, `credit_field`), and for two
    accounts on one row also account, tax code and transaction amount; of several shapes the first whose columns the
    file has counts. `non_data` and `out_of_scope` rows are left out, counted and listed. `distinct` leaves out rows
    that say the same as an earlier one in every mapped field: master data repeated on each line of a ledger.
    `unmapped` are columns that are known and left out on purpose: they are no drift.
    """

    section: StrictStr = ""
    columns: dict[StrictStr, Source]
    unpivot: Unpivot | None = None
    distinct: StrictBool = False
    amounts: Annotated[tuple[Amounts, ...], BeforeValidator(_shapes)] = ()
    debit_field: StrictStr = "debit_amount_functional"
    credit_field: StrictStr = "credit_amount_functional"
    numbers: Numbers = Numbers()
    dates: Dates | None = None
    booleans: Booleans = Booleans()
    fiscal_calendar: FiscalCalendar = FiscalCalendar(first_month=1)
    non_data: RowRules = ()
    out_of_scope: RowRules = ()
    unmapped: Annotated[tuple[StrictStr, ...], BeforeValidator(one_or_more)] = ()

    @model_validator(mode="after")
    def _agreeing_parts(self) -> Self:
        if len(self.amounts) > 1 and any(isinstance(shape, TwoAccounts) for shape in self.amounts):
            raise ValueError("amounts of several shapes cannot hold two_accounts: it fills other fields than the rest.")
        if self.distinct and (self.amounts or any(source.row_number for source in self.columns.values())):
            raise ValueError("distinct is for master data: rows with amounts or row numbers of their own never repeat.")
        if self.unpivot and (self.distinct or self.two_accounts or self.non_data or self.out_of_scope):
            raise ValueError(
                "unpivot makes several rows of one, so that rules for rows cannot be counted: remove distinct, "
                "non_data, out_of_scope or amounts of two_accounts."
            )
        return self

    @property
    def two_accounts(self) -> TwoAccounts | None:
        """The shape of amounts that makes several rows of one, if that is what the rows hold."""
        first = self.amounts[0] if self.amounts else None
        return first if isinstance(first, TwoAccounts) else None

    @property
    def explained_by(self) -> dict[str, frozenset[str]]:
        """Field → other fields whose unreadable value leaves it empty too: what it is derived from, and amounts' parts.

        An unreadable date says nothing more by a fiscal year that is missing as well.
        """
        found = {name: source.needs for name, source in self.columns.items() if source.needs}
        for name in self.filled_by_amounts:
            found[name] = found.get(name, frozenset()) | (frozenset(self.filled_by_amounts) - {name})
        while True:  # what explains the explanation
            wider = {name: causes.union(*(found.get(one, ()) for one in causes)) for name, causes in found.items()}
            if wider == found:
                return found
            found = wider

    @property
    def filled_by_amounts(self) -> tuple[str, ...]:
        """The contract fields that `amounts` fills."""
        if not self.amounts:
            return ()
        own = (self.debit_field, self.credit_field)
        double = self.two_accounts
        if double is None:
            return own
        tax = ("tax_code",) if double.tax_key else ()
        party = ("party_type", "party_code") if double.personal_accounts else ()
        return (*own, "account_code", "transaction_amount", *tax, *party)

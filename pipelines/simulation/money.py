"""Whole minor units and how they are rounded and written. Not here: rates, taxes, accounts."""

from __future__ import annotations

RATE_UNIT = 10**10  # exchange rates are whole numbers of this fraction: ten decimals
BASIS = 10_000  # tax rates and discounts are basis points: 1900 is 19 %


class Number(str):
    """Text that stands in JSON as it is: a number with the decimals it was written with."""

    __slots__ = ()


def divide(dividend: int, divisor: int) -> int:
    """The nearest whole number, half away from zero (the rounding rule of commerce)."""
    quotient = (2 * abs(dividend) + divisor) // (2 * divisor)
    return quotient if dividend >= 0 else -quotient


def convert(amount: int, rate: int) -> int:
    """Minor units at an exchange rate (of `RATE_UNIT`), into a currency that has as many minor units."""
    return amount if rate == RATE_UNIT else divide(amount * rate, RATE_UNIT)


def tax_on(net: int, basis_points: int) -> int:
    """The tax on a net amount."""
    return divide(net * basis_points, BASIS)


def tax_within(gross: int, basis_points: int) -> int:
    """The tax that a gross amount contains."""
    return divide(gross * basis_points, BASIS + basis_points)


def plain(amount: int) -> str:
    """Minor units as `-1234.50`."""
    sign = "-" if amount < 0 else ""
    whole, cents = divmod(abs(amount), 100)
    return f"{sign}{whole}.{cents:02d}"


def with_comma(amount: int) -> str:
    """Minor units as `-1234,50`."""
    return plain(amount).replace(".", ",")


def spaced(amount: int) -> str:
    """Minor units as `-1 234,50`: thousands apart."""
    sign = "-" if amount < 0 else ""
    whole, cents = divmod(abs(amount), 100)
    return f"{sign}{whole:,}".replace(",", " ") + f",{cents:02d}"


def dotted(amount: int) -> str:
    """Minor units as `-1.234,50`."""
    return spaced(amount).replace(" ", ".")


def grouped(amount: int) -> str:
    """Minor units as `1,234.50`, negative ones in parentheses."""
    whole, cents = divmod(abs(amount), 100)
    text = f"{whole:,}.{cents:02d}"
    return f"({text})" if amount < 0 else text


def rate_text(rate: int, decimals: int = 10) -> str:
    """A rate as `1.1637000000`."""
    scaled = divide(rate, 10 ** (10 - decimals))
    return f"{scaled // 10**decimals}.{scaled % 10**decimals:0{decimals}d}"

"""Who there is: the branches, their partners, their products, and how big everything is.

Everything here is invented. Not here: what happens (events), accounts (charts).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from pipelines.simulation.charts import GERMANY, NORWAY, PARTY_ROLES, UNITED_STATES, Chart
from pipelines.simulation.dice import Dice
from pipelines.simulation.national import china, france, united_kingdom
from pipelines.simulation.profile import Profile


@dataclass(frozen=True)
class Party:
    """A customer or supplier; `partner` is the branch of the group that it is, if it is one."""

    code: str
    name: str
    country: str
    street: str
    postal_code: str
    city: str
    tax_id: str
    bank_account: str
    currency: str
    kind: str  # customer, supplier
    taxed: bool  # whether the branch's sales tax or VAT applies
    partner: str = ""

    @property
    def role(self) -> str:
        """The role that the partner's balance has in the books."""
        side = "receivable" if self.kind == "customer" else "payable"
        return f"ic_{side}:{self.code}" if self.partner else f"{side}:{self.code}"


@dataclass(frozen=True)
class Product:
    """An item; price and cost are minor units of the branch's currency for one unit."""

    code: str
    name: str
    unit: str
    price: int
    cost: int
    tax_class: str  # standard, reduced
    gtin: str | None = None  # the maker's; None: the branch numbers it for itself


PROFILES: dict[str, Profile] = {
    "germany": Profile(
        branch_id="germany",
        name="Rheintal Werkzeug GmbH",
        country="DE",
        currency="EUR",
        time_zone="Europe/Berlin",
        registration_id="HRB 900017",
        tax_id="DE900000017",
        chart=GERMANY,
        tax_rates={"standard": 1900, "reduced": 700, "untaxed": 0},
        money_scale=1,
        foreign=("CH", "USD"),
        sales_per_day=2,
        purchases_per_day=2,
        number_style="{kind}{day:%y%m%d}-{count:03d}",
        first_customer=10001,
        first_supplier=70001,
        kinds={"sale": "RE", "credit": "GS", "purchase": "ER", "received": "ZE", "paid": "ZA"},
        most_parties=9_800,
        words=(
            ("Müller", "Schäfer", "Kröger", "Weiß", "Hartmann", "Löwe", "Böttcher", "Strauß", "Kern", "Vogelsang"),
            ("Maschinenbau GmbH", "Handels KG", "& Söhne OHG", "Technik AG", "Baumarkt GmbH"),
            ("Gewerbestraße", "Am Mühlbach", "Industriering", "Königsallee", "Hafenstraße"),
            ("Köln", "Düsseldorf", "Mönchengladbach", "Würzburg", "Gießen"),
        ),
        products=(
            ("Bohrmaschine 750 W", "standard"),
            ("Sägeblatt 210 mm", "standard"),
            ("Schraubendrehersatz", "standard"),
            ("Prüfgerät für Spannung", "standard"),
            ("Arbeitshandschuhe, Größe 10", "standard"),
            ("Fachbuch Metallbearbeitung", "reduced"),
            ("Akkuschrauber 18 V", "standard"),
            ("Werkbank höhenverstellbar", "standard"),
            ("Tabellenbuch Gewinde", "reduced"),
        ),
    ),
    "norway": Profile(
        branch_id="norway",
        name="Fjordverk Industri AS",
        country="NO",
        currency="NOK",
        time_zone="Europe/Oslo",
        registration_id="900000025",
        tax_id="900000025MVA",
        chart=NORWAY,
        tax_rates={"standard": 2500, "reduced": 1500, "untaxed": 0},
        money_scale=10,
        foreign=("SE", "EUR"),
        sales_per_day=2,
        purchases_per_day=2,
        number_style="{kind}{day:%y%m%d}{count:03d}",
        first_customer=100,
        first_supplier=500,
        most_parties=390,
        red_reversals=True,
        words=(
            ("Sørli", "Bjørnstad", "Håkonsen", "Ødegård", "Fjelltun", "Næss", "Brekke", "Ås", "Solbakken", "Tveit"),
            ("Bygg AS", "Handel AS", "Verksted ANS", "Maskin AS", "Eiendom ASA"),
            ("Strandgata", "Åsveien", "Industriveien", "Kirkegata", "Sjøgata"),
            ("Tromsø", "Ålesund", "Bodø", "Hamar", "Måløy"),
        ),
        products=(
            ("Drill 750 W", "standard"),
            ("Sagblad 210 mm", "standard"),
            ("Skrutrekkersett", "standard"),
            ("Vernehansker, størrelse 10", "standard"),
            ("Tørrfisk, gavepakke", "reduced"),
            ("Arbeidsbenk", "standard"),
            ("Batteridrill 18 V", "standard"),
            ("Kaffe, hel kasse", "reduced"),
        ),
    ),
    "united_states": Profile(
        branch_id="united_states",
        name="Atlas Trading Inc.",
        country="US",
        currency="USD",
        time_zone="America/Chicago",
        registration_id="IL-90000033",
        tax_id="90-0000033",
        chart=UNITED_STATES,
        tax_rates={"standard": 725, "untaxed": 0},
        money_scale=1,
        foreign=("IE", "EUR"),
        sales_per_day=2,
        purchases_per_day=2,
        number_style="{kind}-{day:%y%m%d}-{count:03d}",
        first_customer=1001,
        first_supplier=5001,
        codes=("C{:04d}", "V{:04d}"),
        words=(
            (
                "Maple",
                "Prairie",
                "Lakeshore",
                "Union",
                "Cardinal",
                "Summit",
                "Blue River",
                "Oak Hill",
                "Frontier",
                "Star",
            ),
            ("Hardware LLC", "Supply Co.", "Builders Inc.", "Contracting LLC", "Home & Garden"),
            ("Main St", "Industrial Pkwy", "2nd Ave", "Commerce Dr", "County Rd 7"),
            ("Peoria, IL", "Rockford, IL", "Gary, IN", "Duluth, MN", "Flint, MI"),
        ),
        products=(
            ("Cordless drill 18V", "standard"),
            ('Circular saw blade 8-1/4"', "standard"),
            ("Screwdriver set", "standard"),
            ("Work gloves, XL", "standard"),
            ("Workbench, adjustable", "standard"),
            ("Voltage tester", "standard"),
            ("Torque wrench", "standard"),
        ),
    ),
}

BRANCH_IDS = ("germany", "norway", "united_states", "france", "china", "united_kingdom")
PROFILES |= {"france": france.PROFILE, "china": china.PROFILE, "united_kingdom": united_kingdom.PROFILE}

# Seller, buyer, currency of their trade; one such sale a week at the smallest volume, where both are in the group.
# No two buyers of a seller, and no two sellers of a buyer, begin with the same letter: it stands in the bill's number.
INTERCOMPANY = (
    ("germany", "norway", "EUR"),
    ("germany", "united_states", "EUR"),
    ("norway", "germany", "NOK"),
    ("united_states", "germany", "USD"),
    ("germany", "france", "EUR"),
    ("france", "united_kingdom", "GBP"),
    ("united_kingdom", "france", "GBP"),
    ("china", "germany", "EUR"),
    ("china", "united_kingdom", "GBP"),
    ("united_kingdom", "china", "CNY"),
)
# Partner codes inside the group: in Germany they are personal accounts of a range of their own.
_PARTNER_CODES = {
    "germany": (("199{:02d}", 1), ("799{:02d}", 1)),
    "norway": (("{:05d}", 901), ("{:05d}", 951)),
    "united_states": (("C{:04d}", 9001), ("V{:04d}", 9501)),
    "france": (("C9{:04d}", 1), ("F9{:04d}", 1)),
    "china": (("KH9{:03d}", 1), ("GY9{:03d}", 1)),
    "united_kingdom": (("CU9{:04d}", 1), ("SU9{:04d}", 1)),
}


@dataclass(frozen=True)
class Branch:
    """A branch with its partners and products, at a volume (1 is the smallest)."""

    profile: Profile
    customers: tuple[Party, ...]
    suppliers: tuple[Party, ...]
    partners: dict[tuple[str, str], Party]  # (branch, customer | supplier) -> the partner as this branch codes it
    products: tuple[Product, ...]
    volume: int
    seed: int

    @property
    def id(self) -> str:
        return self.profile.branch_id

    @property
    def system(self) -> str:
        """Whose habits and files it has."""
        return self.profile.system

    @property
    def currency(self) -> str:
        return self.profile.currency

    @property
    def chart(self) -> Chart:
        return self.profile.chart

    @property
    def all_customers(self) -> tuple[Party, ...]:
        return self.customers + tuple(p for (_, kind), p in sorted(self.partners.items()) if kind == "customer")

    @property
    def all_suppliers(self) -> tuple[Party, ...]:
        return self.suppliers + tuple(p for (_, kind), p in sorted(self.partners.items()) if kind == "supplier")

    def partner_of(self, key: str) -> str:
        """The branch of the group that an account's lines concern; empty where it is none."""
        role, _, code = key.partition(":")
        if role not in PARTY_ROLES:
            return code
        return next((p.partner for p in self.partners.values() if p.code == code), "") if role[:3] == "ic_" else ""

    def number(self, kind: str, day: object, count: int) -> str:
        """A document number as the branch forms it."""
        return self.profile.number_style.format(kind=kind, day=day, count=count)


def build_branch(profile: Profile, seed: int, volume: int, members: Collection[str]) -> Branch:
    """The branch with its master data; the same for the same seed and volume, in a group of these members."""
    most = profile.most_parties
    return Branch(
        profile=profile,
        customers=_parties(profile, "customer", min(most, 18 + 6 * volume), seed),
        suppliers=_parties(profile, "supplier", min(most, 10 + 2 * volume), seed),
        partners=_partners(profile, members),
        products=_products(profile, seed),
        volume=volume,
        seed=seed,
    )


def _parties(profile: Profile, kind: str, count: int, seed: int) -> tuple[Party, ...]:
    dice = Dice(seed, profile.branch_id, kind)
    first = profile.first_customer if kind == "customer" else profile.first_supplier
    code = profile.codes[kind == "supplier"]
    return tuple(_party(profile, kind, code.format(first + n), n, dice) for n in range(count))


def _party(profile: Profile, kind: str, code: str, n: int, dice: Dice) -> Party:
    names, forms, streets, cities = profile.words
    abroad = n % 6 == 5
    country, currency = profile.foreign if abroad else (profile.country, profile.currency)
    exempt = abroad or (profile.system == "united_states" and (n % 3 == 1 or kind == "supplier"))
    return Party(
        code=code,
        name=f"{names[n % len(names)]} {forms[(n // len(names) + n) % len(forms)]}",
        country=country,
        street=f"{dice.pick(streets)} {dice.between(1, 180)}",
        postal_code=f"{dice.between(10000, 99999)}" if profile.system != "norway" else f"{dice.between(100, 9999):04d}",
        city=dice.pick(cities),
        tax_id=f"{country}{dice.between(100_000_000, 999_999_999)}",
        bank_account="".join((country, *(f"{dice.between(10**8, 10**9 - 1)}" for _ in range(2)))),
        currency=currency,
        kind=kind,
        taxed=not exempt,
    )


def _partners(profile: Profile, members: Collection[str]) -> dict[tuple[str, str], Party]:
    """How this branch codes the other branches with which it trades."""
    found: dict[tuple[str, str], Party] = {}
    for seller, buyer, currency in INTERCOMPANY:
        if seller not in members or buyer not in members:
            continue
        for other, kind, me in ((buyer, "customer", seller), (seller, "supplier", buyer)):
            if me != profile.branch_id:
                continue
            style, first = _PARTNER_CODES[me][kind == "supplier"]
            there = PROFILES[other]
            name, street, city = there.abroad or (there.name, there.words[2][0], there.words[3][0])
            found[other, kind] = Party(
                code=style.format(first + BRANCH_IDS.index(other)),
                name=name,
                country=there.country,
                street=f"{street} 1",
                postal_code="10100",
                city=city,
                tax_id=there.tax_id,
                bank_account=f"{there.country}00{there.registration_id[-6:]}",
                currency=currency,
                kind=kind,
                taxed=False,
                partner=other,
            )
    return found


def _products(profile: Profile, seed: int) -> tuple[Product, ...]:
    dice = Dice(seed, profile.branch_id, "products")
    found = []
    for n, (name, tax_class) in enumerate(profile.products):
        price = dice.between(2_900, 47_900) * profile.money_scale
        cost = price * dice.between(52, 68) // 100
        found.append(Product(f"{n + 1:04d}", name, "C62", price, cost, tax_class))
    return tuple(found)

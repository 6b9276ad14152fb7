"""What a branch does every month without a partner: payroll, rent, depreciation, taxes, accruals, cash; and the
opening.

Not here: trade with partners (events, booking).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from pipelines.simulation.calendar import FIRST_DAY, Month, work_day_from
from pipelines.simulation.charts import GROUP_LINES, group_account
from pipelines.simulation.dice import Dice
from pipelines.simulation.events import Group, open_before
from pipelines.simulation.holdings import FUNDS, LENDS, investments
from pipelines.simulation.ledger import Document, Ledger, Posting
from pipelines.simulation.money import divide, tax_on
from pipelines.simulation.national import china, france, united_kingdom
from pipelines.simulation.world import Branch

# Whole euros (or their rough worth) a month at the smallest volume.
_MONTHLY = {
    "wages": 18_000,
    "rent": 2_400,
    "depreciation": 950,
    "interest_expense": 310,
    "interest_income": 42,
    "bank_fees": 65,
    "utilities": 720,
    "income_tax": 900,
    "curiosities": 180,
    "other_income": 260,
    "prepaid": 150,
}
# Whole euros at the beginning of the year, debit positive; capital and tax liabilities credit.
_OPENING = {
    "software": 8_000,
    "equipment": 64_000,
    "accumulated_depreciation": -21_000,
    "inventory": 220_000,
    "prepaid": 1_800,
    "bank": 78_000,
    "cash": 1_500,
    "capital": -50_000,
    "income_tax_payable": -2_700,
    "payroll_tax": -3_240,
    "social_payable": -3_600,
    "loan": -60_000,
    "accruals": -720,
    "tax_settlement": -4_100,
}
_JOURNALS = {"BK": "bank", "KA": "cash", "SO": "general"}
_PAYROLL_TAX = 18  # per cent of gross wages
_SOCIAL = 20
_OUTPUT = ("output_tax_standard", "output_tax_reduced")
_INPUT = ("input_tax_standard", "input_tax_reduced")
_TAXES = (*_OUTPUT, *_INPUT, "tax_settlement", "payroll_tax", "social_payable")
_TEXTS = {
    "germany": {
        "opening": "Saldenvortrag", "rent": "Miete", "wages": "Gehälter", "social": "Sozialversicherung",
        "net": "Nettogehälter",
        "tax_paid": "Umsatzsteuervorauszahlung", "payroll_tax": "Lohnsteuer", "depreciation": "Abschreibung",
        "interest": "Darlehenszinsen", "income": "Zinserträge", "fees": "Kontoführung",
        "accrual": "Rückstellung Energie",
        "reversal": "Auflösung Rückstellung Energie", "income_tax": "Körperschaftsteuer", "tool": "Kleinwerkzeug",
        "scrap": "Verkauf Schrott", "cash": "Barverkauf", "deposit": "Bareinzahlung",
        "prepaid": "Versicherung anteilig",
        "repay": "Tilgung Darlehen", "clear": "Umbuchung Umsatzsteuer",
    },
    "norway": {
        "opening": "Inngående balanse", "rent": "Husleie", "wages": "Lønn", "social": "Arbeidsgiveravgift",
        "net": "Netto lønn",
        "tax_paid": "Betaling merverdiavgift", "payroll_tax": "Forskuddstrekk", "depreciation": "Avskrivning",
        "interest": "Lånerenter", "income": "Renteinntekter", "fees": "Bankgebyr", "accrual": "Avsetning strøm",
        "reversal": "Tilbakeføring avsetning strøm", "income_tax": "Skattekostnad", "tool": "Diverse til avklaring",
        "scrap": "Salg av skrap", "cash": "Kontantsalg", "deposit": "Innskudd kasse", "prepaid": "Forsikring, andel",
        "repay": "Avdrag lån", "clear": "Oppgjør merverdiavgift",
    },
    "united_states": {
        "opening": "Beginning balance", "rent": "Rent", "wages": "Payroll", "social": "Employer payroll tax",
        "net": "Net pay",
        "tax_paid": "Sales tax remittance", "payroll_tax": "Payroll tax deposit", "depreciation": "Depreciation",
        "interest": "Loan interest", "income": "Interest earned", "fees": "Bank service charge",
        "accrual": "Accrued utilities",
        "reversal": "Reverse accrued utilities", "income_tax": "Income tax provision", "tool": "To be clarified",
        "scrap": "Scrap sale", "cash": "Counter sale", "deposit": "Cash deposit", "prepaid": "Insurance expense",
        "repay": "Loan principal", "clear": "Sales tax clearing",
    },
    "france": france.TEXTS,
    "china": china.TEXTS,
    "united_kingdom": united_kingdom.TEXTS,
}  # fmt: skip


class Routine:
    """A branch's own month; it asks the books for the taxes that have run up."""

    def __init__(self, group: Group, branch: Branch, books: Ledger) -> None:
        self._group = group
        self._branch = branch
        self._books = books
        self._text = _TEXTS[branch.system]
        self._before: dict[str, int] = {}  # the tax accounts when the month began

    def begin(self) -> None:
        """A month begins: what is owed for the ones before is what the tax accounts hold now."""
        self._before = {account: self._books.closing([account]) for account in _TAXES}

    def opening(self) -> Iterator[Document]:
        """The balances at the beginning of the year, every account against the carrying-forward account."""
        balances = {role: self._worth(euros) for role, euros in _OPENING.items() if self._branch.chart.has(role)}
        if not self._branch.chart.has("tax_settlement"):
            balances["output_tax_standard"] = self._worth(_OPENING["tax_settlement"])
        balances |= investments(self._group, self._branch)
        if self._branch.id in LENDS:
            balances["bank"] += self._worth(FUNDS)
        agreed: dict[str, tuple[str, int]] = {}
        for side, sign in (("sale", 1), ("purchase", -1)):
            for role, brought in open_before(self._group, self._branch, side).items():
                balances[role] = sign * brought.amount_f
                if self._branch.partner_of(role) and brought.currency != self._branch.currency:
                    agreed[role] = (brought.currency, sign * brought.amount)
        balances["retained"] = -sum(balances.values())
        yield self._brought_forward(FIRST_DAY, balances, agreed)

    def new_year(self, day: date) -> Iterator[Document]:
        """The balances of the year that has ended; its result goes to retained earnings. The books forget the rest."""
        balances = {role: balance.closing for role, balance in self._books.accounts.items()}
        results = [role for role in balances if GROUP_LINES[group_account(role)][0] == "income_statement"]
        balances["retained"] += sum(balances.pop(role) for role in results)
        balances.pop("carried_forward")
        self._books.clear()
        yield self._brought_forward(day, balances, {})

    def _brought_forward(self, day: date, balances: dict[str, int], agreed: dict[str, tuple[str, int]]) -> Document:
        """`agreed` says what was agreed with a partner, where that is in another currency than the books'."""
        text = self._text["opening"]
        postings = []
        for role, amount in balances.items():
            currency, amount_t = agreed.get(role, ("", 0))
            if amount:
                postings.append(Posting(role, "carried_forward", amount, 0, "", "", currency, amount_t, text=text))
        return Document(self._number("EB", day, 1), "opening", day, text, tuple(postings))

    def of_day(self, month: Month, day: date) -> Iterator[Document]:
        """What the day's date brings."""
        work_days = month.work_days
        if day == work_days[0]:
            yield from self._month_begin(month, day)
        if day == work_day_from(month.first.replace(day=10)):
            yield from self._pay_taxes(month, day)
        if day == max(d for d in work_days if d.day <= 25):
            yield self._payroll(day)
        if day.weekday() in (1, 4):
            yield from self._cash(day)
        if day == work_days[-1]:
            yield from self._month_end(month, day)

    def _month_begin(self, month: Month, day: date) -> Iterator[Document]:
        rent = self._monthly("rent")
        yield self._single("BK", day, 901, "rent", Posting("rent", "bank", rent))
        accrued = -_OPENING["accruals"] if month.first == FIRST_DAY else _MONTHLY["utilities"]
        amount = self._worth(accrued)
        if self._branch.profile.red_reversals:  # as is usual there, the posting itself is repeated in negative amounts
            back = self._single("SO", day, 902, "reversal", Posting("utilities", "accruals", -amount))
            yield replace(back, red=True)
        else:
            yield self._single("SO", day, 902, "reversal", Posting("accruals", "utilities", amount))

    def _pay_taxes(self, month: Month, day: date) -> Iterator[Document]:
        """Withheld and social taxes of the month before, and the tax on sales."""
        withheld = -self._owed("payroll_tax")
        social = -self._owed("social_payable")
        if withheld > 0:
            yield self._single("BK", day, 903, "payroll_tax", Posting("payroll_tax", "bank", withheld))
        if social > 0:
            yield self._single("BK", day, 904, "social", Posting("social_payable", "bank", social))
        due = self._tax_due(month)
        if due > 0:
            account = "tax_settlement" if self._branch.chart.has("tax_settlement") else "output_tax_standard"
            yield self._single("BK", day, 905, "tax_paid", Posting(account, "bank", due))

    def _tax_due(self, month: Month) -> int:
        """Germany and the United States pay for the month before; Norway settles two months, a month later."""
        if self._branch.system == "norway":
            return -self._owed("tax_settlement") if month.number % 2 == 0 else 0
        return -sum(self._owed(account) for account in (*_OUTPUT, *_INPUT, "tax_settlement"))

    def _payroll(self, day: date) -> Document:
        wages = self._monthly("wages")
        withheld = wages * _PAYROLL_TAX // 100
        social = wages * _SOCIAL // 100
        return Document(
            self._number("LG", day, 906), "payroll", day, self._text["wages"],
            (
                Posting("wages", "bank", wages - withheld, text=self._text["net"]),
                Posting("wages", "payroll_tax", withheld, text=self._text["payroll_tax"]),
                Posting("social_expense", "social_payable", social, text=self._text["social"]),
            ),
        )  # fmt: skip

    def _cash(self, day: date) -> Iterator[Document]:
        """Sales over the counter, and on Fridays the till goes to the bank."""
        branch = self._branch
        dice = Dice(branch.seed, branch.id, "cash", day)
        rate = branch.profile.tax_rates["standard"]
        for count in range(1, branch.volume + 1):
            net = dice.between(9_000, 42_000) * branch.profile.money_scale
            tax = tax_on(net, rate)
            sale = Posting("cash", "sales_standard", net + tax, tax, "output_tax_standard", "standard")
            goods = Posting("cost_of_sales", "inventory", divide(net * 6, 10))
            yield Document(self._number("KA", day, count), "cash", day, self._text["cash"], (sale, goods))
        if day.weekday() == 4:
            deposit = dice.between(300, 500) * 100 * branch.profile.money_scale * branch.volume
            yield self._single("KA", day, 950_000, "deposit", Posting("bank", "cash", deposit))

    def _month_end(self, month: Month, day: date) -> Iterator[Document]:
        branch, last = self._branch, month.last
        loan = self._worth(500)
        repaid = (
            Posting("interest_expense", "bank", self._monthly("interest_expense"), text=self._text["interest"]),
            Posting("loan", "bank", loan, text=self._text["repay"]),
        )
        yield Document(self._number("BK", day, 907), "bank", day, self._text["interest"], repaid)
        yield self._single(
            "BK", day, 908, "income", Posting("bank", "interest_income", self._monthly("interest_income"))
        )
        yield self._single("BK", day, 909, "fees", Posting("bank_fees", "bank", self._monthly("bank_fees")))
        yield self._tool(day)
        yield self._scrap(day)
        wear = Posting("depreciation", "accumulated_depreciation", self._monthly("depreciation"))
        yield self._single("SO", last, 911, "depreciation", wear)
        insured = Posting("advice", "prepaid", self._monthly("prepaid"))
        yield self._single("SO", last, 912, "prepaid", insured)
        accrued = Posting("utilities", "accruals", self._monthly("utilities"))
        yield self._single("SO", last, 913, "accrual", accrued)
        taxed = Posting("income_tax", "income_tax_payable", self._monthly("income_tax"))
        yield self._single("SO", last, 914, "income_tax", taxed)
        if branch.system == "norway" and month.number % 2 == 0:
            yield from self._settle_norwegian_tax(last)

    def _tool(self, day: date) -> Document:
        """Something small, bought for cash, on the account that the group's map does not know."""
        net = self._monthly("curiosities")
        tax_class = "standard" if self._branch.chart.has("input_tax_standard") else "untaxed"
        tax = tax_on(net, self._branch.profile.tax_rates[tax_class])
        account = "input_tax_standard" if tax else ""
        posting = Posting("bank", "curiosities", -(net + tax), -tax, account, tax_class if tax else "")
        return self._single("BK", day, 910, "tool", posting)

    def _scrap(self, day: date) -> Document:
        net = self._monthly("other_income")
        tax_class = "reduced" if self._branch.chart.has("output_tax_reduced") and day.month % 2 == 0 else "standard"
        tax = tax_on(net, self._branch.profile.tax_rates[tax_class])
        posting = Posting("cash", "other_income", net + tax, tax, f"output_tax_{tax_class}", tax_class)
        return self._single("KA", day, 951_000, "scrap", posting)

    def _settle_norwegian_tax(self, day: date) -> Iterator[Document]:
        """Two months of tax go to the settlement account, to be paid a month and ten days later."""
        postings = []
        for account in (*_OUTPUT, *_INPUT):
            balance = self._books.closing([account])
            if balance:
                postings.append(Posting(account, "tax_settlement", -balance, text=self._text["clear"]))
        if postings:
            yield Document(self._number("SO", day, 915), "general", day, self._text["clear"], tuple(postings))

    def _owed(self, account: str) -> int:
        return self._before.get(account, 0)

    def _single(self, kind: str, day: date, count: int, text: str, posting: Posting) -> Document:
        """A document of one posting; `kind` begins its number and says the journal."""
        return Document(self._number(kind, day, count), _JOURNALS[kind], day, self._text[text], (posting,))

    def _number(self, kind: str, day: date, count: int) -> str:
        return self._branch.number(kind, day, count)

    def _monthly(self, what: str) -> int:
        return self._worth(_MONTHLY[what])

    def _worth(self, euros: int) -> int:
        return euros * 100 * self._branch.profile.money_scale * self._branch.volume

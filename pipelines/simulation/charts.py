"""The charts of accounts: what an account is for (its role), how each branch numbers and names it, where the group
shows it.

A role is the simulation's own word (`bank`, `sales_standard`); the books are kept in roles. Roles of trading partners
carry the partner's code behind a colon (`receivable:10001`), other roles that concern a branch of the group its id
(`ic_sales:norway`). Not here: balances, and how a branch writes its chart.
"""

from __future__ import annotations

from dataclasses import dataclass, field

UNMAPPED = "9999"

# Group account -> (statement, statement line). The group's own chart is governed elsewhere; this is what it must say.
GROUP_LINES: dict[str, tuple[str, str]] = {
    "1000": ("balance_sheet", "intangible_assets"),
    "1100": ("balance_sheet", "property_plant_and_equipment"),
    "1150": ("balance_sheet", "accumulated_depreciation"),
    "1180": ("balance_sheet", "investments_in_subsidiaries"),
    "1200": ("balance_sheet", "inventories"),
    "1300": ("balance_sheet", "trade_receivables"),
    "1310": ("balance_sheet", "intercompany_receivables"),
    "1320": ("balance_sheet", "intercompany_loans_receivable"),
    "1400": ("balance_sheet", "input_tax_receivable"),
    "1500": ("balance_sheet", "other_receivables"),
    "1600": ("balance_sheet", "cash_and_cash_equivalents"),
    "2000": ("balance_sheet", "share_capital"),
    "2100": ("balance_sheet", "retained_earnings"),
    "3000": ("balance_sheet", "trade_payables"),
    "3010": ("balance_sheet", "intercompany_payables"),
    "3020": ("balance_sheet", "intercompany_loans_payable"),
    "3100": ("balance_sheet", "output_tax_payable"),
    "3110": ("balance_sheet", "income_tax_payable"),
    "3200": ("balance_sheet", "payroll_liabilities"),
    "3300": ("balance_sheet", "borrowings"),
    "3400": ("balance_sheet", "other_liabilities"),
    "4000": ("income_statement", "sales"),
    "4010": ("income_statement", "sales"),
    "4100": ("income_statement", "other_operating_income"),
    "5000": ("income_statement", "cost_of_sales"),
    "6000": ("income_statement", "personnel"),
    "6100": ("income_statement", "depreciation"),
    "6200": ("income_statement", "other_operating_expense"),
    "7000": ("income_statement", "interest_income"),
    "7010": ("income_statement", "interest_income"),
    "7100": ("income_statement", "interest_expense"),
    "7110": ("income_statement", "interest_expense"),
    "7160": ("income_statement", "dividend_income"),
    "7200": ("income_statement", "fx_differences"),
    "8000": ("income_statement", "income_tax"),
    UNMAPPED: ("balance_sheet", "unmapped"),  # neither in a total nor in the result, until somebody maps it
}

# Role -> group account. `curiosities` is left out of the group's map on purpose: it must show as unmapped.
ROLES: dict[str, str] = {
    "software": "1000",
    "equipment": "1100",
    "accumulated_depreciation": "1150",
    "investment": "1180",
    "inventory": "1200",
    "receivable": "1300",
    "ic_receivable": "1310",
    "ic_loan_given": "1320",
    "input_tax_standard": "1400",
    "input_tax_reduced": "1400",
    "prepaid": "1500",
    "bank": "1600",
    "cash": "1600",
    "capital": "2000",
    "retained": "2100",
    "carried_forward": "2100",
    "payable": "3000",
    "ic_payable": "3010",
    "ic_loan_taken": "3020",
    "output_tax_standard": "3100",
    "output_tax_reduced": "3100",
    "tax_settlement": "3100",
    "income_tax_payable": "3110",
    "payroll_tax": "3200",
    "social_payable": "3200",
    "loan": "3300",
    "accruals": "3400",
    "sales_standard": "4000",
    "sales_reduced": "4000",
    "sales_untaxed": "4000",
    "discount_granted_standard": "4000",
    "discount_granted_reduced": "4000",
    "discount_granted_untaxed": "4000",
    "ic_sales": "4010",
    "other_income": "4100",
    "cost_of_sales": "5000",
    "discount_received_standard": "5000",
    "discount_received_reduced": "5000",
    "discount_received_untaxed": "5000",
    "wages": "6000",
    "social_expense": "6000",
    "depreciation": "6100",
    "rent": "6200",
    "utilities": "6200",
    "office": "6200",
    "freight": "6200",
    "advertising": "6200",
    "advice": "6200",
    "bank_fees": "6200",
    "curiosities": UNMAPPED,
    "interest_income": "7000",
    "ic_interest_income": "7010",
    "interest_expense": "7100",
    "ic_interest_expense": "7110",
    "dividends": "7160",
    "fx_gain": "7200",
    "fx_loss": "7200",
    "income_tax": "8000",
}

# Roles kept per trading partner.
PARTY_ROLES = ("receivable", "ic_receivable", "payable", "ic_payable")


@dataclass(frozen=True)
class Chart:
    """One branch's chart. `accounts` maps role to (local code, local name).

    Where `personal` is set the partner's own code is the account (DATEV's debtors and creditors), else the control
    account. A chart may have accounts of their own for a branch of the group (`ic_sales:norway`).
    """

    accounts: dict[str, tuple[str, str]]
    personal: bool = False
    _known: dict[str, str] = field(default_factory=dict, compare=False)

    def local(self, key: str) -> str:
        """The local account code of a role (`bank`) or of a partner's role (`receivable:10001`)."""
        code = self._known.get(key)
        if code is None:
            role, _, party = key.partition(":")
            code = party if party and self.personal and role in PARTY_ROLES else self.entry(key)[0]
            self._known[key] = code
        return code

    def entry(self, key: str) -> tuple[str, str]:
        """Code and name of the account of a role, or of the control account of a partner's role."""
        return self.accounts.get(key) or self.accounts[role_of(key)]

    def has(self, role: str) -> bool:
        """Whether the branch keeps such an account (the United States know no input tax)."""
        return role in self.accounts


def role_of(key: str) -> str:
    """`receivable:10001` → `receivable`."""
    return key.partition(":")[0]


def party_code(key: str) -> str:
    """The code of the customer or supplier that a role belongs to; empty where it is none's."""
    role, _, code = key.partition(":")
    return code if role in PARTY_ROLES else ""


def group_account(key: str) -> str:
    """The group account on which a role's (or partner's role's) amounts must be shown."""
    return ROLES[role_of(key)]


GERMANY = Chart(
    personal=True,
    accounts={
        "software": ("0135", "EDV-Software"),
        "equipment": ("0690", "Sonstige Betriebs- und Geschäftsausstattung"),
        "accumulated_depreciation": ("0699", "Kumulierte Abschreibungen Geschäftsausstattung"),
        "investment": ("0500", "Anteile an verbundenen Unternehmen"),
        "ic_loan_given": ("0510", "Ausleihungen an verbundene Unternehmen"),
        "inventory": ("1140", "Waren (Bestand)"),
        "receivable": ("1200", "Forderungen aus Lieferungen und Leistungen"),
        "ic_receivable": ("1260", "Forderungen gegen verbundene Unternehmen"),
        "input_tax_standard": ("1406", "Abziehbare Vorsteuer 19 %"),
        "input_tax_reduced": ("1401", "Abziehbare Vorsteuer 7 %"),
        "prepaid": ("1900", "Aktive Rechnungsabgrenzung"),
        "bank": ("1800", "Bank"),
        "cash": ("1600", "Kasse"),
        "capital": ("2900", "Gezeichnetes Kapital"),
        "retained": ("2970", "Gewinnvortrag vor Verwendung"),
        "carried_forward": ("9000", "Saldenvorträge Sachkonten"),
        "payable": ("3300", "Verbindlichkeiten aus Lieferungen und Leistungen"),
        "ic_payable": ("3400", "Verbindlichkeiten gegenüber verbundenen Unternehmen"),
        "output_tax_standard": ("3806", "Umsatzsteuer 19 %"),
        "output_tax_reduced": ("3801", "Umsatzsteuer 7 %"),
        "tax_settlement": ("3820", "Umsatzsteuervorauszahlungen"),
        "income_tax_payable": ("3040", "Körperschaftsteuerrückstellung"),
        "payroll_tax": ("3730", "Verbindlichkeiten aus Lohn- und Kirchensteuer"),
        "social_payable": ("3740", "Verbindlichkeiten im Rahmen der sozialen Sicherheit"),
        "loan": ("3150", "Verbindlichkeiten gegenüber Kreditinstituten"),
        "accruals": ("3070", "Sonstige Rückstellungen"),
        "sales_standard": ("4400", "Erlöse 19 % USt"),
        "sales_reduced": ("4300", "Erlöse 7 % USt"),
        "sales_untaxed": ("4120", "Steuerfreie Umsätze Ausfuhr"),
        "discount_granted_standard": ("4736", "Gewährte Skonti 19 % USt"),
        "discount_granted_reduced": ("4731", "Gewährte Skonti 7 % USt"),
        "discount_granted_untaxed": ("4730", "Gewährte Skonti"),
        "ic_sales": ("4125", "Erlöse mit verbundenen Unternehmen, steuerfrei"),
        "other_income": ("4830", "Sonstige betriebliche Erträge"),
        "cost_of_sales": ("5880", "Bestandsveränderungen bezogener Waren"),
        "discount_received_standard": ("5736", "Erhaltene Skonti 19 % Vorsteuer"),
        "discount_received_reduced": ("5731", "Erhaltene Skonti 7 % Vorsteuer"),
        "discount_received_untaxed": ("5730", "Erhaltene Skonti"),
        "wages": ("6020", "Gehälter"),
        "social_expense": ("6110", "Gesetzliche soziale Aufwendungen"),
        "depreciation": ("6220", "Abschreibungen auf Sachanlagen"),
        "rent": ("6310", "Miete, unbewegliche Wirtschaftsgüter"),
        "utilities": ("6325", "Gas, Strom, Wasser"),
        "office": ("6815", "Bürobedarf"),
        "freight": ("6740", "Ausgangsfrachten"),
        "advertising": ("6600", "Werbekosten"),
        "advice": ("6825", "Rechts- und Beratungskosten"),
        "bank_fees": ("6855", "Nebenkosten des Geldverkehrs"),
        "curiosities": ("6845", "Werkzeuge und Kleingeräte"),
        "interest_income": ("7100", "Sonstige Zinsen und ähnliche Erträge"),
        "ic_interest_income": ("7109", "Zinsen aus verbundenen Unternehmen"),
        "dividends": ("7009", "Erträge aus Beteiligungen an verbundenen Unternehmen"),
        "interest_expense": ("7320", "Zinsaufwendungen für langfristige Verbindlichkeiten"),
        "fx_gain": ("4840", "Erträge aus der Währungsumrechnung"),
        "fx_loss": ("6880", "Aufwendungen aus der Währungsumrechnung"),
        "income_tax": ("7600", "Körperschaftsteuer"),
    },
)

NORWAY = Chart(
    accounts={
        "software": ("1005", "Programvare"),
        "equipment": ("1250", "Inventar"),
        "accumulated_depreciation": ("1259", "Akkumulerte avskrivninger inventar"),
        "investment": ("1300", "Investeringer i datterselskap"),
        "inventory": ("1460", "Innkjøpte varer for videresalg"),
        "receivable": ("1500", "Kundefordringer"),
        "ic_receivable": ("1550", "Kundefordringer på selskap i samme konsern"),
        "input_tax_standard": ("2710", "Inngående merverdiavgift, høy sats"),
        "input_tax_reduced": ("2711", "Inngående merverdiavgift, middels sats"),
        "prepaid": ("1749", "Andre forskuddsbetalte kostnader"),
        "bank": ("1920", "Bankinnskudd"),
        "cash": ("1900", "Kontanter"),
        "capital": ("2000", "Aksjekapital"),
        "retained": ("2050", "Annen egenkapital"),
        "carried_forward": ("2090", "Åpningsbalanse, motkonto"),
        "payable": ("2400", "Leverandørgjeld"),
        "ic_payable": ("2460", "Leverandørgjeld til selskap i samme konsern"),
        "output_tax_standard": ("2700", "Utgående merverdiavgift, høy sats"),
        "output_tax_reduced": ("2701", "Utgående merverdiavgift, middels sats"),
        "tax_settlement": ("2740", "Oppgjørskonto merverdiavgift"),
        "income_tax_payable": ("2500", "Betalbar skatt, ikke utlignet"),
        "payroll_tax": ("2600", "Forskuddstrekk"),
        "social_payable": ("2770", "Skyldig arbeidsgiveravgift"),
        "loan": ("2220", "Gjeld til kredittinstitusjoner"),
        "accruals": ("2960", "Påløpte kostnader"),
        "sales_standard": ("3000", "Salgsinntekt, avgiftspliktig, høy sats"),
        "sales_reduced": ("3030", "Salgsinntekt, avgiftspliktig, middels sats"),
        "sales_untaxed": ("3100", "Salgsinntekt, avgiftsfri"),
        "discount_granted_standard": ("3080", "Rabatter, avgiftspliktig, høy sats"),
        "discount_granted_reduced": ("3085", "Rabatter, avgiftspliktig, middels sats"),
        "discount_granted_untaxed": ("3180", "Rabatter, avgiftsfri"),
        "ic_sales": ("3120", "Salgsinntekt, selskap i samme konsern"),
        "other_income": ("3900", "Annen driftsrelatert inntekt"),
        "cost_of_sales": ("4300", "Varekostnad, varer for videresalg"),
        "discount_received_standard": ("4370", "Mottatte rabatter, høy sats"),
        "discount_received_reduced": ("4371", "Mottatte rabatter, middels sats"),
        "discount_received_untaxed": ("4375", "Mottatte rabatter, avgiftsfri"),
        "wages": ("5000", "Lønn til ansatte"),
        "social_expense": ("5400", "Arbeidsgiveravgift"),
        "depreciation": ("6010", "Avskrivning på inventar"),
        "rent": ("6300", "Leie lokale"),
        "utilities": ("6340", "Lys, varme"),
        "office": ("6800", "Kontorrekvisita"),
        "freight": ("6100", "Frakt, transport"),
        "advertising": ("7320", "Reklamekostnad"),
        "advice": ("6720", "Honorar for rådgivning"),
        "bank_fees": ("7770", "Bank- og kortgebyr"),
        "curiosities": ("7795", "Diverse, til avklaring"),
        "interest_income": ("8050", "Annen renteinntekt"),
        "interest_expense": ("8150", "Annen rentekostnad"),
        "fx_gain": ("8060", "Valutagevinst"),
        "fx_loss": ("8160", "Valutatap"),
        "income_tax": ("8300", "Betalbar skatt"),
    },
)

UNITED_STATES = Chart(
    accounts={
        "software": ("16000", "Capitalized Software"),
        "equipment": ("15000", "Furniture & Equipment"),
        "accumulated_depreciation": ("15900", "Accumulated Depreciation"),
        "inventory": ("12000", "Merchandise Inventory"),
        "receivable": ("11000", "Accounts Receivable"),
        "ic_receivable": ("11500", "Due from Affiliates"),
        "prepaid": ("13000", "Prepaid Expenses"),
        "bank": ("10100", "Checking - Operating"),
        "cash": ("10900", "Petty Cash & Undeposited Funds"),
        "capital": ("30000", "Common Stock"),
        "retained": ("32000", "Retained Earnings"),
        "carried_forward": ("39000", "Opening Balance Equity"),
        "payable": ("20000", "Accounts Payable"),
        "ic_payable": ("20500", "Due to Affiliates"),
        "output_tax_standard": ("22000", "Sales Tax Payable"),
        "income_tax_payable": ("24000", "Income Taxes Payable"),
        "payroll_tax": ("23000", "Payroll Taxes Withheld"),
        "social_payable": ("23100", "Employer Payroll Taxes Payable"),
        "loan": ("27000", "Term Loan"),
        "accruals": ("21000", "Accrued Expenses"),
        "sales_standard": ("40000", "Sales - Taxable"),
        "sales_untaxed": ("40100", "Sales - Resale & Export"),
        "discount_granted_standard": ("41000", "Sales Discounts - Taxable"),
        "discount_granted_untaxed": ("41100", "Sales Discounts - Resale & Export"),
        "ic_sales": ("40500", "Sales to Affiliates"),
        "other_income": ("42000", "Other Operating Income"),
        "cost_of_sales": ("50000", "Cost of Goods Sold"),
        "discount_received_untaxed": ("50900", "Purchase Discounts"),
        "wages": ("60000", "Salaries & Wages"),
        "social_expense": ("60100", "Payroll Tax Expense"),
        "depreciation": ("68000", "Depreciation Expense"),
        "rent": ("62000", "Rent Expense"),
        "utilities": ("62500", "Utilities"),
        "office": ("63000", "Office Supplies"),
        "freight": ("64000", "Freight Out"),
        "advertising": ("65000", "Advertising"),
        "advice": ("66000", "Professional Fees"),
        "bank_fees": ("67000", "Bank Service Charges"),
        "curiosities": ("69900", "Ask My Accountant"),
        "interest_income": ("70000", "Interest Income"),
        "interest_expense": ("71000", "Interest Expense"),
        "fx_gain": ("72000", "Foreign Exchange Gain"),
        "fx_loss": ("72500", "Foreign Exchange Loss"),
        "income_tax": ("80000", "Income Tax Expense"),
    },
)

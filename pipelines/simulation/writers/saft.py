"""SAF-T Financial 1.30 as a Norwegian accounting program exports it: one file a month, master data and journals inside.

The header's totals and the accounts' closing balances stand before the journals, so these are spooled to scratch
files and copied behind them when the month is over. Not here: invoices and payments (flat files).
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from decimal import Decimal
from xml.sax.saxutils import escape

from pipelines.simulation.charts import party_code, role_of
from pipelines.simulation.costing import cost_center_of, cost_centers
from pipelines.simulation.defects import Row
from pipelines.simulation.ledger import Balance, Document, Entry, Ledger
from pipelines.simulation.money import RATE_UNIT, divide, plain, rate_text
from pipelines.simulation.planted import LYING_TOTAL, RED_STORNO
from pipelines.simulation.rows import Delivery
from pipelines.simulation.truth import Mark, local_balances
from pipelines.simulation.world import Party

NAMESPACE = "urn:StandardAuditFile-Taxation-Financial:NO"
JOURNALS = {
    "opening": ("IB", "Inngående balanse"),
    "sales": ("SF", "Salgsfaktura"),
    "purchases": ("IF", "Inngående faktura"),
    "bank": ("BA", "Bank"),
    "cash": ("KA", "Kasse"),
    "payroll": ("LO", "Lønn"),
    "general": ("DI", "Diverse"),
}
# Standard tax codes of the tax authority: (sold, bought) by class.
_TAX_CODES = {"standard": ("3", "1"), "reduced": ("31", "11"), "untaxed": ("52", "0")}
_TAX_TABLE = (
    ("0", "Ingen avgiftsbehandling", "0.00"),
    ("1", "Inngående, høy sats", "25.00"),
    ("11", "Inngående, middels sats", "15.00"),
    ("3", "Utgående, høy sats", "25.00"),
    ("31", "Utgående, middels sats", "15.00"),
    ("52", "Utførsel", "0.00"),
)
COLUMNS = (
    "RecordID", "AccountID", "SourceDocumentID", "CustomerID", "SupplierID", "Description", "DebitAmount",
    "CreditAmount",
    "CurrencyCode", "CurrencyAmount", "ExchangeRate", "TaxCode", "TaxPercentage", "TaxBase", "TaxAmount", "AnalysisID",
    "Partner", "Period",
)  # fmt: skip
_LYING_BY = 100_000  # minor units


class AuditFile:
    """One month's file, open until closed."""

    def __init__(self, delivery: Delivery) -> None:
        branch, month, folder = delivery.branch, delivery.month, delivery.folder
        folder.mkdir(parents=True, exist_ok=True)
        self.name = f"SAF-T Financial_{branch.profile.registration_id}_{delivery.stamp}071500.xml"
        self._delivery, self._branch, self._month = delivery, branch, month
        self._kept: list[Row] = []
        self._spools = {journal: folder / f".{month.compact}-{journal}.part" for journal in JOURNALS}
        self._outs = {journal: spool.open("w", encoding="utf-8", newline="") for journal, spool in self._spools.items()}
        self._rows = {
            journal: delivery.rows(delivery.table("gl_entry", self.name, f"Line/{journal}"), COLUMNS, self._kept.append)
            for journal in JOURNALS
        }
        self._entries = self._debit = self._credit = self._delivered = 0

    def document(self, document: Document) -> bool:
        """Write a transaction; says whether it must be refused."""
        entries = document.entries()
        rows = self._rows[document.journal]
        self._kept.clear()
        refused = rows.document(document.number, [self._row(document, n, e) for n, e in enumerate(entries, start=1)])
        if document.red and not refused:
            for back in range(len(entries)):
                rows.warn("red_storno", document.number, RED_STORNO, back)
        self._entries += 1
        self._debit += sum(entry.debit for entry in entries)
        self._credit += sum(entry.credit for entry in entries)
        self._delivered += sum(int(Decimal(str(row[6])) * 100) for row in self._kept if row[6])
        self._outs[document.journal].write("".join(self._transaction(document)))
        return refused

    def close(self, books: Ledger, *, lies: bool) -> None:
        """Put header, master data and journals together; `lies` declares a debit total that is not the journals'."""
        for out in self._outs.values():
            out.close()
        declared = self._debit + (_LYING_BY if lies else 0)
        if declared != self._delivered:
            because = LYING_TOTAL if lies else "unbalanced_transaction"
            file = self._delivery.table("gl_entry", self.name)
            self._delivery.truth.findings.append(Mark(*file, 0, "control_total", "TotalDebit", because))
        with (self._delivery.folder / self.name).open("w", encoding="utf-8", newline="") as out:
            out.write(self._header())
            out.writelines(self._master_files(books))
            out.write(
                f"<GeneralLedgerEntries><NumberOfEntries>{self._entries}</NumberOfEntries>"
                f"<TotalDebit>{plain(declared)}</TotalDebit><TotalCredit>{plain(self._credit)}</TotalCredit>\n"
            )
            before = 0
            for journal, (code, label) in JOURNALS.items():
                spool = self._spools[journal]
                if spool.stat().st_size:
                    out.write(
                        f"<Journal><JournalID>{code}</JournalID><Description>{label}</Description><Type>{code}</Type>\n"
                    )
                    with spool.open("r", encoding="utf-8", newline="") as part:
                        shutil.copyfileobj(part, out, 1 << 20)
                    out.write("</Journal>\n")
                spool.unlink()
                self._delivery.truth.move(self._rows[journal].table, "Line", before)
                before += self._rows[journal].row
            out.write("</GeneralLedgerEntries>\n</AuditFile>\n")

    def _row(self, document: Document, number: int, entry: Entry) -> Row:
        role, party = role_of(entry.account), party_code(entry.account)
        amount_t = abs(entry.amount_t)
        amount = abs(entry.debit or entry.credit)
        selling = (
            document.journal in ("sales", "cash") or role in ("other_income",) or role.startswith("discount_granted")
        )
        tax_class = entry.tax_class
        code = _TAX_CODES[tax_class][0 if selling else 1] if tax_class else ""
        percent = self._branch.profile.tax_rates[tax_class] if tax_class else 0
        return [
            f"{number}",
            self._branch.chart.local(entry.account),
            document.source,
            party if role.endswith("receivable") else "",
            party if role.endswith("payable") and party else "",
            entry.text,
            plain(entry.debit) if entry.debit else "",
            plain(entry.credit) if entry.credit else "",
            entry.currency if amount_t else "",
            plain(amount_t) if amount_t else "",
            rate_text(divide(amount * RATE_UNIT, amount_t), 6) if amount_t else "",
            code,
            plain(percent) if code else "",
            plain(entry.tax_base) if code else "",
            plain(entry.tax) if code else "",
            cost_center_of(self._branch, role),
            self._branch.partner_of(entry.account),
            f"{self._month.number}",
        ]

    def _transaction(self, document: Document) -> Iterator[str]:
        day = document.day.isoformat()
        yield (
            f"<Transaction><TransactionID>{document.number}</TransactionID><Period>{self._kept[0][-1]}</Period>"
            f"<PeriodYear>{document.day.year}</PeriodYear><TransactionDate>{day}</TransactionDate><SourceID>REGN</SourceID>"
            f"<Description>{escape(document.text)}</Description><SystemEntryDate>{day}</SystemEntryDate>"
            f"<GLPostingDate>{day}</GLPostingDate>\n"
        )
        due = f"<DueDate>{document.due.isoformat()}</DueDate>" if document.due else ""
        for row in self._kept:
            yield _line(["" if cell is None else str(cell) for cell in row], due)
        yield "</Transaction>\n"

    def _header(self) -> str:
        profile, month = self._branch.profile, self._month
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<AuditFile xmlns="{NAMESPACE}">\n<Header><AuditFileVersion>1.30</AuditFileVersion>'
            f"<AuditFileCountry>NO</AuditFileCountry><AuditFileDateCreated>{self._delivery.sent.isoformat()}</AuditFileDateCreated>"
            "<SoftwareCompanyName>Fjordverk IT</SoftwareCompanyName><SoftwareID>Hovedbok</SoftwareID>"
            "<SoftwareVersion>7.2</SoftwareVersion><Company>"
            f"<RegistrationNumber>{profile.registration_id}</RegistrationNumber><Name>{profile.name}</Name>"
            "<Address><StreetName>Strandgata</StreetName><Number>1</Number><City>Bodø</City><PostalCode>8006</PostalCode>"
            "<Country>NO</Country></Address><TaxRegistration>"
            f"<TaxRegistrationNumber>{profile.tax_id}</TaxRegistrationNumber></TaxRegistration></Company>"
            f"<DefaultCurrencyCode>{profile.currency}</DefaultCurrencyCode><SelectionCriteria>"
            f"<SelectionStartDate>{month.first.isoformat()}</SelectionStartDate>"
            f"<SelectionEndDate>{month.last.isoformat()}</SelectionEndDate></SelectionCriteria>"
            "<TaxAccountingBasis>A</TaxAccountingBasis></Header>\n"
        )

    def _master_files(self, books: Ledger) -> Iterator[str]:
        branch, count, table = self._branch, self._delivery.truth.count, self._delivery.table
        balances = dict(local_balances(branch, books))
        yield "<MasterFiles>\n<GeneralLedgerAccounts>\n"
        accounts = sorted(branch.chart.accounts.values())
        for code, label in accounts:
            yield (
                f"<Account><AccountID>{code}</AccountID><AccountDescription>{escape(label)}</AccountDescription>"
                f"<GroupingCategory>RF-1167</GroupingCategory><GroupingCode>{code}</GroupingCode>"
                "<AccountType>GL</AccountType><AccountCreationDate>2019-01-01</AccountCreationDate>"
                f"{_balances(balances.get(code, Balance()))}</Account>\n"
            )
        yield "</GeneralLedgerAccounts>\n<Customers>\n"
        for party in branch.all_customers:
            yield _party("Customer", party, branch.chart.local(party.role), books.accounts.get(party.role, Balance()))
        yield "</Customers>\n<Suppliers>\n"
        for party in branch.all_suppliers:
            yield _party("Supplier", party, branch.chart.local(party.role), books.accounts.get(party.role, Balance()))
        yield "</Suppliers>\n<TaxTable><TaxTableEntry><TaxType>MVA</TaxType><Description>Merverdiavgift</Description>\n"
        for code, label, percent in _TAX_TABLE:
            yield (
                f"<TaxCodeDetails><TaxCode>{code}</TaxCode><Description>{label}</Description>"
                f"<TaxPercentage>{percent}</TaxPercentage><Country>NO</Country><StandardTaxCode>{code}</StandardTaxCode>"
                "<BaseRate>100</BaseRate></TaxCodeDetails>\n"
            )
        yield "</TaxTableEntry></TaxTable>\n"
        count(table("tax_code", self.name, "TaxCodeDetails"), "accepted", len(_TAX_TABLE))
        yield from self._analysis()
        yield "</MasterFiles>\n"
        for dataset in ("gl_account", "trial_balance"):
            count(table(dataset, self.name, "Account"), "accepted", len(accounts))
        count(table("customer", self.name, "Customer"), "accepted", len(branch.all_customers))
        count(table("supplier", self.name, "Supplier"), "accepted", len(branch.all_suppliers))

    def _analysis(self) -> Iterator[str]:
        """Cost centres, the only kind of analysis."""
        centers = cost_centers(self._branch)
        yield "<AnalysisTypeTable>\n"
        for center in centers:
            ends = f"<EndDate>{center.valid_to.isoformat()}</EndDate>" if center.valid_to else ""
            yield (
                "<AnalysisTypeTableEntry><AnalysisType>A</AnalysisType>"
                "<AnalysisTypeDescription>Avdeling</AnalysisTypeDescription>"
                f"<AnalysisID>{center.code}</AnalysisID>"
                f"<AnalysisIDDescription>{escape(center.name)}</AnalysisIDDescription>"
                f"<StartDate>{center.valid_from.isoformat()}</StartDate>{ends}"
                f"<AnalysisStatus>{'Closed' if ends else 'Active'}</AnalysisStatus></AnalysisTypeTableEntry>\n"
            )
        yield "</AnalysisTypeTable>\n"
        table = self._delivery.table("cost_center", self.name, "AnalysisTypeTableEntry")
        self._delivery.truth.count(table, "accepted", len(centers))


def _line(cells: list[str], due: str) -> str:
    (
        record,
        account,
        source,
        customer,
        supplier,
        text,
        debit,
        credit,
        currency,
        amount_t,
        rate,
        code,
        percent,
        base,
        tax,
        place,
        partner,
        _,
    ) = cells
    side = "Debit" if debit else "Credit"
    foreign = (
        f"<CurrencyCode>{currency}</CurrencyCode><CurrencyAmount>{amount_t}</CurrencyAmount><ExchangeRate>{rate}</ExchangeRate>"
        if currency
        else ""
    )
    party = (
        f"<CustomerID>{customer}</CustomerID>"
        if customer
        else f"<SupplierID>{supplier}</SupplierID>"
        if supplier
        else ""
    )
    taxed = ""
    if code:
        tax_side = "Credit" if base.startswith("-") else "Debit"
        taxed = (
            f"<TaxInformation><TaxType>MVA</TaxType><TaxCode>{code}</TaxCode><TaxPercentage>{percent}</TaxPercentage>"
            f"<Country>NO</Country><TaxBase>{base}</TaxBase><{tax_side}TaxAmount><Amount>{tax.lstrip('-')}</Amount>"
            f"</{tax_side}TaxAmount></TaxInformation>"
        )
    return (
        f"<Line><RecordID>{record}</RecordID><AccountID>{account}</AccountID>"
        + (f"<Analysis><AnalysisType>A</AnalysisType><AnalysisID>{place}</AnalysisID></Analysis>" if place else "")
        + (f"<Analysis><AnalysisType>K</AnalysisType><AnalysisID>{partner}</AnalysisID></Analysis>" if partner else "")
        + (f"<SourceDocumentID>{source}</SourceDocumentID>" if source else "")
        + f"{party}<Description>{escape(text)}</Description><{side}Amount><Amount>{debit or credit}</Amount>{foreign}"
        f"</{side}Amount>{taxed}{due if party else ''}</Line>\n"
    )


def _balances(balance: Balance) -> str:
    return _balance("Opening", balance.opening) + _balance("Closing", balance.closing)


def _balance(when: str, amount: int) -> str:
    side = "Credit" if amount < 0 else "Debit"
    return f"<{when}{side}Balance>{plain(abs(amount))}</{when}{side}Balance>"


def _party(kind: str, party: Party, account: str, balance: Balance) -> str:
    return (
        f"<{kind}><RegistrationNumber>{party.tax_id[2:]}</RegistrationNumber><Name>{escape(party.name)}</Name><Address>"
        f"<StreetName>{escape(party.street)}</StreetName><City>{escape(party.city)}</City>"
        f"<PostalCode>{party.postal_code}</PostalCode><Country>{party.country}</Country></Address>"
        f"<TaxRegistration><TaxRegistrationNumber>{party.tax_id}</TaxRegistrationNumber></TaxRegistration>"
        f"<BankAccount><IBANNumber>{party.bank_account}</IBANNumber></BankAccount><{kind}ID>{party.code}</{kind}ID>"
        f"<BalanceAccount><AccountID>{account}</AccountID>{_balances(balance)}</BalanceAccount>"
        f"<PartyInfo><PaymentTerms><Days>28</Days></PaymentTerms><CurrencyCode>{party.currency}</CurrencyCode>"
        f"</PartyInfo></{kind}>\n"
    )

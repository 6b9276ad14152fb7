"""What a German accounting program of the DATEV kind exports: postings, account labels, debtors and creditors,
balances.

EXTF format 700: one metadata row, one header row, then one row per posting with account and contra account. Taxed
rows carry the gross amount; the tax key or the automatic account says which tax is inside. Not here: invoices and
payments (flat files).
"""

from __future__ import annotations

from collections.abc import Iterable

from pipelines.simulation.charts import PARTY_ROLES, party_code, role_of
from pipelines.simulation.costing import cost_center_of
from pipelines.simulation.defects import Row
from pipelines.simulation.ledger import Document, Ledger, Posting
from pipelines.simulation.money import RATE_UNIT, divide, dotted, rate_text, with_comma
from pipelines.simulation.rows import Delivery
from pipelines.simulation.truth import local_balances
from pipelines.simulation.world import Branch, Party
from pipelines.simulation.writers.flat import german

_HEAD = (
    "Umsatz (ohne Soll/Haben-Kz)", "Soll/Haben-Kennzeichen", "WKZ Umsatz", "Kurs", "Basis-Umsatz",
    "WKZ Basis-Umsatz", "Konto",
    "Gegenkonto (ohne BU-Schlüssel)", "BU-Schlüssel", "Belegdatum", "Belegfeld 1", "Belegfeld 2", "Skonto",
    "Buchungstext",
    "Postensperre", "Diverse Adressnummer", "Geschäftspartnerbank", "Sachverhalt", "Zinssperre", "Beleglink",
)  # fmt: skip
_NOTES = tuple(f"Beleginfo - {what} {n}" for n in range(1, 9) for what in ("Art", "Inhalt"))
_COST = (
    "KOST1 - Kostenstelle", "KOST2 - Kostenstelle", "Kost-Menge", "EU-Land u. UStID (Bestimmung)",
    "EU-Steuersatz (Bestimmung)",
    "Abw. Versteuerungsart", "Sachverhalt L+L", "Funktionsergänzung L+L", "BU 49 Hauptfunktionstyp",
    "BU 49 Hauptfunktionsnummer", "BU 49 Funktionsergänzung",
)  # fmt: skip
_EXTRAS = tuple(f"Zusatzinformation - {what} {n}" for n in range(1, 21) for what in ("Art", "Inhalt"))
_TAIL = (
    "Stück", "Gewicht", "Zahlweise", "Forderungsart", "Veranlagungsjahr", "Zugeordnete Fälligkeit", "Skontotyp",
    "Auftragsnummer", "Buchungstyp", "USt-Schlüssel (Anzahlungen)", "EU-Land (Anzahlungen)",
    "Sachverhalt L+L (Anzahlungen)",
    "EU-Steuersatz (Anzahlungen)", "Erlöskonto (Anzahlungen)", "Herkunft-Kz", "Buchungs GUID", "KOST-Datum",
    "SEPA-Mandatsreferenz", "Skontosperre", "Gesellschaftername", "Beteiligtennummer", "Identifikationsnummer",
    "Zeichnernummer", "Postensperre bis", "Bezeichnung SoBil-Sachverhalt", "Kennzeichen SoBil-Buchung",
    "Festschreibung",
    "Leistungsdatum", "Datum Zuord. Steuerperiode", "Fälligkeit", "Generalumkehr (GU)", "Steuersatz", "Land",
    "Abrechnungsreferenz", "BVV-Position", "EU-Land u. UStID (Ursprung)", "EU-Steuersatz (Ursprung)",
    "Abw. Skontokonto",
)  # fmt: skip
COLUMNS = (*_HEAD, *_NOTES, *_COST, *_EXTRAS, *_TAIL)
_TEXT = frozenset(
    COLUMNS.index(name)
    for name in (
        "Soll/Haben-Kennzeichen", "WKZ Umsatz", "WKZ Basis-Umsatz", "BU-Schlüssel", "Belegfeld 1", "Belegfeld 2",
        "Buchungstext", "Herkunft-Kz",
    )
)  # fmt: skip
_AT = {name: at for at, name in enumerate(COLUMNS)}
ORIGIN = {
    "opening": "EB",
    "sales": "RE",
    "purchases": "ER",
    "bank": "BK",
    "cash": "KA",
    "payroll": "LG",
    "general": "SO",
}
# Accounts that carry their tax by themselves; every other taxed posting needs a key.
_AUTOMATIC = {
    "sales_standard", "sales_reduced", "discount_granted_standard", "discount_granted_reduced",
    "discount_received_standard", "discount_received_reduced",
}  # fmt: skip
_KEYS = {
    "input_tax_standard": "9",
    "input_tax_reduced": "8",
    "output_tax_standard": "3",
    "output_tax_reduced": "2",
}


def metadata(category: int, name: str, version: int, title: str, delivery: Delivery) -> str:
    """The metadata row: what the file is, whose, and which days it holds."""
    month, posting = delivery.month, category == 21
    fields = [
        '"EXTF"', "700", f"{category}", f'"{name}"', f"{version}", f"{delivery.stamp}063000000", "", '"RE"', '""', '""',
        "29001", "10017", f"{month.year}0101", "4", f"{month.first:%Y%m%d}" if posting else "",
        f"{month.last:%Y%m%d}" if posting else "", f'"{title}"', '""', "1" if posting else "", "0" if posting else "",
        "1" if posting else "", f'"{delivery.branch.currency}"', "", '""', "", "", '"04"', "", "", '""', '""',
    ]  # fmt: skip
    return ";".join(fields)


class PostingFile:
    """A Buchungsstapel: the month's postings."""

    def __init__(self, delivery: Delivery) -> None:
        month = delivery.month
        self.name = f"EXTF_Buchungsstapel_{month.compact}_{delivery.stamp}.csv"
        self._branch = delivery.branch
        self._file = german(delivery.folder / self.name)
        self._rows = delivery.rows(delivery.table("gl_entry", self.name), COLUMNS, self._write)
        self._raw = metadata(21, "Buchungsstapel", 13, f"Buchungen {month.number:02d}/{month.year}", delivery)
        self._rows.non_data([])
        self._raw = ";".join(COLUMNS)
        self._rows.non_data([])

    def document(self, document: Document) -> bool:
        """Write a document; says whether it must be refused."""
        return self._rows.document(document.number, [self._row(document, posting) for posting in document.postings])

    def close(self) -> None:
        self._file.close()

    def _row(self, document: Document, posting: Posting) -> Row:
        local = self._branch.chart.local
        foreign = posting.currency and posting.amount_t
        partner = self._partner(posting)
        row: Row = [""] * len(COLUMNS)
        for name, value in (
            ("Umsatz (ohne Soll/Haben-Kz)", with_comma(abs(posting.amount_t if foreign else posting.amount))),
            ("Soll/Haben-Kennzeichen", "S" if posting.amount > 0 else "H"),
            ("WKZ Umsatz", posting.currency if foreign else self._branch.currency),
            ("Konto", local(posting.account)),
            ("Gegenkonto (ohne BU-Schlüssel)", local(posting.contra)),
            ("BU-Schlüssel", self._key(posting)),
            ("KOST1 - Kostenstelle", self._cost_center(posting)),
            ("Belegdatum", f"{document.day:%d%m}"),
            ("Belegfeld 1", document.number),
            ("Belegfeld 2", f"{document.due:%d%m%y}" if document.due else ""),
            ("Buchungstext", (posting.text or document.text)[:60]),
            ("Zusatzinformation - Art 1", "Konzern" if partner else ""),
            ("Zusatzinformation - Inhalt 1", partner),
            ("Herkunft-Kz", ORIGIN[document.journal]),
            ("Festschreibung", "1"),
        ):
            row[_AT[name]] = value
        if foreign:
            rate = divide(abs(posting.amount_t) * RATE_UNIT, abs(posting.amount))
            row[_AT["Kurs"]] = rate_text(rate, 6).replace(".", ",")
            row[_AT["Basis-Umsatz"]] = with_comma(abs(posting.amount))
            row[_AT["WKZ Basis-Umsatz"]] = self._branch.currency
        return row

    def _cost_center(self, posting: Posting) -> str:
        """Of whichever side is an expense."""
        found = (cost_center_of(self._branch, account) for account in (posting.account, posting.contra))
        return next(filter(None, found), "")

    def _partner(self, posting: Posting) -> str:
        """The branch of the group that the row concerns; what stands on personal accounts alone is said by these."""
        concerned = (posting.account, posting.contra)
        said = (self._branch.partner_of(account) for account in concerned if not party_code(account))
        return next(filter(None, said), "")

    def _key(self, posting: Posting) -> str:
        if not posting.tax or role_of(posting.contra) in _AUTOMATIC:
            return ""
        return _KEYS[posting.tax_account]

    def _write(self, row: Row) -> None:
        if not row:
            self._file.line(self._raw)
            return
        cells = [str(cell) for cell in row]
        for at in _TEXT:
            if cells[at]:
                cells[at] = '"' + cells[at].replace('"', '""') + '"'
        self._file.line(";".join(cells))


def write_account_labels(delivery: Delivery) -> str:
    """Kontenbeschriftungen: the impersonal accounts and what they are called; returns the file's name."""
    name = f"EXTF_Kontenbeschriftungen_{delivery.stamp}.csv"
    table = delivery.table("gl_account", name)
    with german(delivery.folder / name) as file:
        file.line(metadata(20, "Kontenbeschriftungen", 3, "Kontenbeschriftungen", delivery))
        file.line("Konto;Kontobeschriftung;SprachId;Kontobeschriftung lang")
        for code, label in sorted(delivery.branch.chart.accounts.values()):
            file.row([code, label[:40], "de-DE", label])
    delivery.truth.count(table, "non_data", 2)
    delivery.truth.count(table, "accepted", len(delivery.branch.chart.accounts))
    return name


_PARTY_HEAD = (
    "Konto", "Name (Adressattyp Unternehmen)", "Unternehmensgegenstand", "Name (Adressattyp natürl. Person)",
    "Vorname (Adressattyp natürl. Person)", "Name (Adressattyp keine Angabe)", "Adressattyp", "Kurzbezeichnung",
    "EU-Land",
    "EU-UStID", "Anrede", "Titel/Akad. Grad", "Adelstitel", "Namensvorsatz", "Adressart", "Straße", "Postfach",
    "Postleitzahl",
    "Ort", "Land", "Versandzusatz", "Adresszusatz", "Abweichende Anrede", "Abw. Zustellbezeichnung 1",
    "Abw. Zustellbezeichnung 2", "Kennz. Korrespondenzadresse", "Adresse Gültig von", "Adresse Gültig bis", "Telefon",
    "Bemerkung (Telefon)", "Telefon GL", "Bemerkung (Telefon GL)", "E-Mail", "Bemerkung (E-Mail)", "Internet",
    "Bemerkung (Internet)", "Fax", "Bemerkung (Fax)", "Sonstige", "Bemerkung (Sonstige)", "Bankleitzahl 1",
    "Bankbezeichnung 1", "Bankkonto-Nummer 1", "Länderkennzeichen 1", "IBAN-Nr. 1", "Leerfeld", "SWIFT-Code 1",
    "Abw. Kontoinhaber 1", "Kennz. Hauptbankverb. 1", "Bankverb 1 Gültig von", "Bankverb 1 Gültig bis",
)  # fmt: skip
_PARTY_TAIL = (
    "Fälligkeit in Tagen (Debitor)",
    "Fälligkeit in Tagen (Kreditor)",
    "Währung",
    "Individuelles Feld Konzern",
)
PARTY_COLUMNS = (*_PARTY_HEAD, *_PARTY_TAIL)


def write_parties(delivery: Delivery) -> str:
    """Debitoren/Kreditoren: one file for both; a debtor's row is out of scope for creditors and the other way round."""
    name, branch = f"EXTF_DebKred_{delivery.stamp}.csv", delivery.branch
    with german(delivery.folder / name) as file:
        file.line(metadata(16, "Debitoren/Kreditoren", 5, "Personenkonten", delivery))
        file.line(";".join(PARTY_COLUMNS))
        for party in (*branch.all_customers, *branch.all_suppliers):
            file.row(_party_row(party))
    counted = {"customer": len(branch.all_customers), "supplier": len(branch.all_suppliers)}
    for dataset, other in (("customer", "supplier"), ("supplier", "customer")):
        table = delivery.table(dataset, name)
        delivery.truth.count(table, "non_data", 2)
        delivery.truth.count(table, "accepted", counted[dataset])
        delivery.truth.count(table, "out_of_scope", counted[other])
    return name


def _party_row(party: Party) -> list[str]:
    said = {
        "Konto": party.code,
        "Name (Adressattyp Unternehmen)": party.name,
        "Adressattyp": "2",
        "Kurzbezeichnung": party.name[:15],
        "EU-Land": party.tax_id[:2],
        "EU-UStID": party.tax_id[2:],
        "Adressart": "STR",
        "Straße": party.street,
        "Postleitzahl": party.postal_code,
        "Ort": party.city,
        "Land": party.country,
        "Länderkennzeichen 1": party.country,
        "IBAN-Nr. 1": party.bank_account,
        "Fälligkeit in Tagen (Debitor)": "28" if party.kind == "customer" else "",
        "Fälligkeit in Tagen (Kreditor)": "28" if party.kind == "supplier" else "",
        "Währung": party.currency,
        "Individuelles Feld Konzern": party.partner,
    }
    return [said.get(column, "") for column in PARTY_COLUMNS]


_BALANCE_COLUMNS = (
    "Geschäftsjahr", "Von Periode", "Bis Periode", "Stichtag", "Konto", "Kontobezeichnung", "EB-Wert", "EB-Wert S/H",
    "Soll",
    "Haben", "Saldo", "Saldo S/H", "Währung",
)  # fmt: skip


def write_balances(delivery: Delivery, books: Ledger) -> str:
    """SuSa: every account's balance brought forward, turnover and balance; a title above, a sum below."""
    branch, month = delivery.branch, delivery.month
    name = f"SuSa_{month.compact}_{delivery.stamp}.csv"
    labels = dict(_labels(branch, books))
    with german(delivery.folder / name) as file:
        rows = delivery.rows(delivery.table("trial_balance", name), _BALANCE_COLUMNS, file.row)
        rows.non_data([f"Summen- und Saldenliste {branch.profile.name}", *[""] * (len(_BALANCE_COLUMNS) - 1)])
        rows.non_data(list(_BALANCE_COLUMNS))
        debit = credit = 0
        for code, balance in local_balances(branch, books):
            if balance.idle:
                continue
            debit += balance.debit
            credit += balance.credit
            rows.document(code, [[
                f"{month.year}", f"{month.number}", f"{month.number}", f"{month.last:%d.%m.%Y}", code, labels[code],
                dotted(abs(balance.opening)), _side(balance.opening), dotted(balance.debit), dotted(balance.credit),
                dotted(abs(balance.closing)), _side(balance.closing), branch.currency,
            ]])  # fmt: skip
        total: Row = [""] * len(_BALANCE_COLUMNS)
        total[0], total[8], total[9] = "Summe", dotted(debit), dotted(credit)
        rows.non_data(total)
    return name


def _labels(branch: Branch, books: Ledger) -> Iterable[tuple[str, str]]:
    names = {party.role: party.name for party in (*branch.all_customers, *branch.all_suppliers)}
    for account in books.accounts:
        role = role_of(account)
        yield branch.chart.local(account), names[account] if role in PARTY_ROLES else branch.chart.entry(account)[1]


def _side(amount: int) -> str:
    return "H" if amount < 0 else "S"

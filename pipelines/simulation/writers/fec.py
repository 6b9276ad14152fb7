"""What a French accounting program exports: the fichier des écritures comptables (FEC) of a month, and its lists.

Eighteen columns apart by tabs, ISO-8859-15, amounts padded with blanks and noughts, a letter on what is settled. Not
here: invoices and payments (branch_files).
"""

from __future__ import annotations

from datetime import date

from pipelines.simulation.charts import party_code
from pipelines.simulation.defects import Row
from pipelines.simulation.ledger import Document, Entry, Ledger
from pipelines.simulation.money import with_comma
from pipelines.simulation.periods import Period
from pipelines.simulation.rows import Delivery
from pipelines.simulation.truth import local_balances
from pipelines.simulation.writers.flat import FlatFile, french

COLUMNS = (
    "JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum", "CompteLib", "CompAuxNum", "CompAuxLib",
    "PieceRef", "PieceDate", "EcritureLib", "Debit", "Credit", "EcritureLet", "DateLet", "ValidDate", "Montantdevise",
    "Idevise",
)  # fmt: skip
JOURNALS = {
    "opening": ("AN", "À nouveaux"),
    "sales": ("VE", "Ventes"),
    "purchases": ("HA", "Achats"),
    "bank": ("BQ", "Banque"),
    "cash": ("CA", "Caisse"),
    "payroll": ("PA", "Paie"),
    "general": ("OD", "Opérations diverses"),
}
_ACCOUNTS = ("Compte", "Intitulé", "Classe", "Lettrable")
_PARTIES = (
    "Code tiers", "Type", "Raison sociale", "SIREN", "N° TVA", "Adresse", "Code postal", "Ville", "Pays", "IBAN",
    "Délai (jours)", "Devise", "Compte collectif", "Société du groupe",
)  # fmt: skip
_BALANCE = (
    "Exercice", "Période", "Arrêtée au", "Compte", "Intitulé", "Ouverture débit", "Ouverture crédit",
    "Mouvements débit", "Mouvements crédit", "Solde débiteur", "Solde créditeur",
)  # fmt: skip


class EntriesFile:
    """One month's FEC."""

    def __init__(self, delivery: Delivery) -> None:
        branch, month = delivery.branch, delivery.month
        self.name = f"{branch.profile.registration_id}FEC{month.last:%Y%m%d}_{delivery.stamp}.txt"
        self._delivery, self._branch = delivery, branch
        self._file = FlatFile(delivery.folder / self.name, encoding="iso-8859-15", delimiter="\t", newline="\r\n")
        self._names = {party.code: party.name for party in (*branch.all_customers, *branch.all_suppliers)}
        self._rows = delivery.rows(delivery.table("gl_entry", self.name), COLUMNS, self._write)
        self._rows.non_data(list(COLUMNS))

    def document(self, document: Document) -> bool:
        """Write an entry; says whether it must be refused."""
        return self._rows.document(document.number, [self._row(document, entry) for entry in document.entries()])

    def close(self) -> None:
        self._file.close()

    def _write(self, row: Row) -> None:
        """No program that writes a FEC quotes a text: tabs cannot stand in one."""
        self._file.line("\t".join(str(cell) for cell in row))

    def _row(self, document: Document, entry: Entry) -> Row:
        party = party_code(entry.account)
        account, label = self._branch.chart.entry(entry.account)
        journal, journal_label = JOURNALS[document.journal]
        settled = entry.settled if entry.settled and entry.settled <= self._delivery.month.last else None
        return [
            journal, journal_label, document.number, _day(document.day), account, label, party,
            self._names.get(party, ""), document.source or "-", _day(document.day), entry.text, padded(entry.debit),
            padded(entry.credit), letter(entry.about) if settled else "", _day(settled), _day(document.day),
            padded(entry.amount_t) if entry.amount_t else "", entry.currency if entry.amount_t else "",
        ]  # fmt: skip


def padded(amount: int) -> str:
    """`        000000001437,12`: eight blanks and twelve digits, the sign before the digits."""
    whole, cents = divmod(abs(amount), 100)
    return f"{'-' if amount < 0 else '':>8}{whole:012d},{cents:02d}"


def letter(bill: str) -> str:
    """Letters that all lines of a partner about a bill share: its number in the base of the alphabet."""
    number, found = int("".join(sign for sign in bill if sign.isdigit())), ""
    while number:
        number, digit = divmod(number, 26)
        found = chr(ord("A") + digit) + found
    return found


def write_accounts(delivery: Delivery) -> str:
    """The chart; returns the file's name."""
    name = f"plan_comptable_{delivery.stamp}.csv"
    with french(delivery.folder / name) as file:
        rows = delivery.rows(delivery.table("gl_account", name), _ACCOUNTS, file.row)
        rows.non_data(list(_ACCOUNTS))
        for code, label in sorted(delivery.branch.chart.accounts.values()):
            lettered = "O" if code.startswith(("401", "411", "451")) else "N"
            rows.document(code, [[code, label, code[0], lettered]])
    return name


def write_parties(delivery: Delivery) -> str:
    """Customers and suppliers in one list: each is out of scope for the other; returns the file's name."""
    branch, name = delivery.branch, f"tiers_{delivery.stamp}.csv"
    with french(delivery.folder / name) as file:
        file.row(_PARTIES)
        for party in (*branch.all_customers, *branch.all_suppliers):
            kind = "C" if party.kind == "customer" else "F"
            file.row([
                party.code, kind, party.name, party.tax_id[2:], party.tax_id, party.street, party.postal_code,
                party.city, party.country, party.bank_account, "28", party.currency, branch.chart.local(party.role),
                party.partner,
            ])  # fmt: skip
    counted = {"customer": len(branch.all_customers), "supplier": len(branch.all_suppliers)}
    for dataset, other in (("customer", "supplier"), ("supplier", "customer")):
        table = delivery.table(dataset, name)
        delivery.truth.count(table, "non_data")
        delivery.truth.count(table, "accepted", counted[dataset])
        delivery.truth.count(table, "out_of_scope", counted[other])
    return name


def write_balances(delivery: Delivery, period: Period, printed: Ledger) -> str:
    """The balance générale, a total below; returns the file's name."""
    branch, name = delivery.branch, f"balance_{delivery.month.compact}_{delivery.stamp}.csv"
    names = dict(branch.chart.accounts.values())
    with french(delivery.folder / name) as file:
        rows = delivery.rows(delivery.table("trial_balance", name), _BALANCE, file.row)
        rows.non_data(list(_BALANCE))
        debit = credit = 0
        for code, balance in local_balances(branch, printed):
            if balance.idle:
                continue
            debit += balance.debit
            credit += balance.credit
            rows.document(code, [[
                f"{period.year}", f"{period.number}", f"{period.last:%d/%m/%Y}", code, names[code],
                *_sides(balance.opening), with_comma(balance.debit), with_comma(balance.credit),
                *_sides(balance.closing),
            ]])  # fmt: skip
        rows.non_data(["TOTAL", *[""] * 6, with_comma(debit), with_comma(credit), "", ""])
    return name


def _sides(amount: int) -> tuple[str, str]:
    """A balance stands in the column of its side, the other stays empty."""
    return (with_comma(amount), "") if amount >= 0 else ("", with_comma(-amount))


def _day(day: date | None) -> str:
    return f"{day:%Y%m%d}" if day else ""

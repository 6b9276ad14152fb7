"""A small audit file in the forms that different programs give it. Not a test."""

from __future__ import annotations

from shop import HEAD

SAFT = HEAD + "  profile: saft\n"
NORWAY = ' xmlns:n1="urn:StandardAuditFile-Taxation-Financial:NO"'
PERIODS = (
    "<n1:PeriodStart>1</n1:PeriodStart><n1:PeriodStartYear>2026</n1:PeriodStartYear>"
    "<n1:PeriodEnd>1</n1:PeriodEnd><n1:PeriodEndYear>2026</n1:PeriodEndYear>"
)
DAYS = "<n1:SelectionStartDate>2026-01-01</n1:SelectionStartDate><n1:SelectionEndDate>2026-01-31</n1:SelectionEndDate>"


def line(number: int, account: str, side: str, amount: str) -> str:
    return (
        f"<n1:Line><n1:RecordID>{number}</n1:RecordID><n1:AccountID>{account}</n1:AccountID>"
        f"<n1:Description>line</n1:Description>"
        f"<n1:{side}Amount><n1:Amount>{amount}</n1:Amount></n1:{side}Amount></n1:Line>"
    )


def transaction(number: str, amount: str = "10.00") -> str:
    return (
        f"<n1:Transaction><n1:TransactionID>{number}</n1:TransactionID><n1:Period>1</n1:Period>"
        "<n1:PeriodYear>2026</n1:PeriodYear><n1:TransactionDate>2026-01-15</n1:TransactionDate>"
        f"{line(1, '1920', 'Debit', amount)}{line(2, '2400', 'Credit', amount)}</n1:Transaction>"
    )


def journal(code: str, *transactions: str, code_last: bool = False) -> str:
    said, inside = f"<n1:JournalID>{code}</n1:JournalID>", "".join(transactions)
    return f"<n1:Journal>{inside + said if code_last else said + inside}</n1:Journal>"


def audit_file(
    *,
    doctype: str = "",
    bank: str = "Bank",
    encoding: str = "UTF-8",
    selection: str = PERIODS,
    version: str = "1.30",
    journals: str = journal("GL", transaction("1")) + journal("BK", transaction("1")),
    prefix: str = "n1:",
    namespace: str = NORWAY,
) -> str:
    """Two accounts with balances, a customer, a supplier, two entries with their control totals."""
    text = f"""<?xml version="1.0" encoding="{encoding}"?>{doctype}<n1:AuditFile{namespace}>\
<n1:Header><n1:AuditFileVersion>{version}</n1:AuditFileVersion><n1:AuditFileDateCreated>2026-02-03</n1:AuditFileDateCreated>\
<n1:DefaultCurrencyCode>NOK</n1:DefaultCurrencyCode><n1:SelectionCriteria>{selection}</n1:SelectionCriteria></n1:Header>\
<n1:MasterFiles><n1:GeneralLedgerAccounts>\
<n1:Account><n1:AccountID>1920</n1:AccountID><n1:AccountDescription>{bank}</n1:AccountDescription>\
<n1:OpeningDebitBalance>5.00</n1:OpeningDebitBalance><n1:ClosingDebitBalance>25.00</n1:ClosingDebitBalance></n1:Account>\
<n1:Account><n1:AccountID>2400</n1:AccountID><n1:AccountDescription>Payables</n1:AccountDescription>\
<n1:OpeningCreditBalance>5.00</n1:OpeningCreditBalance><n1:ClosingCreditBalance>25.00</n1:ClosingCreditBalance>\
</n1:Account></n1:GeneralLedgerAccounts>\
<n1:Customers><n1:Customer><n1:Name>Kunde</n1:Name><n1:CustomerID>10001</n1:CustomerID></n1:Customer></n1:Customers>\
<n1:Suppliers><n1:Supplier><n1:Name>Vendor</n1:Name><n1:SupplierID>20001</n1:SupplierID></n1:Supplier></n1:Suppliers>\
</n1:MasterFiles><n1:GeneralLedgerEntries><n1:NumberOfEntries>2</n1:NumberOfEntries>\
<n1:TotalDebit>20.00</n1:TotalDebit><n1:TotalCredit>20.00</n1:TotalCredit>{journals}</n1:GeneralLedgerEntries>\
</n1:AuditFile>"""
    return text.replace("<n1:", f"<{prefix}").replace("</n1:", f"</{prefix}")

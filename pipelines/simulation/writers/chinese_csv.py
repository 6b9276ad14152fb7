"""What a Chinese accounting program exports: vouchers, accounts, balances, partners; CSV in GB18030.

Vouchers are numbered from 0001 again every month; reversals and returns are negative amounts on their own side. Not
here: invoices and payments (branch_files).
"""

from __future__ import annotations

from pipelines.simulation.charts import party_code, role_of
from pipelines.simulation.costing import cost_center_of
from pipelines.simulation.defects import Row
from pipelines.simulation.ledger import Document, Entry, Ledger
from pipelines.simulation.money import RATE_UNIT, divide, plain, rate_text
from pipelines.simulation.periods import Period
from pipelines.simulation.planted import RED_STORNO
from pipelines.simulation.rows import Delivery
from pipelines.simulation.taxes import code_of
from pipelines.simulation.truth import local_balances
from pipelines.simulation.world import Party
from pipelines.simulation.writers.flat import chinese

COLUMNS = (
    "会计期间", "凭证日期", "凭证字", "凭证号", "分录号", "摘要", "科目编码", "科目名称", "客户编码", "供应商编码",
    "集团内公司", "部门编码", "税码", "币种", "汇率", "原币金额", "借方金额", "贷方金额", "业务单号", "到期日",
    "制单人", "审核人", "过账",
)  # fmt: skip
OPENING = "期初"  # the word of the vouchers that bring balances forward; all others are 记
_ACCOUNTS = ("科目编码", "科目名称", "科目类别", "余额方向", "辅助核算")
_CLASSES = {"1": "资产", "2": "负债", "4": "所有者权益", "6": "损益", "9": "所有者权益"}
_INCOME = ("6001", "6051", "660302", "660304")
_PARTIES = (
    "编码", "名称", "国家", "地址", "邮编", "城市", "税号", "银行账号", "账期天数", "币种", "控制科目", "集团内公司",
)  # fmt: skip
_BALANCE = (
    "会计期间", "科目编码", "科目名称", "期初方向", "期初余额", "本期借方", "本期贷方", "期末方向", "期末余额",
)  # fmt: skip


class VoucherFile:
    """One month's vouchers; the last row is their total."""

    def __init__(self, delivery: Delivery) -> None:
        self.name = f"凭证_{delivery.month.compact}_{delivery.stamp}.csv"
        self._delivery, self._branch = delivery, delivery.branch
        self._file = chinese(delivery.folder / self.name)
        self._rows = delivery.rows(delivery.table("gl_entry", self.name), COLUMNS, self._file.row)
        self._rows.non_data(list(COLUMNS))
        self._vouchers = self._debit = self._credit = 0

    def document(self, document: Document) -> bool:
        """Write a voucher; says whether it must be refused."""
        if document.journal == "opening":
            word, number = OPENING, 1
        else:
            self._vouchers += 1
            word, number = "记", self._vouchers
        entries = document.entries()
        head = (word, f"{word}-{number:04d}")
        rows = [self._row(document, head, n, entry) for n, entry in enumerate(entries, start=1)]
        self._debit += sum(entry.debit for entry in entries)
        self._credit += sum(entry.credit for entry in entries)
        refused = self._rows.document(document.number, rows)
        if document.red and not refused:
            for back in range(len(entries)):
                self._rows.warn("red_storno", document.number, RED_STORNO, back)
        return refused

    def close(self) -> None:
        total: Row = ["合计", *[""] * 15, plain(self._debit), plain(self._credit), *[""] * 5]
        self._rows.non_data(total)
        self._file.close()

    def _row(self, document: Document, head: tuple[str, str], number: int, entry: Entry) -> Row:
        branch, role, party = self._branch, role_of(entry.account), party_code(entry.account)
        account, label = branch.chart.entry(entry.account)
        selling = document.journal in ("sales", "cash") or role.startswith("discount_granted")
        tax = code_of(branch, "output" if selling else "input", entry.tax_class) if entry.tax_class else ""
        amount = abs(entry.debit or entry.credit)
        rate = divide(amount * RATE_UNIT, abs(entry.amount_t)) if entry.amount_t else RATE_UNIT
        return [
            f"{self._delivery.month.year}年{self._delivery.month.number:02d}期", document.day.isoformat(), *head,
            f"{number}", entry.text, account, label, party if role.endswith("receivable") else "",
            party if role.endswith("payable") and party else "", branch.partner_of(entry.account),
            cost_center_of(branch, role), tax, entry.currency or branch.currency, rate_text(rate, 6),
            plain(entry.amount_t) if entry.amount_t else "", plain(entry.debit) if entry.debit else "",
            plain(entry.credit) if entry.credit else "", document.source,
            document.due.isoformat() if document.due and party else "", "张丽", "王敏", "是",
        ]  # fmt: skip


def write_accounts(delivery: Delivery) -> str:
    """The chart; returns the file's name."""
    name = f"会计科目_{delivery.stamp}.csv"
    with chinese(delivery.folder / name) as file:
        rows = delivery.rows(delivery.table("gl_account", name), _ACCOUNTS, file.row)
        rows.non_data(list(_ACCOUNTS))
        for code, label in sorted(delivery.branch.chart.accounts.values()):
            credit = code[0] in "24" or code.startswith(_INCOME) or code == "1602"
            aids = {"1122": "客户往来", "2202": "供应商往来"}.get(code[:4], "")
            rows.document(code, [[code, label, _CLASSES[code[0]], "贷" if credit else "借", aids]])
    return name


def write_parties(delivery: Delivery) -> list[str]:
    """Customers and suppliers; returns the files' names."""
    branch, names = delivery.branch, []
    for dataset, title, parties in (
        ("customer", "客户档案", branch.all_customers),
        ("supplier", "供应商档案", branch.all_suppliers),
    ):
        name = f"{title}_{delivery.stamp}.csv"
        with chinese(delivery.folder / name) as file:
            rows = delivery.rows(delivery.table(dataset, name), _PARTIES, file.row)
            rows.non_data(list(_PARTIES))
            for party in parties:
                rows.document(party.code, [_party(party, branch.chart.local(party.role))])
        names.append(name)
    return names


def _party(party: Party, account: str) -> Row:
    return [
        party.code, party.name, party.country, party.street, party.postal_code, party.city, party.tax_id,
        party.bank_account, "28", party.currency, account, party.partner,
    ]  # fmt: skip


def write_balances(delivery: Delivery, period: Period, printed: Ledger) -> str:
    """The balances of accounts, each with its direction, a total below; returns the file's name."""
    branch, name = delivery.branch, f"科目余额表_{delivery.month.compact}_{delivery.stamp}.csv"
    names = dict(branch.chart.accounts.values())
    with chinese(delivery.folder / name) as file:
        rows = delivery.rows(delivery.table("trial_balance", name), _BALANCE, file.row)
        rows.non_data(list(_BALANCE))
        debit = credit = 0
        for code, balance in local_balances(branch, printed):
            if balance.idle:
                continue
            debit += balance.debit
            credit += balance.credit
            rows.document(code, [[
                f"{period.year}年{period.number:02d}期", code, names[code], *_directed(balance.opening),
                plain(balance.debit), plain(balance.credit), *_directed(balance.closing),
            ]])  # fmt: skip
        rows.non_data(["合计", "", "", "", "", plain(debit), plain(credit), "", ""])
    return name


def _directed(amount: int) -> tuple[str, str]:
    """The direction and the amount without a sign; 平 where there is nothing."""
    return ("借" if amount > 0 else "贷" if amount else "平"), plain(abs(amount))

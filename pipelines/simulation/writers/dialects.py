"""How German, Norwegian, French and Chinese systems write business records as delimited text: files, columns, words.

The order of the columns is that in which `BranchFiles` and `lists` fill them. Not here: writing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipelines.simulation.money import dotted, plain, rate_text, spaced, with_comma
from pipelines.simulation.writers.flat import FlatFile, chinese, french, german, norwegian


@dataclass(frozen=True)
class Dialect:
    """How one system writes its tables. `files` and `columns` go by dataset."""

    opened: Callable[[Path], FlatFile]
    money: Callable[[int], str]
    day: str
    decimal_mark: str
    files: Mapping[str, str]
    columns: Mapping[str, tuple[str, ...]]
    types: tuple[str, str]  # invoice, credit note
    directions: tuple[str, str] | None  # received, paid: amounts unsigned; None: amounts signed
    parties: tuple[str, str]  # customer, supplier: where payments say whom, and open items which side
    sides: tuple[str, str] | None  # debit, credit: open items unsigned; None: signed
    answers: tuple[str, str]  # yes, no
    valuation: str
    tax: tuple[str, str]  # sold, bought
    unit: str

    def date(self, day: date) -> str:
        return f"{day:{self.day}}"

    def rate(self, rate: int) -> str:
        return rate_text(rate).replace(".", self.decimal_mark)


GERMAN = Dialect(
    opened=german,
    money=dotted,
    day="%d.%m.%Y",
    decimal_mark=",",
    files={
        "sales_invoice": "Rechnungen",
        "sales_invoice_line": "Rechnungspositionen",
        "payment": "Zahlungen",
        "payment_allocation": "Zahlungszuordnung",
        "purchase_invoice": "Eingangsrechnungen",
        "purchase_invoice_line": "Eingangsrechnungspositionen",
        "open_item": "OffenePosten",
        "product": "Artikel",
        "cost_center": "Kostenstellen",
        "tax_code": "Steuerschluessel",
    },
    columns={
        "sales_invoice": (
            "Rechnungsnummer", "Belegart", "Bezug", "Rechnungsdatum", "Leistungsdatum", "Fälligkeit", "Debitor",
            "Konzernpartner", "Währung", "Kurs", "Netto", "Umsatzsteuer", "Brutto", "Netto EUR", "Umsatzsteuer EUR",
            "Brutto EUR", "Buchungsbeleg",
        ),
        "sales_invoice_line": (
            "Rechnungsnummer", "Position", "Rechnungsdatum", "Auftrag", "Lieferschein", "Artikel", "Bezeichnung",
            "Menge", "Einheit", "Einzelpreis", "Netto", "Umsatzsteuer", "Währung", "Steuersatz", "Erlöskonto",
            "Einstandswert EUR",
        ),
        "payment": (
            "Zahlungsnummer", "Zahlungsdatum", "Richtung", "Personenkonto", "Bankkonto", "Währung", "Betrag",
            "Betrag EUR", "Verwendungszweck", "Buchungsbeleg",
        ),
        "payment_allocation": (
            "Zahlungsnummer", "Zeile", "Zahlungsdatum", "Belegnummer", "Betrag", "Skonto", "Währung",
            "Kursdifferenz EUR", "Zuordnungsdatum",
        ),
        "purchase_invoice": (
            "Belegnummer", "Lieferantenrechnung", "Belegart", "Bezug", "Rechnungsdatum", "Buchungsdatum", "Fälligkeit",
            "Kreditor", "Konzernpartner", "Währung", "Kurs", "Netto", "Vorsteuer", "Brutto", "Netto EUR",
            "Vorsteuer EUR", "Brutto EUR", "Buchungsbeleg",
        ),
        "purchase_invoice_line": (
            "Belegnummer", "Position", "Rechnungsdatum", "Bestellung", "Wareneingang", "Artikel", "Bezeichnung",
            "Menge", "Einheit", "Einzelpreis", "Netto", "Vorsteuer", "Währung", "Steuerschlüssel", "Konto",
            "Kostenstelle",
        ),
        "open_item": (
            "Stichtag", "Art", "Personenkonto", "Belegnummer", "Rate", "Belegdatum", "Fälligkeit", "Währung",
            "Offener Betrag", "S/H", "Offener Betrag EUR", "Sammelkonto",
        ),
        "product": (
            "Artikelnummer", "Bezeichnung", "Warengruppe", "Einheit", "GTIN", "Zolltarifnummer", "Bewertung",
            "Dienstleistung", "Listenpreis",
        ),
        "cost_center": (
            "Kostenstelle", "Bezeichnung", "Übergeordnet", "Abteilung", "Verantwortlich", "Gültig von", "Gültig bis",
        ),
        "tax_code": (
            "Steuerschlüssel", "Bezeichnung", "Richtung", "Steuersatz", "Abziehbar", "Konto", "Kennzahl", "Gültig von",
            "Gültig bis",
        ),
    },
    types=("Rechnung", "Gutschrift"),
    directions=("Eingang", "Ausgang"),
    parties=("Debitor", "Kreditor"),
    sides=("S", "H"),
    answers=("ja", "nein"),
    valuation="gleitender Durchschnitt",
    tax=("Umsatzsteuer", "Vorsteuer"),
    unit="Stk",
)  # fmt: skip

NORWEGIAN = Dialect(
    opened=norwegian,
    money=spaced,
    day="%d.%m.%Y",
    decimal_mark=",",
    files={
        "sales_invoice": "faktura",
        "sales_invoice_line": "fakturalinjer",
        "payment": "betalinger",
        "payment_allocation": "betalingsfordeling",
        "purchase_invoice": "leverandorfaktura",
        "purchase_invoice_line": "leverandorfakturalinjer",
        "open_item": "apneposter",
        "product": "varer",
    },
    columns={
        "sales_invoice": (
            "Fakturanr", "Type", "Opprinnelig faktura", "Fakturadato", "Leveringsdato", "Forfallsdato", "Kundenr",
            "Konsernselskap", "Valuta", "Valutakurs", "Netto", "Mva", "Brutto", "Netto NOK", "Mva NOK", "Brutto NOK",
            "Bilagsnr",
        ),
        "sales_invoice_line": (
            "Fakturanr", "Linje", "Fakturadato", "Ordre", "Pakkseddel", "Varenr", "Varenavn", "Antall", "Enhet", "Pris",
            "Netto", "Mva", "Valuta", "Mva-sats", "Konto", "Kostpris NOK",
        ),
        "payment": (
            "Betalingsnr", "Betalingsdato", "Motpart", "Motpartsnr", "Bankkonto", "Valuta", "Beløp", "Beløp NOK",
            "Melding", "Bilagsnr",
        ),
        "payment_allocation": (
            "Betalingsnr", "Linje", "Betalingsdato", "Bilag", "Beløp", "Rabatt", "Valuta", "Valutadifferanse NOK",
            "Fordelingsdato",
        ),
        "purchase_invoice": (
            "Bilagsnr", "Fakturanr", "Type", "Opprinnelig faktura", "Fakturadato", "Bokføringsdato", "Forfallsdato",
            "Leverandørnr", "Konsernselskap", "Valuta", "Valutakurs", "Netto", "Mva", "Brutto", "Netto NOK", "Mva NOK",
            "Brutto NOK", "Hovedboksbilag",
        ),
        "purchase_invoice_line": (
            "Bilagsnr", "Linje", "Fakturadato", "Bestilling", "Varemottak", "Varenr", "Varenavn", "Antall", "Enhet",
            "Pris", "Netto", "Mva", "Valuta", "Mva-kode", "Konto", "Avdeling",
        ),
        "open_item": (
            "Per dato", "Reskontro", "Motpartsnr", "Bilag", "Termin", "Bilagsdato", "Forfallsdato", "Valuta",
            "Restbeløp", "Restbeløp NOK", "Reskontrokonto",
        ),
        "product": (
            "Varenr", "Varenavn", "Varegruppe", "Enhet", "GTIN", "Tolltariffnr", "Verdsetting", "Tjeneste", "Pris",
        ),
    },
    types=("Faktura", "Kreditnota"),
    directions=None,
    parties=("Kunde", "Leverandør"),
    sides=None,
    answers=("ja", "nei"),
    valuation="FIFO",
    tax=("utgående", "inngående"),
    unit="stk",
)  # fmt: skip

FRENCH = Dialect(
    opened=french,
    money=with_comma,
    day="%d/%m/%Y",
    decimal_mark=",",
    files={
        "sales_invoice": "factures",
        "sales_invoice_line": "lignes_factures",
        "payment": "reglements",
        "payment_allocation": "imputations",
        "purchase_invoice": "achats",
        "purchase_invoice_line": "lignes_achats",
        "open_item": "echeancier",
        "product": "articles",
        "cost_center": "sections",
        "tax_code": "codes_tva",
    },
    columns={
        "sales_invoice": (
            "N° facture", "Nature", "Facture d'origine", "Date facture", "Date livraison", "Échéance", "Client",
            "Société du groupe", "Devise", "Cours", "HT", "TVA", "TTC", "HT €", "TVA €", "TTC €", "Écriture",
        ),
        "sales_invoice_line": (
            "N° facture", "Ligne", "Date facture", "Commande", "BL", "Article", "Désignation", "Qté", "Unité", "PU HT",
            "Montant HT", "Montant TVA", "Devise", "Code TVA", "Compte", "Coût de revient €",
        ),
        "payment": (
            "N° règlement", "Date", "Sens", "Tiers", "Banque", "Devise", "Montant", "Montant €", "Libellé", "Écriture",
        ),
        "payment_allocation": (
            "N° règlement", "Ligne", "Date", "Pièce", "Montant imputé", "Escompte", "Devise", "Écart de change €",
            "Date d'imputation",
        ),
        "purchase_invoice": (
            "N° pièce", "N° fournisseur", "Nature", "Facture d'origine", "Date facture", "Date comptable", "Échéance",
            "Fournisseur", "Société du groupe", "Devise", "Cours", "HT", "TVA", "TTC", "HT €", "TVA €", "TTC €",
            "Écriture",
        ),
        "purchase_invoice_line": (
            "N° pièce", "Ligne", "Date facture", "Commande", "Réception", "Article", "Désignation", "Qté", "Unité",
            "PU HT", "Montant HT", "Montant TVA", "Devise", "Code TVA", "Compte", "Section",
        ),
        "open_item": (
            "Arrêté au", "Type", "Tiers", "Pièce", "N° échéance", "Date pièce", "Échéance", "Devise", "Solde", "Sens",
            "Solde €", "Collectif",
        ),
        "product": (
            "Référence", "Désignation", "Famille", "Unité", "Code EAN", "Nomenclature douanière", "Valorisation",
            "Prestation", "Prix HT",
        ),
        "cost_center": ("Section", "Intitulé", "Section mère", "Service", "Responsable", "Du", "Au"),
        "tax_code": ("Code", "Intitulé", "Sens", "Taux", "Déductibilité", "Compte", "Case CA3", "Du", "Au"),
    },
    types=("Facture", "Avoir"),
    directions=("Encaissement", "Décaissement"),
    parties=("Client", "Fournisseur"),
    sides=("D", "C"),
    answers=("O", "N"),
    valuation="CUMP",
    tax=("collectée", "déductible"),
    unit="U",
)  # fmt: skip

CHINESE = Dialect(
    opened=chinese,
    money=plain,
    day="%Y-%m-%d",
    decimal_mark=".",
    files={
        "sales_invoice": "销售发票",
        "sales_invoice_line": "销售发票明细",
        "payment": "收付款单",
        "payment_allocation": "核销明细",
        "purchase_invoice": "采购发票",
        "purchase_invoice_line": "采购发票明细",
        "open_item": "往来未清项",
        "product": "存货档案",
        "cost_center": "部门档案",
        "tax_code": "税码",
    },
    columns={
        "sales_invoice": (
            "发票号", "类型", "原发票号", "开票日期", "发货日期", "到期日", "客户编码", "集团内公司", "币种", "汇率",
            "金额", "税额", "价税合计", "本币金额", "本币税额", "本币价税合计", "来源单号",
        ),
        "sales_invoice_line": (
            "发票号", "行号", "开票日期", "订单号", "发货单号", "存货编码", "存货名称", "数量", "计量单位", "单价",
            "金额", "税额", "币种", "税码", "收入科目", "本币成本",
        ),
        "payment": (
            "单据号", "日期", "收付", "往来编码", "银行科目", "币种", "金额", "本币金额", "摘要", "来源单号",
        ),
        "payment_allocation": (
            "单据号", "行号", "日期", "核销单据", "核销金额", "现金折扣", "币种", "本币汇兑差额", "核销日期",
        ),
        "purchase_invoice": (
            "单据号", "发票号", "类型", "原发票号", "开票日期", "入账日期", "到期日", "供应商编码", "集团内公司",
            "币种", "汇率", "金额", "税额", "价税合计", "本币金额", "本币税额", "本币价税合计", "来源单号",
        ),
        "purchase_invoice_line": (
            "单据号", "行号", "开票日期", "订单号", "入库单号", "存货编码", "存货名称", "数量", "计量单位", "单价",
            "金额", "税额", "币种", "税码", "科目", "部门编码",
        ),
        "open_item": (
            "截止日期", "往来类型", "往来编码", "单据号", "期次", "单据日期", "到期日", "币种", "未清金额", "方向",
            "本币未清金额", "控制科目",
        ),
        "product": (
            "存货编码", "存货名称", "存货分类", "计量单位", "条码", "海关编码", "计价方式", "是否服务", "参考售价",
        ),
        "cost_center": ("部门编码", "部门名称", "上级部门", "部门属性", "负责人", "启用日期", "停用日期"),
        "tax_code": ("税码", "名称", "类别", "税率%", "抵扣比例%", "科目编码", "申报栏次", "启用日期", "停用日期"),
    },
    types=("蓝字", "红字"),
    directions=("收款", "付款"),
    parties=("客户", "供应商"),
    sides=("借", "贷"),
    answers=("是", "否"),
    valuation="移动平均",
    tax=("销项", "进项"),
    unit="件",
)  # fmt: skip

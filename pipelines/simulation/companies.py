"""Companies with which several branches trade, as their own country writes them and as China does.

All are invented. The two last of a country are told apart by little: nearly one name, one town. Not here: which branch
lists which company, and how it writes it (shared).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Company:
    """A company; `chinese`: its name in Chinese script; `latin`: name, street and town abroad of a Chinese one."""

    country: str
    name: str
    street: str
    postal_code: str
    city: str
    chinese: str = ""
    latin: tuple[str, str, str] | None = None


COMPANIES = (
    Company("DE", "Böttger Werkzeugfabrik GmbH & Co. KG", "Lindenstraße 14", "42853", "Remscheid", "博特格工具厂"),
    Company("DE", "Süddeutsche Schraubenhandel AG", "Königstraße 201", "70173", "Stuttgart", "南德螺丝贸易"),
    Company("DE", "Hartwig Technik GmbH", "Hafenweg 3", "48155", "Münster", "哈特维希技术"),
    Company("DE", "Hartwig Technik AG", "Weseler Straße 88", "48151", "Münster", "哈特维希技术股份有限公司"),
    Company("NO", "Nordfjord Verktøy AS", "Sjøgata 12", "6770", "Nordfjordeid", "诺德峡湾工具"),
    Company("NO", "Løvås Maskinutleie AS", "Industriveien 40", "2020", "Skedsmokorset", "洛沃斯机械租赁"),
    Company("NO", "Berg Byggvare AS", "Storgata 7", "2317", "Hamar", "贝格建材"),
    Company("NO", "Berg Byggevarer ANS", "Vangsvegen 155", "2321", "Hamar", "贝格建筑材料"),
    Company("US", "Great Plains Fastener Corp.", "1400 Industrial Pkwy", "67202", "Wichita, KS", "大平原紧固件"),
    Company("US", "Keystone Tool Supply Inc.", "22 Foundry St", "15222", "Pittsburgh, PA", "基石工具供应"),
    Company("US", "Lakeside Builders LLC", "310 Harbor Dr", "55802", "Duluth, MN", "湖畔建造"),
    Company("US", "Lakeside Building Inc.", "9 Canal Park Dr", "55806", "Duluth, MN", "湖畔建筑"),
    Company("FR", "Quincaillerie Générale d'Étampes SARL", "12 rue du Château", "91150", "Étampes", "埃当普五金"),
    Company("FR", "Établissements Mérieult et Fils SAS", "4 quai des Célestins", "69002", "Lyon", "梅里厄父子"),
    Company("FR", "Bois et Métal SA", "7 avenue Foch", "21000", "Dijon", "木材金属"),
    Company("FR", "Bois et Métaux SARL", "31 rue de la Liberté", "21100", "Dijon", "木材与金属"),
    Company(
        "CN",
        "苏州恒力工具有限公司",
        "工业园区二路 18",
        "215021",
        "苏州",
        latin=("Suzhou Hengli Tools Co., Ltd.", "Gongye Yuanqu Road 18", "Suzhou"),
    ),
    Company(
        "CN",
        "青岛海泰五金有限公司",
        "滨海路 66",
        "266071",
        "青岛",
        latin=("Qingdao Haitai Hardware Co., Ltd.", "Binhai Road 66", "Qingdao"),
    ),
    Company(
        "CN",
        "宁波瑞阳机械有限公司",
        "解放路 5",
        "315010",
        "宁波",
        latin=("Ningbo Ruiyang Machinery Co., Ltd.", "Jiefang Road 5", "Ningbo"),
    ),
    Company(
        "CN",
        "宁波瑞洋贸易有限公司",
        "中山路 120",
        "315040",
        "宁波",
        latin=("Ningbo Ruiyang Trading Co., Ltd.", "Zhongshan Road 120", "Ningbo"),
    ),
    Company("GB", "Thistlewood & Daughters Ltd", "15 Mill Lane", "LS1 4DY", "Leeds", "蒂斯尔伍德"),
    Company("GB", "Calderbrook Ironmongery plc", "2 Canal Wharf", "HX1 1TS", "Halifax", "卡尔德布鲁克五金"),
    Company("GB", "Marlowe Trade Supplies Ltd", "81 Station Road", "SK3 9AB", "Stockport", "马洛贸易"),
    Company("GB", "Marlow Trading Supply LLP", "6 High Street", "SK1 1EG", "Stockport", "马洛供应"),
)

"""Names and places as they can be compared: without accents, legal forms, punctuation and ways of writing umlauts.

Names in Chinese script keep their characters. Not here: comparing.
"""

from __future__ import annotations

import re
import unicodedata

# Legal forms and what stands beside them, of the languages that branches write in. Longer ones first where one holds
# another. Only whole words count.
_LEGAL_FORMS = frozenset(
    """
    ag gmbh kg ohg ug se ev mbh co cokg gmbhco kgaa
    sa sas sarl eurl sasu sci snc scop
    as asa ans da enk nuf
    ab hb kb aktiebolag
    ltd limited plc llp lp llc inc incorporated corp corporation company gmbh
    bv nv spa srl oy aps sp zoo
    und and et og och fils soehne sohne
    """.split()  # noqa: SIM905
)
_CHINESE_FORMS = re.compile(r"(股份有限公司|有限责任公司|有限公司|集团|商行|公司|[()（）])")
_LETTERS = str.maketrans({"ß": "ss", "ø": "o", "æ": "a", "đ": "d", "ł": "l", "œ": "o"})
# Umlauts are written out where a system cannot hold them: ä, ae and a are the same here.
_WRITTEN_OUT = re.compile(r"(ae|oe|ue)")


def plain(text: str) -> str:
    """Lower case, no accents, only letters and digits with single blanks between."""
    lowered = unicodedata.normalize("NFKC", text).casefold().translate(_LETTERS)
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", lowered) if not unicodedata.combining(sign))
    return " ".join(re.sub(r"[^\w]+", " ", bare, flags=re.UNICODE).replace("_", " ").split())


def company_name(text: str) -> str:
    """The name without its legal form. A name of nothing else stays as it is."""
    words = plain(_CHINESE_FORMS.sub(" ", text)).replace(" co kg", " cokg").split()
    kept = [word for word in words if word not in _LEGAL_FORMS] or words
    return _WRITTEN_OUT.sub(lambda found: found[0][0], " ".join(kept))


def place(text: str) -> str:
    """A town or street."""
    said = re.sub(r"\b(str|strasse)\b|(?<=\w)(strasse|str)\b", "strasse", plain(text))
    return _WRITTEN_OUT.sub(lambda found: found[0][0], said)


# How systems write "a piece", UN/ECE Recommendation 20 code C62. Other units are compared as they are written.
_PIECE = frozenset("c62 h87 ea each pc pcs pce stk st stuck stueck u un unite piece pieces styck 件 个 只".split())  # noqa: SIM905


def unit(text: str) -> str:
    """A unit of measure; every word for a piece is the same."""
    said = plain(text)
    return "c62" if said in _PIECE else said

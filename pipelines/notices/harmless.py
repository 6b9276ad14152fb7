"""Making text that others wrote (file names, codes, errors) safe to stand in a message, and fitting it into columns.

Not here: HTML, which its template escapes.
"""

from __future__ import annotations

import unicodedata

_LONGEST = 300
# Format characters that turn the order of letters round or hide; control characters are told by their category.
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


def one_line(text: object, longest: int = _LONGEST) -> str:
    """Text as one line without control, invisible or order-changing characters; what is too long is cut."""
    said = "".join(" " if char in "\n\r\t" else "\ufffd" if _hidden(char) else char for char in str(text))
    said = " ".join(said.split(" ")).strip()
    return said if len(said) <= longest else f"{said[: longest - 1]}…"


def slack_text(subject: str, body: str) -> str:
    """A message for Slack-compatible webhooks: nothing in it can become a link, a mention or formatting.

    The body stands in a code block, where only the block's own end and the three escaped characters mean anything.
    """
    head = _entities(subject).translate({ord(char): " " for char in "*_~`"}).replace("@", "(at)")
    return f"{head}\n```\n{_entities(body.replace('```', chr(39) * 3))}\n```"


def width(text: str) -> int:
    """How many columns a text takes where every letter has one and Chinese ones two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def padded(text: str, columns: int, right: bool = False) -> str:
    """The text filled with blanks to so many columns."""
    blanks = " " * (columns - width(text))
    return blanks + text if right else text + blanks


def _hidden(char: str) -> bool:
    return unicodedata.category(char) in _HIDDEN


def _entities(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

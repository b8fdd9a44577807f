"""The one guard of G5: the Sold To's address is disclosed to nobody but its holder.

It looks for the address in whatever spelling a reader, a mail program or a decoder would
recognise. In doubt it refuses: a message that is not written can be written again. A shared first
name, surname or domain is no address.
"""

import html
import json
import quopri
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import unquote, unquote_plus

from domain.errors import Refused

_DEPTH = 3
"""How often text is decoded again: a quoted mail in a link in a quoted mail."""

_HIDDEN = "\u200b"
"""Stands for everything that a reader does not see."""
_INVISIBLE = frozenset('\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\\*`"') | frozenset(
    map(chr, [*range(0x180B, 0x1810), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)])
)
"""Beside the category of format characters: fillers, variation selectors, and Markdown's signs."""
_DOTS = str.maketrans({"\u3002": ".", "\uff61": "."})

_BROKEN = f"[{_HIDDEN}\n]*"
_SPACED = f"[{_HIDDEN}\n <>]*"
_FAR_APART = f"[{_HIDDEN}\n ]+"
_BEGIN = r"(?<![^\W_])(?<![^\W_][._+-])"
_END = r"(?![^\W_])"


def check_discloses_nothing(
    text: str, *, pinned_emails: Iterable[str], recipient_email: str | None
) -> None:
    """Lets a text pass that tells its reader no address of the contact on record (G5).

    `pinned_emails` are the original Sold To's and their Customer's. Their holder may read them, but
    a plus-address of the same mailbox does not make a reader the holder. Raises Refused
    (`discloses-sold-to`); its message does not hold the address.
    """
    reader = _mailbox(recipient_email) if recipient_email else ""
    guarded = [email for email in pinned_emails if "@" in email and _mailbox(email) != reader]
    if not guarded:
        return
    sought = re.compile("|".join(form for email in guarded for form in _forms(email)))
    if any(sought.search(_folded(reading)) for reading in _readings(text)):
        raise Refused(
            "The text holds the address of the contact on record, and its reader is somebody else"
            " (G5). Leave the address out.",
            rule="G5",
            code="discloses-sold-to",
        )


def _mailbox(email: str) -> str:
    """An address as it is compared: a plus-address is another one here."""
    local, _, domain = _folded(email).replace(_HIDDEN, "").rpartition("@")
    return f"{local}@{_unicode(domain)}"


def _forms(email: str) -> Iterator[str]:
    """Patterns for the mailbox and its plus-addresses, the domain spelled in both ways."""
    local, _, domain = _mailbox(email).rpartition("@")
    base = local.partition("+")[0] or local
    for spelled in dict.fromkeys((domain, _ascii(domain))):
        for gap in (_BROKEN, _FAR_APART):
            address = f"{_with_gaps(base, gap)}{_TAG}{_AT}{_with_gaps(spelled, gap)}"
            yield f"{_BEGIN}{address}{_END}"


def _with_gaps(part: str, gap: str) -> str:
    """A part of an address; its signs may have space around them, its letters a gap between."""
    return "".join(
        _sign(character) + (gap if character.isalnum() and following.isalnum() else "")
        for character, following in zip(part, [*part[1:], " "], strict=True)
    )


def _apart(sign: str, word: str) -> str:
    """A sign as it stands, or spelled as a word."""
    alone = f"(?<=[ \n{_HIDDEN}]){word}(?=[ \n{_HIDDEN}])"
    return f"{_SPACED}(?:{sign}|[(\\[{{]\\s*{word}\\s*[)\\]}}]|[_-]{word}[_-]|{alone}){_SPACED}"


_AT = _apart("@", "at")
_DOT = _apart(r"\.", "dot")
_TAG = rf"(?:{_SPACED}\+[^@()\n ]{{0,80}})?"


def _sign(character: str) -> str:
    if character == ".":
        return _DOT
    if character.isalnum():
        return character
    return f"{_SPACED}{re.escape(character)}{_SPACED}"


def _unicode(domain: str) -> str:
    return ".".join(map(_label_in_unicode, domain.split(".")))


def _label_in_unicode(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label.removeprefix("xn--").encode("ascii").decode("punycode")
    except UnicodeError:
        return label


def _ascii(domain: str) -> str:
    return ".".join(
        label if label.isascii() else "xn--" + label.encode("punycode").decode("ascii")
        for label in domain.split(".")
    )


def _folded(text: str) -> str:
    """Text as a reader sees it: one letter case, plain letters, lines not indented."""
    plain = unicodedata.normalize("NFKC", text).lower().translate(_DOTS)
    seen = "".join(map(_seen, plain))
    return "\n".join(line.strip() for line in seen.split("\n"))


def _seen(character: str) -> str:
    if character.isspace() and character != "\n":
        return " "
    if character in _INVISIBLE or (
        not character.isascii() and unicodedata.category(character) == "Cf"
    ):
        return _HIDDEN
    return character


def _readings(text: str) -> set[str]:
    """The text, and what decoders make of it, one after the other in any order."""
    known = {text}
    fresh = known
    for _ in range(_DEPTH):
        fresh = {decode(reading) for reading in fresh for decode in _DECODERS} - known
        if not fresh:
            break
        known = known | fresh
    return known


def _without_quoting(text: str) -> str:
    return "\n".join(re.sub(r"^[ \t]*(?:[>|][ \t]*)+", "", line) for line in text.splitlines())


def _of_quoted_printable(text: str) -> str:
    if "=" not in text:
        return text
    return quopri.decodestring(text.encode("utf-8", "replace")).decode("utf-8", "replace")


def _of_form(text: str) -> str:
    """A plus is a space only in what a form or a link has encoded."""
    return unquote_plus(text) if "%" in text else text


def _of_json(text: str) -> str:
    return re.sub(r"\\(?:u[0-9a-fA-F]{4}|[nrt/])", lambda found: _escape(found[0]), text)


def _escape(sequence: str) -> str:
    return str(json.loads(f'"{sequence}"'))


def _without_tags(text: str) -> str:
    """Tags hide inside words. An address in angle brackets is no tag."""
    return re.sub(r"</?[a-zA-Z][^<>@]*>|<!--.*?-->", _HIDDEN, text, flags=re.DOTALL)


_DECODERS: tuple[Callable[[str], str], ...] = (
    _without_quoting,
    html.unescape,
    unquote,
    _of_form,
    _of_quoted_printable,
    _of_json,
    _without_tags,
)

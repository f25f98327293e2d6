"""What people put around and between the signs of an identifier, and how it is taken away."""

from __future__ import annotations

from typing import Final

from sluis.core import errors

# The characters with the Unicode property White_Space.
WHITE: Final = "\t\n\v\f\r \u0085\u00a0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000"
MAX_INPUT: Final = 8192


def trimmed(text: str) -> str:
    """`text` without white space at its ends."""
    return text.strip(WHITE)


def without(text: str, noise: str) -> str:
    """`text` without white space and without the characters of `noise`."""
    return text.translate(dict.fromkeys(map(ord, WHITE + noise)))


def upper(text: str) -> str:
    """ASCII letters in upper case; other text is returned as it is, for some signs turn into ASCII letters by it."""
    return text.upper() if text.isascii() else text


def lower(text: str) -> str:
    """ASCII letters in lower case; other text is returned as it is."""
    return text.lower() if text.isascii() else text


def require_sane(text: str) -> None:
    """Raises Malformed `te-lang` over 8,192 characters, `tekens-onjuist` for half a surrogate pair."""
    if len(text) > MAX_INPUT:
        raise errors.Malformed("The identifier is longer than 2,048 octets.", code="te-lang")
    if any("\ud800" <= sign <= "\udfff" for sign in text):
        raise errors.Malformed("This is no Unicode text: it holds half a surrogate pair.", code="tekens-onjuist")

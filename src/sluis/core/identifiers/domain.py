"""Domain names: UTS #46 mapping (not transitional), then IDNA 2008, in A-labels and lower case."""

from __future__ import annotations

import re

import idna

from sluis.core import errors
from sluis.core.identifiers import spelling
from sluis.core.identifiers.kinds import Identifier, IdentifierType

MAX_OCTETS = 253
_LABEL = re.compile(r"[a-z0-9_-]{1,63}")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")


def parse(text: str) -> Identifier:
    """The domain in `text`: A-labels, lower case, no dot at the end.

    Raises Malformed: `domein-leeg`, `domein-tekens` (a label that IDNA 2008 does not allow), `domein-lengte` (an empty label,
    one over 63 octets, or more than 253 in all), `domein-ip` (an address of the Internet Protocol, not a name).
    """
    return Identifier(IdentifierType.DOMAIN, canonical(spelling.trimmed(text)))


def canonical(text: str) -> str:
    """The canonical form of a domain name. Raises as `parse`. Source: UTS #46 section 4, RFC 5891 section 5."""
    if not text:
        raise errors.Malformed("There is no domain here.", code="domein-leeg")
    labels = _mapped(text).removesuffix(".").split(".")
    name = ".".join(_a_label(label) for label in labels)
    if len(name) > MAX_OCTETS:
        raise _wrong_length()
    if _NUMBER.fullmatch(labels[-1]):
        raise errors.Malformed("This is an address of the Internet Protocol, not a domain.", code="domein-ip")
    return name


def _mapped(text: str) -> str:
    try:
        return idna.uts46_remap(text, std3_rules=False, transitional=False)
    except idna.IDNAError:
        raise _wrong_signs() from None


def _a_label(label: str) -> str:
    # Names in use have underscores and hyphens anywhere, which IDNA leaves to others: a label in ASCII is only looked over.
    if not label or len(label) > 63:
        raise _wrong_length()
    if label.isascii() and not label.startswith("xn--"):
        if not _LABEL.fullmatch(label):
            raise _wrong_signs()
        return label
    try:
        return idna.alabel(idna.ulabel(label)).decode()
    except (idna.IDNAError, UnicodeError):
        raise _wrong_signs() from None


def _wrong_signs() -> errors.Malformed:
    return errors.Malformed("This domain has signs that no domain name has.", code="domein-tekens")


def _wrong_length() -> errors.Malformed:
    return errors.Malformed("A label has 1 to 63 octets, a domain 253 at most.", code="domein-lengte")

"""E-mail addresses: local part in NFC and lower case (RFC 6531 dot-string), domain as in `domain`."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from idna import idnadata, intranges

from sluis.core import errors
from sluis.core.identifiers import domain, spelling
from sluis.core.identifiers.kinds import Identifier, IdentifierType

MAX_LOCAL: Final = 64
MAX_ADDRESS: Final = 254
_ATOM = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+")
_ALLOWED: Final = idnadata.codepoint_classes["PVALID"]


def parse(text: str) -> Identifier:
    """The address in `text`, for example `jan+winkel@voorbeeld.example`.

    Raises Malformed: `email-leeg`, `email-vorm` (no local part and domain around an `@`), `email-lokaal` (signs, quotes or
    lengths that the local part cannot have), `email-lengte`, and what a domain is refused for.
    """
    address = spelling.trimmed(text)
    if not address:
        raise errors.Malformed("There is no e-mail address here.", code="email-leeg")
    local, at, host = address.rpartition("@")
    if not (local and at and host):
        raise errors.Malformed("An e-mail address is a name, an @ and a domain.", code="email-vorm")
    value = f"{_local(local)}@{domain.canonical(host)}"
    if len(value.encode()) > MAX_ADDRESS:
        raise errors.Malformed("An e-mail address has at most 254 octets.", code="email-lengte")
    return Identifier(IdentifierType.EMAIL, value)


def base(address: str) -> str:
    """The address without `+tag`: what stands between the first `+`, when not at the start, and the `@` goes."""
    local, _at, host = address.rpartition("@")
    plain, _plus, _tag = local.partition("+")
    return f"{plain or local}@{host}"


def _local(text: str) -> str:
    local = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).lower())
    if len(local.encode()) > MAX_LOCAL or not all(_is_atom(atom) for atom in local.split(".")):
        raise errors.Malformed("The part before the @ has signs or a length that it cannot have.", code="email-lokaal")
    return local


def _is_atom(atom: str) -> bool:
    # Letters and digits beyond ASCII are those that IDNA 2008 allows: no look-alike widths, no invisible signs.
    plain = "".join(sign if sign.isascii() else "x" for sign in atom)
    beyond = (ord(sign) for sign in atom if not sign.isascii())
    return bool(_ATOM.fullmatch(plain)) and all(intranges.intranges_contain(sign, _ALLOWED) for sign in beyond)

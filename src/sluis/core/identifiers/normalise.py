"""The door of the room: text of a named type -> Identifier."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sluis.core.identifiers import address, crypto, device, domain, email, iban, kvk, phone, scopes, spelling, url
from sluis.core.identifiers.kinds import Identifier, IdentifierType, type_named

_PARSERS: Final[dict[IdentifierType, Callable[[str], Identifier]]] = {
    IdentifierType.IBAN: iban.parse,
    IdentifierType.EMAIL: email.parse,
    IdentifierType.DOMAIN: domain.parse,
    IdentifierType.URL: url.parse,
    IdentifierType.DEVICE: device.parse,
    IdentifierType.CRYPTO: crypto.parse,
    IdentifierType.KVK: kvk.parse,
    IdentifierType.ADDRESS: address.parse,
}


def parse(type_name: str, text: str, *, region: str | None = None) -> Identifier:
    """The identifier of type `type_name` in `text`, normalised. `region` says how a telephone number without `+` is read.

    Raises Malformed: `onbekende-soort`, `te-lang` (over 2,048 octets in one of its scopes), `tekens-onjuist`, or the reason of
    the type's own file.
    """
    kind = type_named(type_name)
    spelling.require_sane(text)
    found = phone.parse(text, region=region) if kind is IdentifierType.PHONE else _PARSERS[kind](text)
    for one in scopes.of(found):
        one.octets()
    return found

"""The door of the room: text of a named type -> Identifier."""

from __future__ import annotations

from collections.abc import Callable

from sluis.core import errors
from sluis.core.identifiers import iban
from sluis.core.identifiers.kinds import Identifier, IdentifierType, type_named

_PARSERS: dict[IdentifierType, Callable[[str], Identifier]] = {IdentifierType.IBAN: iban.parse}


def parse(type_name: str, text: str) -> Identifier:
    """The identifier of type `type_name` in `text`, normalised.

    Raises Malformed: `onbekende-soort`, `soort-nog-niet-beschikbaar` (a type without a normaliser in this version), or the
    reason of the type's own file.
    """
    return _PARSERS[require(type_name)](text)


def require(type_name: str) -> IdentifierType:
    """The type of that name. Raises Malformed as `parse`, for every text alike."""
    kind = type_named(type_name)
    if kind not in _PARSERS:
        raise errors.Malformed(f"The type {kind.label} has no normaliser in this version.", code="soort-nog-niet-beschikbaar")
    return kind

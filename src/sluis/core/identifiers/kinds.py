"""The nine types of identifier and what a parsed one is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from sluis.core import errors

NORMALISER_VERSION: Final = 1
MAX_OCTETS: Final = 2048


class IdentifierType(IntEnum):
    """Types by their number on the wire (`docs/reference/protocol.md`, Notation)."""

    IBAN = 1
    PHONE = 2
    EMAIL = 3
    DOMAIN = 4
    URL = 5
    DEVICE = 6
    CRYPTO = 7
    KVK = 8
    ADDRESS = 9

    @property
    def label(self) -> str:
        """The name in documents and commands, for example `iban`."""
        return self.name.lower()


def type_named(name: str) -> IdentifierType:
    """The type called `name` (lower case). Raises Malformed `onbekende-soort`."""
    try:
        return IdentifierType[name.upper()]
    except KeyError:
        known = ", ".join(kind.label for kind in IdentifierType)
        raise errors.Malformed(
            f"There is no identifier type of that name; known are {known}.", code="onbekende-soort"
        ) from None


@dataclass(frozen=True, slots=True, repr=False)
class Identifier:
    """One normalised identifier. `str()` is the value in clear; `repr()` never shows it, so that no traceback does."""

    type: IdentifierType
    value: str
    scope: str = ""

    def __str__(self) -> str:
        return self.value

    def __repr__(self) -> str:
        return f"<{self.type.label} identifier>"

    def octets(self, *, version: int = NORMALISER_VERSION) -> bytes:
        """The input x of the function: `"sluis/1" 0 type[.scope] 0 version 0 value`, at most 2,048 octets.

        Raises Malformed `te-lang`. Source: `docs/reference/protocol.md`, Identifiers.
        """
        name = f"{self.type.label}.{self.scope}" if self.scope else self.type.label
        octets = b"\0".join((b"sluis/1", name.encode(), str(version).encode(), self.value.encode()))
        if len(octets) > MAX_OCTETS:
            raise errors.Malformed("The identifier is longer than 2,048 octets.", code="te-lang")
        return octets

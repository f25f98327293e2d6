"""Scopes: wider readings of one identifier. A publisher picks one, an asker evaluates all; x holds the scope's name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sluis.core import errors
from sluis.core.identifiers import email, suffixes, url
from sluis.core.identifiers.kinds import Identifier, IdentifierType


def _registrable(name: str) -> str | None:
    return suffixes.packaged_list().registrable(name)


_SCOPES: Final[dict[IdentifierType, tuple[str, Callable[[str], str | None]]]] = {
    IdentifierType.EMAIL: ("base", email.base),
    IdentifierType.DOMAIN: ("reg", _registrable),
    IdentifierType.URL: ("path", url.path),
}


def of(identifier: Identifier) -> tuple[Identifier, ...]:
    """All that an asker evaluates for `identifier`: itself first, then its wider scope if its type has one; no doubles."""
    if identifier.scope or identifier.type not in _SCOPES:
        return (identifier,)
    name, widen = _SCOPES[identifier.type]
    value = widen(identifier.value)
    return (identifier, Identifier(identifier.type, value, name)) if value else (identifier,)


def pick(identifier: Identifier, scope: str) -> Identifier:
    """`identifier` in the scope called `scope` (`base` or `email.base`); an empty name is the identifier itself.

    Raises Malformed `onbekend-bereik` when its type has no such scope, `geen-bereik` when this identifier has none.
    """
    if not scope:
        return identifier
    name = _SCOPES[identifier.type][0] if identifier.type in _SCOPES else ""
    if not name or scope not in (name, f"{identifier.type.label}.{name}"):
        known = ", ".join(f"{kind.label}.{name}" for kind, (name, _) in _SCOPES.items())
        raise errors.Malformed(f"This type has no scope of that name; there are {known}.", code="onbekend-bereik")
    found = [one for one in of(identifier) if one.scope == name]
    if not found:
        raise errors.Malformed("A bare public suffix has no registrable domain.", code="geen-bereik")
    return found[0]

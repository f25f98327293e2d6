"""Kinds of items. A room that wants this mechanism for what it makes registers its kind when it starts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sluis.core import errors


@dataclass(frozen=True, slots=True)
class ItemKind:
    """A kind of item: its code in tables and messages, and its name on pages."""

    code: str
    name: str | Promise


_known: Final[dict[str, ItemKind]] = {}


def register(kind: ItemKind) -> None:
    """Makes a kind known, for the life of this process. Raises Conflict `soort-bezet` when another has the code already."""
    if _known.setdefault(kind.code, kind) != kind:
        raise errors.Conflict("Another room has a kind of item of this code.", code="soort-bezet")


def kind_of(code: str) -> ItemKind:
    """The kind with this code. Raises Malformed `onbekende-soort`."""
    if code not in _known:
        raise errors.Malformed("No room has this kind of item.", code="onbekende-soort")
    return _known[code]


def kinds() -> list[ItemKind]:
    """All kinds, in the order in which they were registered."""
    return list(_known.values())


def name_of(code: str) -> str:
    """The name of a kind on pages; its code when the room that had it is gone."""
    return str(_known[code].name) if code in _known else code


register(ItemKind("document", _("document")))

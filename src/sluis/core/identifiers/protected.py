"""The protected list: identifiers never to be signalled and never to be alerted on. No hub can check it; every gateway does.

An entry or list *blocks* (no signal, no hit) or *warns* (the publisher must confirm); an *allow* entry is an exception.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Final, Literal

import msgspec

from sluis.core import errors, packaged
from sluis.core.identifiers import normalise, suffixes, url
from sluis.core.identifiers.kinds import Identifier, IdentifierType
from sluis.core.identifiers.lists import ListEntry, Names, Strength

_SUFFIX: Final = "Openbaar achtervoegsel: daaronder registreert iedereen namen"


class ProtectedEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One entry: type and value, what it does, why, whose it is, the two who approved it, and the last day (since 1970)."""

    type: str
    value: str
    kind: Literal["block", "warn", "allow"]
    reason: str
    owner: str
    approvers: tuple[str, str]
    until: int


class _Document(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    version: int
    entries: tuple[ProtectedEntry, ...]
    lists: tuple[ListEntry, ...]


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the list says of an identifier: `block` or `warn`, and why."""

    kind: Strength
    reason: str


@dataclass(frozen=True)
class ProtectedList:
    """A list with its digest: SHA-256 of the document's octets, which hold the digests of the lists. The policy names it."""

    entries: dict[Identifier, ProtectedEntry]
    lists: tuple[ListEntry, ...]
    digest: bytes

    @cached_property
    def _names(self) -> Names:
        return Names(self.lists)

    def ruling(self, identifier: Identifier, *, day: int) -> Ruling | None:
        """What holds for `identifier` on `day` (days since 1970), or None. An entry of its own goes before every list."""
        entry = self.entries.get(Identifier(identifier.type, identifier.value))
        if entry and day <= entry.until:
            return None if entry.kind == "allow" else Ruling(entry.kind, entry.reason)
        found = list(self._listed(identifier, day))
        return next((one for one in found if one.kind == "block"), found[0] if found else None)

    def _listed(self, identifier: Identifier, day: int) -> Iterator[Ruling]:
        match identifier.type:
            case IdentifierType.DOMAIN:
                yield from self._of_domain(identifier.value, day)
            case IdentifierType.URL:
                yield from self._of_url(identifier.value, day)
            case IdentifierType.EMAIL:
                yield from self._of_host(identifier.value.rpartition("@")[2], day)
            case _:
                return

    def _of_domain(self, name: str, day: int) -> Iterator[Ruling]:
        if self._allows(name, day):
            return
        if suffixes.packaged_list().registrable(name) is None:
            yield Ruling("block", _SUFFIX)
        for found in self._names.of_domain(name, day=day):
            yield Ruling(found.entry.kind, found.entry.reason)

    def _allows(self, name: str, day: int) -> bool:
        entry = self.entries.get(Identifier(IdentifierType.DOMAIN, name))
        return entry is not None and entry.kind == "allow" and day <= entry.until

    def _of_url(self, value: str, day: int) -> Iterator[Ruling]:
        host = url.host(value)
        if host.startswith("["):
            return
        if url.is_ipv4(value):
            found = self._names.of_network(host, day=day)
            yield from (Ruling(one.entry.kind, one.entry.reason) for one in found)
            return
        # A page on a site of many may well be somebody's fraud; the site itself is not.
        for ruling in self._of_domain(host, day):
            front = url.is_front_page(value)
            if front or ruling.kind == "block":
                yield ruling if front else Ruling("warn", ruling.reason)

    def _of_host(self, host: str, day: int) -> Iterator[Ruling]:
        # Many write from a well-known domain; from that of a bank or an authority only its own people do, or who feigns to.
        if not self._allows(host, day):
            named = (one for one in self._names.of_domain(host, day=day) if one.entry.match == "subdomains")
            yield from (Ruling("warn", one.entry.reason) for one in named)

    def blocks(self, identifier: Identifier, *, day: int) -> bool:
        """Whether `identifier` is never signalled and never gives a hit on `day`."""
        ruling = self.ruling(identifier, day=day)
        return ruling is not None and ruling.kind == "block"


def parse(octets: bytes) -> ProtectedList:
    """The list in `octets` (JSON). Raises Malformed: `lijst-onleesbaar`, `twee-personen` when one person approved twice."""
    try:
        document = msgspec.json.decode(octets, type=_Document)
    except msgspec.DecodeError as error:
        raise errors.Malformed(f"The protected list does not read: {error}", code="lijst-onleesbaar") from None
    _require_two([*document.entries, *document.lists])
    entries = {normalise.parse(row.type, row.value): row for row in document.entries}
    return ProtectedList(entries, document.lists, hashlib.sha256(octets).digest())


def _require_two(rows: Sequence[ProtectedEntry | ListEntry]) -> None:
    if any(len({name.strip().casefold() for name in (*row.approvers, "")}) < 3 for row in rows):
        raise errors.Malformed("Each entry needs two different approvers.", code="twee-personen")


@cache
def packaged_list() -> ProtectedList:
    """The list shipped with this version: public lists of names, and invented accounts, for no real IBAN is shipped."""
    return parse(packaged.read("sluis.core.identifiers", "protected.json"))

"""Packaged lists of names that belong to many people: read when first asked for, each checked against its digest."""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import msgspec

from sluis.core import errors, packaged
from sluis.core.identifiers import domain

Strength = Literal["block", "warn"]
_FOLDER: Final = "warninglists"


class ListEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One list: its file and SHA-256 (hexadecimal), source, version, licence, what it does and to what, who answers for it.

    `match`: `exact` names, names with all their `subdomains`, or IPv4 `networks`. `until` is the last day (since 1970).
    """

    file: str
    sha256: str
    source: str
    version: int
    licence: str
    kind: Strength
    match: Literal["exact", "subdomains", "networks"]
    reason: str
    owner: str
    approvers: tuple[str, str]
    until: int


class _Warninglist(msgspec.Struct):
    names: list[str] = msgspec.field(name="list")


@dataclass(frozen=True, slots=True)
class Found:
    """A name on a list: the list's entry, and the name or parent that stands on it."""

    entry: ListEntry
    name: str


class Names:
    """The lists of one document, by name. Building it reads all files once: some 0.05 s and 20 MB."""

    def __init__(self, entries: Sequence[ListEntry]) -> None:
        """Reads every list. Raises Malformed `lijst-onleesbaar` when a file is not the one the document names."""
        self._exact: dict[str, int] = {}
        self._under: dict[str, int] = {}
        self._networks: list[tuple[ipaddress.IPv4Network, int]] = []
        self._entries = entries
        # A name on several lists keeps the last one: what blocks after what warns, and of equals the one that ends latest.
        for place in sorted(range(len(entries)), key=lambda i: (entries[i].kind == "block", entries[i].until)):
            self._add(place, _read(entries[place]))

    def _add(self, place: int, values: Iterable[str]) -> None:
        match self._entries[place].match:
            case "exact":
                self._exact.update(dict.fromkeys(values, place))
            case "subdomains":
                self._under.update(dict.fromkeys(values, place))
            case "networks":
                self._networks += [(ipaddress.IPv4Network(value), place) for value in values]

    def of_domain(self, name: str, *, day: int) -> Iterator[Found]:
        """Where a canonical domain stands on `day`: itself, then through a parent whose subdomains count."""
        if name in self._exact:
            yield from self._alive(self._exact[name], name, day)
        for parent in _parents(name):
            if parent in self._under:
                yield from self._alive(self._under[parent], parent, day)

    def of_network(self, address: str, *, day: int) -> Iterator[Found]:
        """Where an IPv4 address stands on `day`."""
        number = ipaddress.IPv4Address(address)
        for network, place in self._networks:
            if number in network:
                yield from self._alive(place, str(network), day)

    def _alive(self, place: int, name: str, day: int) -> Iterator[Found]:
        if day <= self._entries[place].until:
            yield Found(self._entries[place], name)


def _read(entry: ListEntry) -> list[str]:
    octets = packaged.read("sluis.core.identifiers", f"{_FOLDER}/{entry.file}")
    if hashlib.sha256(octets).hexdigest() != entry.sha256:
        raise errors.Malformed(f"The list {entry.file} is not the one approved.", code="lijst-onleesbaar")
    # Lower case before reading: no escape of JSON changes by it, and name by name takes three times as long.
    names = msgspec.json.decode(octets.lower(), type=_Warninglist).names
    return [name.strip(".") if name.isascii() else _a_labels(name) for name in names]


def _a_labels(name: str) -> str:
    try:
        return domain.canonical(name.strip("."))
    except errors.Malformed:
        return ""


def _parents(name: str) -> Iterator[str]:
    labels = name.split(".")
    return (".".join(labels[i:]) for i in range(len(labels)))

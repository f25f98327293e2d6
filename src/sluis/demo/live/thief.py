"""Somebody who stole the hub's whole database: looks for an identifier in every column of every row that a signal made.

What is looked for is the value, its canonical octets, and SHA-256 of both: as they are, and inside what is written in
hexadecimal or base64. That the search finds things is shown by the tag, which must be there.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import msgspec
from psycopg import Connection, sql

from sluis.core.exchange.encodings import sha256
from sluis.core.identifiers.kinds import Identifier

_BASE64 = re.compile(rb"[A-Za-z0-9+/]{16,}={0,2}")
_HEX = re.compile(rb"(?:[0-9a-f]{2}){8,}")
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"


class Search(msgspec.Struct, frozen=True):
    """What a search saw: tables and rows that changed, octets looked through, where the identifier was found, where the tag."""

    tables: int
    rows: int
    octets: int
    found: tuple[str, ...]
    tag_in: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment of the database: what is written afterwards has a transaction number from here on."""

    number: int

    @classmethod
    def now(cls, connection: Connection) -> Moment:
        """This moment."""
        row = connection.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint").fetchone()
        return cls(int(row[0]) if row else 0)


def search(connection: Connection, since: Moment, identifier: Identifier, *, tag: bytes) -> Search:
    """Looks through everything that was written since `since`."""
    needles, rows, octets = needles_of(identifier), 0, 0
    tables: set[str] = set()
    found: list[str] = []
    tag_in: set[str] = set()
    for table, column, value in _values(connection, since):
        tables.add(table)
        rows += column == ""
        octets += len(value)
        readings = list(_readings(value))
        found += [f"{table}.{column}: {name}" for name, needle in needles.items() if _holds(readings, needle)]
        if _holds(readings, tag):
            tag_in.add(table)
    return Search(len(tables), rows, octets, tuple(found), tuple(sorted(tag_in)))


def needles_of(identifier: Identifier) -> Mapping[str, bytes]:
    """What would give the identifier away, by name."""
    value, canonical = str(identifier).encode(), identifier.octets()
    return {
        "value": value,
        "value-lower": value.lower(),
        "canonical": canonical,
        "sha256-value": sha256(value),
        "sha256-canonical": sha256(canonical),
    }


def _values(connection: Connection, since: Moment) -> Iterator[tuple[str, str, bytes]]:
    """(table, column, octets) of what was written; a row begins with an empty column."""
    for (table,) in connection.execute(_TABLES).fetchall():
        query = sql.SQL("SELECT * FROM {} WHERE xmin::text::bigint >= %s").format(sql.Identifier(table))
        rows = connection.execute(query, (since.number % 2**32,))
        names = [column.name for column in rows.description or ()]
        for row in rows:
            yield table, "", b""
            yield from ((table, name, _octets(value)) for name, value in zip(names, row, strict=True))


def _octets(value: object) -> bytes:
    if isinstance(value, bytes | memoryview):
        return bytes(value)
    return str(value).encode()


def _readings(value: bytes) -> Iterator[bytes]:
    """The octets, and what stands in them in base64 or hexadecimal, two layers deep."""
    layer = [value]
    for _depth in range(3):
        yield from layer
        layer = [inner for outer in layer for inner in _inside(outer)]


def _inside(value: bytes) -> Iterator[bytes]:
    for run in _HEX.findall(value):
        yield bytes.fromhex(run.decode())
    for run in _BASE64.findall(value):
        try:
            yield base64.b64decode(run.ljust(-(-len(run) // 4) * 4, b"="))
        except binascii.Error:
            continue


def _holds(readings: Iterable[bytes], needle: bytes) -> bool:
    return any(needle in one for one in readings)

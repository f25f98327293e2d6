"""The replica of a circle's entries on a partner's own premises, in one SQLite file beside the store. Holds no identifier.

It may be thrown away at any time: it is read again from the edge. Source: `docs/reference/protocol.md`, Streams.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sluis.core.exchange.signal import ENTRY_OCTETS, OP_SET, Entry
from sluis.wire import sqlite

_TAG, _OP, _SEQUENCE_AT = 16, 16, 26
_TABLES: Final = (
    # What a power cut takes is read again from the edge, so a commit need not wait for the disk.
    "PRAGMA synchronous=NORMAL",
    "PRAGMA cache_size=-32768",
    "CREATE TABLE IF NOT EXISTS entry (key_id BLOB, tag BLOB, octets BLOB NOT NULL, PRIMARY KEY (key_id, tag)) WITHOUT ROWID",
    """CREATE TABLE IF NOT EXISTS place (stream TEXT PRIMARY KEY, sequence INTEGER NOT NULL, heard INTEGER NOT NULL,
       receipted INTEGER NOT NULL DEFAULT 0, differs INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID""",
)
_SET: Final = """INSERT INTO entry VALUES (?, ?, ?) ON CONFLICT (key_id, tag) DO UPDATE SET octets = excluded.octets
                 WHERE substr(excluded.octets, 27) > substr(entry.octets, 27)"""
_REMOVE: Final = "DELETE FROM entry WHERE key_id = ? AND tag = ? AND substr(octets, 27) < ?"
_PLACE: Final = """INSERT INTO place (stream, sequence, heard) VALUES (?, ?, ?) ON CONFLICT (stream)
                   DO UPDATE SET sequence = max(excluded.sequence, place.sequence), heard = excluded.heard"""


@dataclass(frozen=True, slots=True)
class Place:
    """How far a stream was processed, when it was last heard (seconds), up to where a receipt was given, and whether the
    last signed digest differed from what is here."""

    sequence: int = 0
    heard: int = 0
    receipted: int = 0
    differs: bool = False


class Replica:
    """Entries by key and tag, and the place reached in each stream. Usable from any thread."""

    def __init__(self, file: Path | str) -> None:
        """Opens or makes the file. Raises Unavailable `opslag-onbruikbaar`."""
        self._file = sqlite.File(file, _TABLES)

    def find(self, key_id: bytes, tag: bytes) -> Entry | None:
        """The entry of a tag, or None."""
        row = self._file.row("SELECT octets FROM entry WHERE key_id = ? AND tag = ?", (key_id, tag))
        return Entry.parse(row[0]) if row else None

    def apply(self, key_id: bytes, octets: bytes, *, stream: str, place: int, now: int) -> None:
        """Takes entries (32 octets each), and how far that brings the stream, all or nothing. Again the same: no change.

        `place` 0 keeps the place: the entries are part of a larger piece.
        """
        entries = [octets[i : i + ENTRY_OCTETS] for i in range(0, len(octets), ENTRY_OCTETS)]
        removed = ((key_id, one[:_TAG], one[_SEQUENCE_AT:]) for one in entries if one[_OP] != OP_SET)
        with self._file.transaction() as database:
            database.executemany(_SET, ((key_id, one[:_TAG], one) for one in entries if one[_OP] == OP_SET))
            database.executemany(_REMOVE, removed)
            if place:
                database.execute(_PLACE, (stream, place, now))

    def place(self, stream: str) -> Place:
        """Where a stream was left."""
        row = self._file.row("SELECT sequence, heard, receipted, differs FROM place WHERE stream = ?", (stream,))
        return Place(row[0], row[1], row[2], bool(row[3])) if row else Place()

    def hear(self, stream: str, *, now: int, place: int = 0) -> None:
        """The stream is up to date as of `now`."""
        with self._file.transaction() as database:
            database.execute(_PLACE, (stream, place, now))

    def note_receipt(self, stream: str, sequence: int) -> None:
        """A signed cursor was handed in."""
        with self._file.transaction() as database:
            database.execute("UPDATE place SET receipted = ? WHERE stream = ?", (sequence, stream))

    def note_digest(self, stream: str, *, differs: bool) -> None:
        """A signed digest was compared."""
        with self._file.transaction() as database:
            database.execute("UPDATE place SET differs = ? WHERE stream = ?", (int(differs), stream))

    def clear(self, key_id: bytes, stream: str) -> None:
        """Forgets a key and its place, to be read anew."""
        with self._file.transaction() as database:
            database.execute("DELETE FROM entry WHERE key_id = ?", (key_id,))
            database.execute("DELETE FROM place WHERE stream = ?", (stream,))

    def keep_only(self, key_ids: Iterable[bytes]) -> None:
        """Forgets keys whose period is over."""
        kept = set(key_ids)
        for (key_id,) in self._file.rows("SELECT DISTINCT key_id FROM entry"):
            if key_id not in kept:
                with self._file.transaction() as database:
                    database.execute("DELETE FROM entry WHERE key_id = ?", (key_id,))

    def digest(self, key_id: bytes) -> tuple[int, int, bytes]:
        """How many entries live under a key, the last sequence among them, and SHA-256 of all sorted by tag."""
        found, live, last = hashlib.sha256(), 0, b""
        for (octets,) in self._file.rows("SELECT octets FROM entry WHERE key_id = ? ORDER BY tag", (key_id,)):
            found.update(octets)
            live, last = live + 1, max(last, octets[_SEQUENCE_AT:])
        return live, int.from_bytes(last, "big"), found.digest()

    def is_whole(self) -> bool:
        """Whether the file hangs together."""
        return self._file.is_whole()

    def close(self) -> None:
        """Closes the file."""
        self._file.close()

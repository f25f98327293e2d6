"""Which cases rest on police data: marks only, of the own reference and of the identifier. One SQLite file beside the store."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sluis.client.sealing import Seal
from sluis.core.law import provenance
from sluis.wire import sqlite

_TABLES: Final = ("CREATE TABLE IF NOT EXISTS label (mark BLOB PRIMARY KEY, time INTEGER NOT NULL) WITHOUT ROWID",)


class Labels:
    """One file (WAL). A label is never taken away: what came from the police stays police data."""

    def __init__(self, file: Path | str, seal: Seal) -> None:
        """Opens or makes the file. Raises Unavailable `opslag-onbruikbaar`."""
        self._file, self._seal = sqlite.File(file, _TABLES), seal

    def add(self, *, reference: str, kind: str, identifier: str, now: int) -> None:
        """The case of this reference, and this identifier, rest on police data from now on."""
        marks = (self._case(reference), self._identifier(kind, identifier))
        with self._file.transaction() as database:
            database.executemany("INSERT OR IGNORE INTO label VALUES (?, ?)", ((one, now) for one in marks))

    def has_case(self, reference: str) -> bool:
        """Whether the case of this reference rests on police data."""
        return self._has(self._case(reference))

    def has_identifier(self, kind: str, identifier: str) -> bool:
        """Whether police data about this identifier were disclosed here."""
        return self._has(self._identifier(kind, identifier))

    def require_free(self, reference: str) -> None:
        """Raises NotPermitted `herkomst-politie` when the case rests on police data."""
        if self.has_case(reference):
            raise provenance.refused()

    def _has(self, mark: bytes) -> bool:
        return self._file.row("SELECT 1 FROM label WHERE mark = ?", (mark,)) is not None

    def _case(self, reference: str) -> bytes:
        return self._seal.mark(b"case\0" + reference.strip().encode())

    def _identifier(self, kind: str, identifier: str) -> bytes:
        return self._seal.mark(f"identifier\0{kind}\0{identifier}".encode())

    def is_whole(self) -> bool:
        """Whether the file hangs together."""
        return self._file.is_whole()

    def close(self) -> None:
        """Closes the file."""
        self._file.close()

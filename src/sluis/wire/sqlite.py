"""A small SQLite file for who has no PostgreSQL: gateways and key holders. WAL; every write is on disk before it returns."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sluis.core import errors


class File:
    """One file, usable from any thread, one at a time. `statements` make its tables and indexes when they are missing."""

    def __init__(self, file: Path | str, statements: Iterable[str]) -> None:
        """Opens or makes the file. Raises Unavailable `opslag-onbruikbaar` when it is no store or has no folder."""
        self._lock = threading.RLock()
        try:
            self._database = _opened(file, statements)
        except sqlite3.Error as error:
            words = f"The store {Path(file).name} cannot be used: {error}."
            raise errors.Unavailable(words, code="opslag-onbruikbaar") from None

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """The connection inside a write transaction: committed at the end, rolled back when anything is raised."""
        with self._lock:
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield self._database
            except BaseException:
                self._database.execute("ROLLBACK")
                raise
            self._database.execute("COMMIT")

    def rows(self, query: str, values: tuple[object, ...] = ()) -> list[Any]:
        """All rows of a query."""
        with self._lock:
            return self._database.execute(query, values).fetchall()

    def row(self, query: str, values: tuple[object, ...] = ()) -> Any:
        """The first row of a query, or None."""
        with self._lock:
            return self._database.execute(query, values).fetchone()

    def close(self) -> None:
        """Closes the file."""
        self._database.close()


def _opened(file: Path | str, statements: Iterable[str]) -> sqlite3.Connection:
    database = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    for statement in statements:
        database.execute(statement)
    return database

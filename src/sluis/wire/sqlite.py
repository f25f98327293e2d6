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
        self._lock, self._name = threading.RLock(), Path(file).name
        with self._told():
            self._database = _opened(file, statements)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """The connection inside a write transaction: committed at the end, rolled back when anything is raised.

        Raises Unavailable `opslag-vol` when the disk is full, `opslag-onbruikbaar` when the file cannot be used.
        """
        with self._lock, self._told():
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield self._database
                self._database.execute("COMMIT")
            except BaseException:
                # A full disk may have rolled back by itself.
                if self._database.in_transaction:
                    self._database.execute("ROLLBACK")
                raise

    def rows(self, query: str, values: tuple[object, ...] = ()) -> list[Any]:
        """All rows of a query. Raises Unavailable `opslag-onbruikbaar`."""
        with self._lock, self._told():
            return self._database.execute(query, values).fetchall()

    def row(self, query: str, values: tuple[object, ...] = ()) -> Any:
        """The first row of a query, or None. Raises Unavailable `opslag-onbruikbaar`."""
        with self._lock, self._told():
            return self._database.execute(query, values).fetchone()

    def is_whole(self) -> bool:
        """Whether the file's pages and indexes hang together, as SQLite sees it. Reads all of it; changes nothing."""
        try:
            return self.rows("PRAGMA quick_check(1)") == [("ok",)]
        except errors.Unavailable:
            return False

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Says what is wrong with the file; a row that breaks a rule is the caller's own matter."""
        try:
            yield
        except (sqlite3.IntegrityError, sqlite3.ProgrammingError):
            raise
        except sqlite3.Error as error:
            if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
                raise errors.Unavailable(
                    f"The disk with {self._name} is full: make room and try again. What was kept before is still there.",
                    code="opslag-vol",
                ) from None
            raise errors.Unavailable(f"The store {self._name} cannot be used: {error}.", code="opslag-onbruikbaar") from None

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

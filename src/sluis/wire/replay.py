"""The replay window: a nonce counts once per key, also after a restart. Source: `docs/reference/protocol.md`, Requests."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path
from typing import Final

from sluis.core import errors

WINDOW: Final = 300


def refusal() -> errors.Conflict:
    """What a second use of a nonce is answered with."""
    return errors.Conflict("This request was seen before; sign a new one.", code="herhaling")


class ReplayWindow:
    """Nonces of the last 300 seconds per key, in one SQLite file. Usable from any thread."""

    def __init__(self, file: Path) -> None:
        self._lock = threading.Lock()
        self._database = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute(
            "CREATE TABLE IF NOT EXISTS nonce (key BLOB, nonce BLOB, seen INTEGER, PRIMARY KEY (key, nonce)) WITHOUT ROWID"
        )
        self._database.execute("CREATE INDEX IF NOT EXISTS nonce_seen ON nonce (seen)")

    def use(self, key: bytes, nonce: bytes, *, now: int) -> None:
        """Records the nonce, on disk before this returns. Raises Conflict `herhaling` when it was used before."""
        with self._lock:
            self._database.execute("BEGIN IMMEDIATE")
            try:
                self._database.execute("DELETE FROM nonce WHERE seen < ?", (now - WINDOW,))
                self._database.execute("INSERT INTO nonce VALUES (?, ?, ?)", (key, nonce, now))
            except sqlite3.IntegrityError:
                self._database.execute("ROLLBACK")
                raise refusal() from None
            self._database.execute("COMMIT")

    def close(self) -> None:
        """Closes the file."""
        self._database.close()

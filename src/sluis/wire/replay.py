"""The replay window: a nonce counts once per key, also after a restart. Source: `docs/reference/protocol.md`, Requests."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final

from sluis.core import errors
from sluis.wire import sqlite

WINDOW: Final = 300
_TABLES: Final = (
    "CREATE TABLE IF NOT EXISTS nonce (key BLOB, nonce BLOB, seen INTEGER, PRIMARY KEY (key, nonce)) WITHOUT ROWID",
    "CREATE INDEX IF NOT EXISTS nonce_seen ON nonce (seen)",
)


def refusal() -> errors.Conflict:
    """What a second use of a nonce is answered with."""
    return errors.Conflict("This request was seen before; sign a new one.", code="herhaling")


class ReplayWindow:
    """Nonces of the last 300 seconds per key, in one SQLite file. Usable from any thread."""

    def __init__(self, file: Path) -> None:
        self._file = sqlite.File(file, _TABLES)

    def use(self, key: bytes, nonce: bytes, *, now: int) -> None:
        """Records the nonce, on disk before this returns. Raises Conflict `herhaling` when it was used before."""
        try:
            with self._file.transaction() as database:
                database.execute("DELETE FROM nonce WHERE seen < ?", (now - WINDOW,))
                database.execute("INSERT INTO nonce VALUES (?, ?, ?)", (key, nonce, now))
        except sqlite3.IntegrityError:
            raise refusal() from None

    def close(self) -> None:
        """Closes the file."""
        self._file.close()

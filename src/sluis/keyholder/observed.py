"""What a holder remembers as a witness: the last checkpoint, its own lines on their way, alarms. One SQLite file (WAL)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sluis.core.exchange.log.checkpoint import Checkpoint
from sluis.wire import sqlite

HOUR: Final = 3_600
_TABLES: Final = (
    """CREATE TABLE IF NOT EXISTS seen (origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL, note TEXT NOT NULL,
       time INTEGER NOT NULL) WITHOUT ROWID""",
    "CREATE TABLE IF NOT EXISTS line (leaf BLOB PRIMARY KEY, time INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE INDEX IF NOT EXISTS line_time ON line (time)",
    "CREATE TABLE IF NOT EXISTS cursor (origin TEXT PRIMARY KEY, place INTEGER NOT NULL) WITHOUT ROWID",
    """CREATE TABLE IF NOT EXISTS alarm (code TEXT, note TEXT, seen TEXT NOT NULL, time INTEGER NOT NULL,
       PRIMARY KEY (code, note)) WITHOUT ROWID""",
)


@dataclass(frozen=True, slots=True)
class Seen:
    """The last checkpoint found consistent, the note it came in, and when it was cosigned (seconds)."""

    checkpoint: Checkpoint
    note: str
    time: int


class Observed:
    """Usable from any thread; every write is on disk before it returns."""

    def __init__(self, file: Path) -> None:
        self._file = sqlite.File(file, _TABLES)

    def last(self, origin: str) -> Seen | None:
        """The last checkpoint seen of this log, or None."""
        row = self._file.row("SELECT size, root, note, time FROM seen WHERE origin = ?", (origin,))
        return Seen(Checkpoint(origin, row[0], row[1]), row[2], row[3]) if row else None

    def keep(self, seen: Seen) -> None:
        """Remembers a checkpoint. Never a smaller one than before."""
        now = seen.checkpoint
        with self._file.transaction() as database:
            database.execute(
                """INSERT INTO seen VALUES (?, ?, ?, ?, ?) ON CONFLICT (origin) DO UPDATE SET size = excluded.size,
                   root = excluded.root, note = excluded.note, time = excluded.time WHERE excluded.size >= seen.size""",
                (now.origin, now.size, now.root, seen.note, seen.time),
            )

    def expect(self, leaves: Iterable[bytes], *, now: int) -> None:
        """The hub says it logged these leaves (32 octets each) of this holder's lines."""
        with self._file.transaction() as database:
            database.executemany("INSERT OR IGNORE INTO line VALUES (?, ?)", [(leaf, now) for leaf in leaves])

    def expected(self, leaves: Sequence[bytes]) -> set[bytes]:
        """Which of these leaves are expected and not found in the log yet."""
        return {leaf for leaf in leaves if self._file.row("SELECT 1 FROM line WHERE leaf = ?", (leaf,))}

    def is_waiting(self) -> bool:
        """Whether a leaf is expected."""
        return self._file.row("SELECT 1 FROM line LIMIT 1") is not None

    def cursor(self, origin: str) -> int:
        """The place in the log up to which this holder's own events were looked at."""
        row = self._file.row("SELECT place FROM cursor WHERE origin = ?", (origin,))
        return row[0] if row else 0

    def found(self, leaves: Iterable[bytes], *, origin: str, cursor: int) -> None:
        """These leaves were proven to be in the log; everything before place `cursor` was looked at."""
        with self._file.transaction() as database:
            database.executemany("DELETE FROM line WHERE leaf = ?", [(leaf,) for leaf in leaves])
            database.execute("INSERT OR REPLACE INTO cursor VALUES (?, ?)", (origin, cursor))

    def alarm(self, code: str, *, note: str, seen: str, now: int) -> bool:
        """Keeps the two checkpoints that do not go together, as evidence; whether this is the first time."""
        with self._file.transaction() as database:
            row = (code, note, seen, now)
            return database.execute("INSERT OR IGNORE INTO alarm VALUES (?, ?, ?, ?)", row).rowcount > 0

    def is_late(self, *, now: int, age: int) -> bool:
        """Whether a leaf is expected for longer than `age` seconds."""
        return self._file.row("SELECT 1 FROM line WHERE time < ? LIMIT 1", (now - age,)) is not None

    def status(self, *, now: int) -> str:
        """`ok`, or the code of what is wrong: evidence against the log, or a line that is not in the log after an hour."""
        row = self._file.row("SELECT code FROM alarm ORDER BY time LIMIT 1")
        if row:
            return str(row[0])
        return "logregel-niet-bewezen" if self.is_late(now=now, age=HOUR) else "ok"

    def close(self) -> None:
        """Closes the file."""
        self._file.close()

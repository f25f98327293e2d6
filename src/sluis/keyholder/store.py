"""What a holder must not forget: budgets spent, batches answered, log lines and erasures the hub was not told of. One SQLite
file (WAL)."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sluis.core import errors
from sluis.core.exchange.policy import Budget
from sluis.wire import sqlite

DAY: Final = 86_400
LOG_DAYS: Final = 60
_INTENDED, _DONE, _TOLD = 0, 1, 2
_WINDOWS: Final = {"minute": 60, "day": DAY, "year": 365 * DAY}
_TABLES: Final = (
    """CREATE TABLE IF NOT EXISTS budget (member BLOB, circle BLOB, type INTEGER, use INTEGER, window TEXT, slot INTEGER,
       spent INTEGER NOT NULL, PRIMARY KEY (member, circle, type, use, window)) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS batch (member BLOB, batch BLOB, digest BLOB NOT NULL, time INTEGER NOT NULL, answer BLOB,
       PRIMARY KEY (member, batch))""",
    "CREATE INDEX IF NOT EXISTS batch_time ON batch (time)",
    """CREATE TABLE IF NOT EXISTS erasure (number INTEGER PRIMARY KEY, mark BLOB NOT NULL UNIQUE, line BLOB NOT NULL,
       state INTEGER NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS line (number INTEGER PRIMARY KEY, time INTEGER NOT NULL, sent INTEGER NOT NULL,
       line BLOB NOT NULL)""",
)


@dataclass(frozen=True, slots=True)
class Account:
    """Whose budget is charged, for what: member and circle ids, type and use numbers."""

    member: bytes
    circle: bytes
    type: int
    use: int


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch that wants an answer: its id, the digest of the request, how many elements, the log line it leaves."""

    account: Account
    id: bytes
    digest: bytes
    m: int
    line: bytes


class Store:
    """Usable from any thread; one writer at a time."""

    def __init__(self, file: Path) -> None:
        self._file = sqlite.File(file, _TABLES)

    def admit(self, batch: Batch, budget: Budget, *, now: int) -> bytes | None:
        """The answer this batch had within a day, uncharged; or None when it is charged and logged now, on disk.

        Raises Conflict `andere-partij` when the batch id came with another digest, TooMany `te-veel` over budget.
        """
        with self._file.transaction() as database:
            database.execute("DELETE FROM batch WHERE time < ?", (now - DAY,))
            key = (batch.account.member, batch.id)
            known = database.execute("SELECT digest, answer FROM batch WHERE member = ? AND batch = ?", key).fetchone()
            if known is None:
                self._charge(database, batch, budget, now=now)
                database.execute("INSERT INTO batch VALUES (?, ?, ?, ?, NULL)", (*key, batch.digest, now))
                database.execute("INSERT INTO line (time, sent, line) VALUES (?, 0, ?)", (now, batch.line))
                return None
            if known[0] != batch.digest:
                raise errors.Conflict("This batch id came before with another request.", code="andere-partij")
            answer: bytes | None = known[1]
            return answer

    def keep_answer(self, batch: Batch, answer: bytes) -> None:
        """Remembers what was answered, so that the same batch gets the same."""
        with self._file.transaction() as database:
            row = (answer, batch.account.member, batch.id)
            database.execute("UPDATE batch SET answer = ? WHERE member = ? AND batch = ?", row)

    def _charge(self, database: sqlite3.Connection, batch: Batch, budget: Budget, *, now: int) -> None:
        account = batch.account
        for window, length in _WINDOWS.items():
            slot, key = now // length, (account.member, account.circle, account.type, account.use, window)
            row = self._file.row(
                "SELECT spent FROM budget WHERE (member, circle, type, use, window, slot) = (?, ?, ?, ?, ?, ?)", (*key, slot)
            )
            spent = (row[0] if row else 0) + batch.m
            if spent > getattr(budget, window):
                wait = (slot + 1) * length - now
                raise errors.TooMany(f"The budget of this {window} is used up.", retry_after=wait, window=window)
            database.execute("INSERT OR REPLACE INTO budget VALUES (?, ?, ?, ?, ?, ?, ?)", (*key, slot, spent))

    def unsent(self, limit: int) -> list[tuple[int, bytes]]:
        """The oldest log lines the hub did not acknowledge, with their numbers."""
        return self._file.rows("SELECT number, line FROM line WHERE sent = 0 ORDER BY number LIMIT ?", (limit,))

    def acknowledge(self, numbers: Sequence[int], *, now: int) -> None:
        """The hub stored these lines. They stay here for 60 days."""
        with self._file.transaction() as database:
            database.executemany("UPDATE line SET sent = 1 WHERE number = ?", [(number,) for number in numbers])
            database.execute("DELETE FROM line WHERE sent = 1 AND time < ?", (now - LOG_DAYS * DAY,))

    def intend_erasures(self, erasures: Sequence[tuple[bytes, bytes]]) -> None:
        """Writes down what is about to be erased: the mark of a share and what to say of it. Again changes nothing."""
        rows = [(*one, _INTENDED) for one in erasures]
        with self._file.transaction() as database:
            database.executemany("INSERT OR IGNORE INTO erasure (mark, line, state) VALUES (?, ?, ?)", rows)

    def finish_erasures(self, present: Collection[bytes]) -> None:
        """What was intended and is no longer among the marks `present` has been erased."""
        intended = self._file.rows("SELECT number, mark FROM erasure WHERE state = ?", (_INTENDED,))
        done = [number for number, mark in intended if mark not in present]
        if done:
            self._move(done, _DONE)

    def untold_erasures(self, limit: int) -> list[tuple[int, bytes]]:
        """Erasures that the hub was not told of: number and line."""
        return self._file.rows("SELECT number, line FROM erasure WHERE state = ? ORDER BY number LIMIT ?", (_DONE, limit))

    def told(self, numbers: Sequence[int]) -> None:
        """The hub has these."""
        self._move(numbers, _TOLD)

    def erasures(self) -> list[tuple[bytes, bool]]:
        """Every erasure that was done, oldest first: its line, and whether the hub was told."""
        rows = self._file.rows("SELECT line, state FROM erasure WHERE state <> ? ORDER BY number", (_INTENDED,))
        return [(line, state == _TOLD) for line, state in rows]

    def _move(self, numbers: Sequence[int], state: int) -> None:
        with self._file.transaction() as database:
            database.executemany("UPDATE erasure SET state = ? WHERE number = ?", [(state, one) for one in numbers])

    def close(self) -> None:
        """Closes the file."""
        self._file.close()

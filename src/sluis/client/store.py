"""What a partner keeps on its own premises, in one SQLite file. Whatever can be read back to a case is sealed.

The key of the seal is derived from the partner's own key, so the file alone tells nothing about cases or identifiers.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sluis.client.casebook import Casebook
from sluis.client.deskbook import DeskBook
from sluis.client.labels import Labels
from sluis.client.replica import Replica
from sluis.client.rightsbook import RightsBook
from sluis.client.sealing import Seal
from sluis.wire import sqlite, trace

AUDIT_DAYS: Final = 60
_TABLES: Final = (
    "CREATE TABLE IF NOT EXISTS policy (one INTEGER PRIMARY KEY CHECK (one = 1), octets BLOB NOT NULL)",
    """CREATE TABLE IF NOT EXISTS own_signal (key_id BLOB, tag BLOB, signal_id BLOB NOT NULL, revision INTEGER NOT NULL,
       counts INTEGER NOT NULL, expires INTEGER NOT NULL, PRIMARY KEY (key_id, tag)) WITHOUT ROWID""",
    "CREATE TABLE IF NOT EXISTS batch (batch_id BLOB PRIMARY KEY, created INTEGER NOT NULL, sealed BLOB NOT NULL)",
    "CREATE TABLE IF NOT EXISTS pending (number INTEGER PRIMARY KEY, circle BLOB NOT NULL, sealed BLOB NOT NULL)",
    """CREATE TABLE IF NOT EXISTS shared (signal_id BLOB PRIMARY KEY, key_id BLOB NOT NULL, replaces BLOB NOT NULL,
       sealed BLOB NOT NULL) WITHOUT ROWID""",
    "CREATE INDEX IF NOT EXISTS shared_key ON shared (key_id)",
    "CREATE INDEX IF NOT EXISTS shared_replaces ON shared (replaces)",
    "CREATE INDEX IF NOT EXISTS own_signal_id ON own_signal (signal_id)",
    """CREATE TABLE IF NOT EXISTS processing (number INTEGER PRIMARY KEY, time INTEGER NOT NULL, activity TEXT NOT NULL,
       circle TEXT NOT NULL, type TEXT NOT NULL, purpose TEXT NOT NULL, amount INTEGER NOT NULL, outcome TEXT NOT NULL)""",
    "CREATE TABLE IF NOT EXISTS heard (stream TEXT PRIMARY KEY, sequence INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS processing_by (number INTEGER PRIMARY KEY, who TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS processing_trace (number INTEGER PRIMARY KEY, trace TEXT NOT NULL)",
)


@dataclass(frozen=True, slots=True)
class OwnSignal:
    """A signal this partner has out there: where, under which id and revision, whether it counts (origin own), last day."""

    key_id: bytes
    tag: bytes
    signal_id: bytes
    revision: int
    counts: bool
    expires: int


@dataclass(frozen=True, slots=True, repr=False)
class Shared:
    """What is kept of one signal of one's own, to publish it again under the next key: `text` says what was shared, sealed."""

    signal_id: bytes
    key_id: bytes
    replaces: bytes
    text: bytes


@dataclass(frozen=True, slots=True)
class Processing:
    """One line of the processing log: activity, circle, type, legal purpose, how many, how it ended. No identifier.

    `who` is the analyst who did it; empty for a system or the gateway itself. `trace` is the W3C trace id under which holders,
    edge and hub logged the same operation.
    """

    time: int
    activity: str
    circle: str
    type: str
    purpose: str
    amount: int
    outcome: str
    who: str = ""
    trace: str = ""


class Store:
    """One SQLite file (WAL). Usable from any thread; every write is on disk before it returns."""

    def __init__(self, file: Path | str, private: Ed25519PrivateKey) -> None:
        """Opens or makes the file. Raises Unavailable `opslag-onbruikbaar` when it is no store, or its folder is missing."""
        seal = Seal(private, "store")
        self._seal, self._open = seal.close, seal.open
        self._file = sqlite.File(file, _TABLES)
        self.replica = Replica(_beside(file, "replica"))
        self.casebook = Casebook(_beside(file, "casebook"), Seal(private, "casebook"))
        self.desk = DeskBook(_beside(file, "desk"), Seal(private, "desk"))
        self.labels = Labels(_beside(file, "labels"), Seal(private, "labels"))
        self.rights = RightsBook(_beside(file, "rights"), Seal(private, "rights"))
        self.who = ""

    def used_by(self, who: str) -> Store:
        """The same store in the hands of an analyst: what is logged names who did it."""
        found = copy.copy(self)
        found.who = who
        return found

    def require_writable(self) -> None:
        """Raises Unavailable `opslag-onbruikbaar` when the file can be read but not written, `opslag-vol` without room."""
        with self._file.transaction():
            pass

    def read_policy(self) -> bytes | None:
        """The last accepted snapshot as sent, or None."""
        row = self._file.row("SELECT octets FROM policy")
        return row[0] if row else None

    def keep_policy(self, octets: bytes) -> None:
        """Replaces the last accepted snapshot."""
        with self._file.transaction() as database:
            database.execute("INSERT OR REPLACE INTO policy VALUES (1, ?)", (octets,))

    def own_signal(self, key_id: bytes, tag: bytes) -> OwnSignal | None:
        """This partner's own signal on a tag, or None."""
        row = self._file.row("SELECT * FROM own_signal WHERE key_id = ? AND tag = ?", (key_id, tag))
        if row is None:
            return None
        key, found, signal_id, revision, counts, expires = row
        return OwnSignal(key, found, signal_id, revision, bool(counts), expires)

    def own_signals(self, key_id: bytes, *, today: int) -> list[OwnSignal]:
        """This partner's own signals under a key that have not expired."""
        rows = self._file.rows("SELECT * FROM own_signal WHERE key_id = ? AND expires >= ?", (key_id, today))
        return [OwnSignal(key, tag, one, revision, bool(counts), expires) for key, tag, one, revision, counts, expires in rows]

    def keep_batch(self, batch_id: bytes, text: bytes, *, now: int) -> None:
        """Keeps seed and references of a batch, sealed, for the auditor's draw; what is older than 60 days goes."""
        with self._file.transaction() as database:
            database.execute("DELETE FROM batch WHERE created < ?", (now - AUDIT_DAYS * 86_400,))
            database.execute("INSERT OR REPLACE INTO batch VALUES (?, ?, ?)", (batch_id, now, self._seal(text)))

    def batch(self, batch_id: bytes) -> bytes | None:
        """Seed and references of a batch, or None when it is unknown or gone."""
        row = self._file.row("SELECT sealed FROM batch WHERE batch_id = ?", (batch_id,))
        return self._open(row[0]) if row else None

    def hold_pending(self, circle: bytes, body: bytes) -> int:
        """Keeps a publication until the hub has it, so that a crash in between sends the same octets again."""
        with self._file.transaction() as database:
            cursor = database.execute("INSERT INTO pending (circle, sealed) VALUES (?, ?)", (circle, self._seal(body)))
            return cursor.lastrowid or 0

    def pending(self) -> list[tuple[int, bytes, bytes]]:
        """Publications the hub may not have: number, circle, body; oldest first."""
        rows = self._file.rows("SELECT number, circle, sealed FROM pending ORDER BY number")
        return [(number, circle, self._open(sealed)) for number, circle, sealed in rows]

    def settle(self, number: int, signals: list[OwnSignal]) -> None:
        """The hub has it: forgets the publication (and with it every s) and remembers which signals are out there."""
        rows = [(one.key_id, one.tag, one.signal_id, one.revision, int(one.counts), one.expires) for one in signals]
        with self._file.transaction() as database:
            database.execute("DELETE FROM pending WHERE number = ?", (number,))
            database.executemany("INSERT OR REPLACE INTO own_signal VALUES (?, ?, ?, ?, ?, ?)", rows)

    def keep_shared(self, items: Iterable[Shared]) -> None:
        """Keeps what is about to be shared, before it is sent. It counts once the hub has the signal."""
        rows = [(one.signal_id, one.key_id, one.replaces, self._seal(one.text)) for one in items]
        with self._file.transaction() as database:
            database.executemany("INSERT OR REPLACE INTO shared VALUES (?, ?, ?, ?)", rows)

    def unreplaced(self, key_id: bytes, *, today: int) -> list[bytes]:
        """The ids of own signals under a key that live after `today` and that no signal of one's own replaced."""
        rows = self._file.rows(
            """SELECT one.signal_id FROM shared one JOIN own_signal own ON own.signal_id = one.signal_id
               WHERE one.key_id = ? AND own.expires > ? AND NOT EXISTS (SELECT 1 FROM shared newer
                   JOIN own_signal there ON there.signal_id = newer.signal_id WHERE newer.replaces = one.signal_id)""",
            (key_id, today),
        )
        return [signal_id for (signal_id,) in rows]

    def shared(self, signal_ids: Sequence[bytes]) -> list[Shared]:
        """What was kept of these signals (at most 1,000), as far as it is there."""
        marks = ", ".join("?" * len(signal_ids))
        query = f"SELECT signal_id, key_id, replaces, sealed FROM shared WHERE signal_id IN ({marks})"  # noqa: S608 - marks only
        rows = self._file.rows(query, tuple(signal_ids))
        return [Shared(found, key_id, replaces, self._open(sealed)) for found, key_id, replaces, sealed in rows]

    def forget_shared(self, *, today: int) -> None:
        """Forgets what was shared in signals that expired before `today`, or that the hub never had."""
        with self._file.transaction() as database:
            database.execute("DELETE FROM own_signal WHERE expires < ?", (today,))
            database.execute(
                """DELETE FROM shared WHERE signal_id NOT IN (SELECT signal_id FROM own_signal)
                   AND NOT EXISTS (SELECT 1 FROM pending)"""
            )

    def forget_own(self, signal_ids: Iterable[bytes]) -> None:
        """These signals of one's own are out there no more, nor what replaced them under the next key."""
        with self._file.transaction() as database:
            gone = [(one,) for one in signal_ids]
            newer = "SELECT signal_id FROM shared WHERE replaces = ?"
            database.executemany(f"DELETE FROM own_signal WHERE signal_id IN ({newer})", gone)  # noqa: S608 - our own words
            database.executemany("DELETE FROM shared WHERE replaces = ?", gone)
            database.executemany("DELETE FROM own_signal WHERE signal_id = ?", gone)
            database.executemany("DELETE FROM shared WHERE signal_id = ?", gone)

    def log(self, line: Processing) -> None:
        """Adds one line to the processing log, in the name of whose hands the store is in."""
        with self._file.transaction() as database:
            cursor = database.execute(
                "INSERT INTO processing (time, activity, circle, type, purpose, amount, outcome) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (line.time, line.activity, line.circle, line.type, line.purpose, line.amount, line.outcome),
            )
            if who := line.who or self.who:
                database.execute("INSERT INTO processing_by VALUES (?, ?)", (cursor.lastrowid, who))
            if one := line.trace or trace.current_id():
                database.execute("INSERT INTO processing_trace VALUES (?, ?)", (cursor.lastrowid, one))

    def processing(self) -> list[Processing]:
        """The processing log, oldest first."""
        rows = self._file.rows(
            """SELECT time, activity, circle, type, purpose, amount, outcome, coalesce(who, ''), coalesce(trace, '')
               FROM processing LEFT JOIN processing_by USING (number) LEFT JOIN processing_trace USING (number)
               ORDER BY number"""
        )
        return [Processing(*row) for row in rows]

    def heard(self, stream: str) -> int:
        """How far a stream of the knooppunt was read and dealt with; 0 at the start."""
        found = self._file.row("SELECT sequence FROM heard WHERE stream = ?", (stream,))
        return int(found[0]) if found else 0

    def keep_heard(self, stream: str, sequence: int) -> None:
        """The stream was dealt with up to here."""
        with self._file.transaction() as database:
            database.execute("INSERT OR REPLACE INTO heard VALUES (?, ?)", (stream, sequence))

    def own_ids(self, *, today: int) -> list[bytes]:
        """The ids of own signals that have not expired and that none of one's own replaced, under every key."""
        keys = self._file.rows("SELECT DISTINCT key_id FROM own_signal")
        return [one for (key_id,) in keys for one in self.unreplaced(key_id, today=today - 1)]

    def damaged(self) -> list[str]:
        """Which of the files beside each other do not hang together any more: store, replica, casebook, desk, rights,
        labels."""
        whole = {
            "store": self._file.is_whole(),
            "replica": self.replica.is_whole(),
            "casebook": self.casebook.is_whole(),
            "desk": self.desk.is_whole(),
            "rights": self.rights.is_whole(),
            "labels": self.labels.is_whole(),
        }
        return [name for name, holds in whole.items() if not holds]

    def close(self) -> None:
        """Closes the files."""
        for one in (self._file, self.replica, self.casebook, self.desk, self.rights, self.labels):
            one.close()


def _beside(file: Path | str, name: str) -> Path | str:
    return file if str(file) == ":memory:" else Path(file).with_name(f"{Path(file).stem}-{name}.sqlite")

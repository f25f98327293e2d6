"""What a partner remembers of its own questions: hits, the watch index, alerts, notices. One SQLite file beside the store.

Identifiers, references and y are sealed; a tag stands open, for it is what the stream is compared with.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec

from sluis.client.sealing import Seal
from sluis.core.exchange.notices import Notice
from sluis.core.law.adverse import Review
from sluis.wire import sqlite

HIT, WATCH = "hit", "watch"
_TABLES: Final = (
    """CREATE TABLE IF NOT EXISTS followed (key_id BLOB, tag BLOB, why TEXT, circle TEXT NOT NULL, sealed BLOB NOT NULL,
       added INTEGER NOT NULL, matched INTEGER NOT NULL DEFAULT 0, renewed INTEGER NOT NULL DEFAULT 0,
       PRIMARY KEY (key_id, tag, why)) WITHOUT ROWID""",
    "CREATE TABLE IF NOT EXISTS disclosed (signal_id BLOB PRIMARY KEY, key_id BLOB NOT NULL, tag BLOB NOT NULL) WITHOUT ROWID",
    """CREATE TABLE IF NOT EXISTS alert (number INTEGER PRIMARY KEY AUTOINCREMENT, time INTEGER NOT NULL, kind TEXT NOT NULL,
       sealed BLOB NOT NULL, delivered INTEGER NOT NULL DEFAULT 0)""",
    "CREATE TABLE IF NOT EXISTS notice (sequence INTEGER PRIMARY KEY, body BLOB NOT NULL, done INTEGER NOT NULL DEFAULT 0)",
    "CREATE TABLE IF NOT EXISTS asked (request BLOB PRIMARY KEY, key_id BLOB NOT NULL, tag BLOB NOT NULL) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS access (request BLOB PRIMARY KEY, key_id BLOB NOT NULL, sealed BLOB NOT NULL) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS told (subject BLOB PRIMARY KEY) WITHOUT ROWID",
    """CREATE TABLE IF NOT EXISTS successor (key_id BLOB, tag BLOB, why TEXT, next_key BLOB NOT NULL, next_tag BLOB NOT NULL,
       PRIMARY KEY (key_id, tag, why)) WITHOUT ROWID""",
    "CREATE TABLE IF NOT EXISTS review (number INTEGER PRIMARY KEY, time INTEGER NOT NULL, sealed BLOB NOT NULL)",
    "CREATE TABLE IF NOT EXISTS looked (key_id BLOB PRIMARY KEY, time INTEGER NOT NULL) WITHOUT ROWID",
)

_FOLLOW: Final = """INSERT INTO followed (key_id, tag, why, circle, sealed, added) VALUES (?, ?, ?, ?, ?, ?)
                    ON CONFLICT (key_id, tag, why) DO UPDATE SET sealed = excluded.sealed"""
_NEXT: Final = """UPDATE followed SET matched = ? FROM successor AS old
                  WHERE (followed.key_id, followed.tag, followed.why) = (old.next_key, old.next_tag, old.why)
                  AND (old.key_id, old.tag, old.why) = (?, ?, ?)"""


class Followed(msgspec.Struct, frozen=True):
    """One identifier that is followed, because it gave a hit or because it is watched. Never leaves the premises.

    `reference` is the own case or customer; `output` is y (64 octets), so that a match causes no evaluation; `commitment`
    (32) binds the question to the case.
    """

    type: str
    scope: str
    identifier: str
    reference: str
    purpose: str
    circle: str
    output: bytes
    commitment: bytes

    def __repr__(self) -> str:
        return f"<followed {self.type}>"


class Alert(msgspec.Struct, frozen=True):
    """What an analyst is alerted to: `treffer` on a watched identifier, or `gecorrigeerd`: an earlier hit no longer holds.

    Never proof. `others` is a band, `seen` a day since 1970; `note` says why a correction came.
    """

    kind: str
    time: int
    followed: Followed
    others: str = ""
    grade: str = ""
    advice: str = ""
    form: str = ""
    seen: int = 0
    note: str = ""
    number: int = 0


class Reviewed(msgspec.Struct, frozen=True):
    """A measure that a person reviewed before it was recorded: when (seconds), on which identifier, by whom and why."""

    time: int
    type: str
    identifier: str
    measure: str
    review: Review

    def __repr__(self) -> str:
        return f"<reviewed {self.measure}>"


@dataclass(frozen=True, slots=True)
class Place:
    """Where something followed stands: key id, tag, why (`hit` or `watch`), since when (seconds), whether it matches now."""

    key_id: bytes
    tag: bytes
    why: str
    added: int
    matched: bool


@dataclass(frozen=True, slots=True)
class KeptNotice:
    """A notice with its place in the member's stream, and whether it was dealt with."""

    sequence: int
    notice: Notice
    done: bool


class Casebook:
    """One file (WAL). Usable from any thread; every write is on disk before it returns."""

    def __init__(self, file: Path | str, seal: Seal) -> None:
        """Opens or makes the file. Raises Unavailable `opslag-onbruikbaar`."""
        self._file, self._seal = sqlite.File(file, _TABLES), seal

    def follow(self, key_id: bytes, items: Iterable[tuple[bytes, Followed]], *, why: str, now: int) -> None:
        """Follows (tag, what it is of) pairs; what is followed for the same reason already keeps its date and its state."""
        rows = self._rows(key_id, items, why=why, now=now)
        with self._file.transaction() as database:
            database.executemany(_FOLLOW, rows)

    def follow_hits(self, key_id: bytes, items: Iterable[tuple[bytes, Followed]], *, now: int) -> None:
        """Follows (tag, what it is of) pairs because they gave a hit: each matches now. All or nothing, in one write."""
        rows = self._rows(key_id, items, why=HIT, now=now)
        with self._file.transaction() as database:
            database.executemany(_FOLLOW, rows)
            for row in rows:
                _mark(database, row[:3], matched=True)

    def _rows(self, key_id: bytes, items: Iterable[tuple[bytes, Followed]], *, why: str, now: int) -> list[tuple[Any, ...]]:
        return [(key_id, tag, why, one.circle, self._seal.close(msgspec.json.encode(one)), now) for tag, one in items]

    def stop(self, key_id: bytes, tags: Iterable[bytes], *, why: str) -> None:
        """Follows these no more for this reason."""
        with self._file.transaction() as database:
            database.executemany(
                "DELETE FROM followed WHERE key_id = ? AND tag = ? AND why = ?", ((key_id, tag, why) for tag in tags)
            )

    def places(self, key_id: bytes, *, matched: bool | None = None) -> list[Place]:
        """Everything followed under a key, or what matches now, or what does not."""
        query, values = "SELECT key_id, tag, why, added, matched FROM followed WHERE key_id = ?", [key_id]
        rows = self._file.rows(query + ("" if matched is None else f" AND matched = {int(matched)}"), tuple(values))
        return [Place(key, tag, why, added, bool(state)) for key, tag, why, added, state in rows]

    def at(self, key_id: bytes, tag: bytes) -> list[Place]:
        """Why a tag is followed, if it is."""
        rows = self._file.rows(
            "SELECT key_id, tag, why, added, matched FROM followed WHERE key_id = ? AND tag = ?", (key_id, tag)
        )
        return [Place(key, found, why, added, bool(state)) for key, found, why, added, state in rows]

    def read(self, place: Place) -> Followed:
        """What stands at a place. Raises KeyError when it is followed no more."""
        row = self._file.row(
            "SELECT sealed FROM followed WHERE key_id = ? AND tag = ? AND why = ?", (place.key_id, place.tag, place.why)
        )
        if row is None:
            raise KeyError(place.why)
        return msgspec.json.decode(self._seal.open(row[0]), type=Followed)

    def size(self, key_id: bytes, why: str) -> int:
        """How many are followed under a key for this reason."""
        row = self._file.row("SELECT count(*) FROM followed WHERE key_id = ? AND why = ?", (key_id, why))
        return int(row[0])

    def mark(self, place: Place, *, matched: bool, alert: Alert | None) -> bool:
        """Changes whether a place matches, and keeps the alert with it, once; False when it was so already.

        Where it is followed under the next key already, it stands so there too: a change is told once, not again there.
        """
        with self._file.transaction() as database:
            changed = _mark(database, (place.key_id, place.tag, place.why), matched=matched)
            if changed and alert is not None:
                self._keep(database, alert)
        return changed

    def keep_alert(self, alert: Alert) -> None:
        """Keeps an alert that no place stands behind."""
        with self._file.transaction() as database:
            self._keep(database, alert)

    def _keep(self, database: Any, alert: Alert) -> None:
        row = (alert.time, alert.kind, self._seal.close(msgspec.json.encode(alert)))
        database.execute("INSERT INTO alert (time, kind, sealed) VALUES (?, ?, ?)", row)

    def alert_once(self, subject: bytes, alert: Alert) -> bool:
        """Keeps an alert about a signal of one's own, the first time; False when there was one."""
        with self._file.transaction() as database:
            new = database.execute("INSERT OR IGNORE INTO told VALUES (?)", (subject,)).rowcount
            if new:
                self._keep(database, alert)
        return bool(new)

    def alerts(self, *, after: int = 0, undelivered: bool = False) -> list[Alert]:
        """Alerts behind a number, in order; or those that no webhook took yet."""
        query = (
            f"SELECT number, sealed FROM alert WHERE number > ? {'AND delivered = 0' if undelivered else ''} ORDER BY number"  # noqa: S608
        )
        rows = self._file.rows(query, (after,))
        return [
            msgspec.structs.replace(msgspec.json.decode(self._seal.open(sealed), type=Alert), number=number)
            for number, sealed in rows
        ]

    def note_delivered(self, number: int) -> None:
        """The webhook took the alert."""
        with self._file.transaction() as database:
            database.execute("UPDATE alert SET delivered = 1 WHERE number = ?", (number,))

    def note_disclosed(self, signals: Sequence[bytes], *, key_id: bytes, tag: bytes) -> None:
        """Remembers which signals stand behind a hit, to place a correction."""
        with self._file.transaction() as database:
            database.executemany("INSERT OR REPLACE INTO disclosed VALUES (?, ?, ?)", ((one, key_id, tag) for one in signals))

    def note_asked(self, request: bytes, *, key_id: bytes, tag: bytes) -> None:
        """Remembers behind which hit a request for context waits for its publishers."""
        with self._file.transaction() as database:
            database.execute("INSERT OR REPLACE INTO asked VALUES (?, ?, ?)", (request, key_id, tag))

    def asked(self, request: bytes) -> Place | None:
        """The hit behind which a request waits, or None."""
        row = self._file.row("SELECT key_id, tag FROM asked WHERE request = ?", (request,))
        return next((one for one in self.at(*row) if one.why == HIT), None) if row else None

    def keep_access(self, request: bytes, *, key_id: bytes, output: bytes) -> None:
        """Remembers, sealed, by what y the answers to an access request open."""
        with self._file.transaction() as database:
            database.execute("INSERT OR REPLACE INTO access VALUES (?, ?, ?)", (request, key_id, self._seal.close(output)))

    def access(self, request: bytes) -> tuple[bytes, bytes] | None:
        """Key id and y of an access request, or None."""
        row = self._file.row("SELECT key_id, sealed FROM access WHERE request = ?", (request,))
        return (row[0], self._seal.open(row[1])) if row else None

    def keep_review(self, reviewed: Reviewed) -> None:
        """Keeps, sealed, who reviewed a measure and why."""
        with self._file.transaction() as database:
            row = (reviewed.time, self._seal.close(msgspec.json.encode(reviewed)))
            database.execute("INSERT INTO review (time, sealed) VALUES (?, ?)", row)

    def reviews(self) -> list[Reviewed]:
        """Every review, oldest first."""
        rows = self._file.rows("SELECT sealed FROM review ORDER BY number")
        return [msgspec.json.decode(self._seal.open(sealed), type=Reviewed) for (sealed,) in rows]

    def key_ids(self) -> list[bytes]:
        """The keys under which something is followed."""
        return [key_id for (key_id,) in self._file.rows("SELECT DISTINCT key_id FROM followed")]

    def tags(self, key_id: bytes) -> set[bytes]:
        """Every tag that is followed under a key."""
        return {tag for (tag,) in self._file.rows("SELECT tag FROM followed WHERE key_id = ?", (key_id,))}

    def unrenewed(self, key_id: bytes) -> list[Place]:
        """What is followed under a key and not yet under the next one."""
        rows = self._file.rows(
            "SELECT key_id, tag, why, added, matched FROM followed WHERE key_id = ? AND renewed = 0", (key_id,)
        )
        return [Place(key, tag, why, added, bool(state)) for key, tag, why, added, state in rows]

    def renew(self, old: Place, new: Place, followed: Followed) -> None:
        """Follows under the next key what is followed under the old one, since when and as it stood."""
        sealed = self._seal.close(msgspec.json.encode(followed))
        row = (new.key_id, new.tag, new.why, followed.circle, sealed, old.added, int(old.matched))
        link = (old.key_id, old.tag, old.why, new.key_id, new.tag)
        with self._file.transaction() as database:
            database.execute(
                """INSERT OR IGNORE INTO followed (key_id, tag, why, circle, sealed, added, matched)
                   VALUES (?, ?, ?, ?, ?, ?, ?)""",
                row,
            )
            database.execute("INSERT OR REPLACE INTO successor VALUES (?, ?, ?, ?, ?)", link)
            database.execute(
                "UPDATE followed SET renewed = 1 WHERE key_id = ? AND tag = ? AND why = ?", (old.key_id, old.tag, old.why)
            )

    def drop_key(self, key_id: bytes) -> None:
        """Forgets what was followed under a key that is used no more, with the questions that hung on it."""
        with self._file.transaction() as database:
            for table in ("followed", "successor", "disclosed", "asked", "access", "looked"):
                database.execute(f"DELETE FROM {table} WHERE key_id = ?", (key_id,))  # noqa: S608 - our own names

    def hits(self) -> list[tuple[Place, Followed]]:
        """Every hit that is remembered, newest first."""
        rows = self._file.rows(
            "SELECT key_id, tag, why, added, matched, sealed FROM followed WHERE why = ? ORDER BY added DESC", (HIT,)
        )
        return [
            (Place(key, tag, why, added, bool(state)), msgspec.json.decode(self._seal.open(sealed), type=Followed))
            for key, tag, why, added, state, sealed in rows
        ]

    def forget_before(self, moment: int) -> None:
        """Forgets hits of before `moment` (seconds); a watched identifier stays."""
        with self._file.transaction() as database:
            database.execute("DELETE FROM followed WHERE why = ? AND added < ?", (HIT, moment))

    def behind(self, signal_id: bytes) -> list[Place]:
        """The hits that a disclosed signal stood behind."""
        row = self._file.row("SELECT key_id, tag FROM disclosed WHERE signal_id = ?", (signal_id,))
        return self.at(*row) if row else []

    def keep_notices(self, notices: Iterable[tuple[int, bytes]]) -> None:
        """Keeps notices (sequence, body); one that is there already changes nothing."""
        with self._file.transaction() as database:
            database.executemany("INSERT OR IGNORE INTO notice (sequence, body) VALUES (?, ?)", notices)

    def notices(self, *, done: bool | None = None) -> list[KeptNotice]:
        """The member's notices in order: all, or those dealt with, or those not."""
        where = "" if done is None else f"WHERE done = {int(done)}"
        rows = self._file.rows(f"SELECT sequence, body, done FROM notice {where} ORDER BY sequence")  # noqa: S608
        return [KeptNotice(sequence, msgspec.json.decode(body, type=Notice), bool(state)) for sequence, body, state in rows]

    def last_notice(self) -> int:
        """The sequence of the last notice that is here; 0 for none."""
        row = self._file.row("SELECT max(sequence) FROM notice")
        return int(row[0] or 0)

    def settle_notice(self, sequence: int, alerts: Iterable[Alert]) -> None:
        """A notice was dealt with, and these alerts came of it; all or nothing."""
        with self._file.transaction() as database:
            if database.execute("UPDATE notice SET done = 1 WHERE sequence = ? AND done = 0", (sequence,)).rowcount:
                for alert in alerts:
                    self._keep(database, alert)

    def note_done(self, sequence: int) -> None:
        """A notice was dealt with."""
        with self._file.transaction() as database:
            database.execute("UPDATE notice SET done = 1 WHERE sequence = ?", (sequence,))

    def looked(self, key_id: bytes) -> int:
        """When what is followed under a key was last looked up in buckets (seconds); 0 for never."""
        row = self._file.row("SELECT time FROM looked WHERE key_id = ?", (key_id,))
        return int(row[0]) if row else 0

    def note_looked(self, key_id: bytes, *, now: int) -> None:
        """Everything followed under a key was looked up."""
        with self._file.transaction() as database:
            database.execute("INSERT OR REPLACE INTO looked VALUES (?, ?)", (key_id, now))

    def is_whole(self) -> bool:
        """Whether the file hangs together."""
        return self._file.is_whole()

    def close(self) -> None:
        """Closes the file."""
        self._file.close()


def _mark(database: Any, place: tuple[Any, ...], *, matched: bool) -> bool:
    """Changes whether (key id, tag, why) matches, under the next key too; False when it was so already."""
    changed = database.execute(
        "UPDATE followed SET matched = ? WHERE key_id = ? AND tag = ? AND why = ? AND matched = ?",
        (int(matched), *place, int(not matched)),
    ).rowcount
    if changed:
        database.execute(_NEXT, (int(matched), *place))
    return bool(changed)

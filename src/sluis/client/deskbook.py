"""What an analyst's desk remembers: who is signed in, and a dossier of every hit and every alert. One SQLite file.

Whatever can be read back to a case, an identifier or a colleague is sealed; numbers, times and states stand open.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Literal

import msgspec

from sluis.client.casebook import Alert
from sluis.client.sealing import Seal
from sluis.core import errors
from sluis.core.exchange.bodies import RefusedSignal
from sluis.core.exchange.documents import Signed
from sluis.core.exchange.envelope import Context
from sluis.wire import sqlite

State = Literal["nieuw", "bezig", "klaar"]
CHECKED: Final = "bevraging"
_TABLES: Final = (
    "CREATE TABLE IF NOT EXISTS visit (digest BLOB PRIMARY KEY, sealed BLOB NOT NULL, until INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS wrong (one INTEGER PRIMARY KEY CHECK (one = 1), amount INTEGER, last INTEGER)",
    """CREATE TABLE IF NOT EXISTS dossier (number INTEGER PRIMARY KEY AUTOINCREMENT, alert INTEGER UNIQUE, mark BLOB NOT NULL,
       kind TEXT NOT NULL, state TEXT NOT NULL, opened INTEGER NOT NULL, changed INTEGER NOT NULL, sealed BLOB NOT NULL)""",
    "CREATE INDEX IF NOT EXISTS dossier_mark ON dossier (mark)",
    "CREATE INDEX IF NOT EXISTS dossier_state ON dossier (state, opened)",
)
_COLUMNS: Final = "number, kind, state, opened, changed, sealed"


class About(msgspec.Struct, frozen=True):
    """What a dossier is about: the identifier in clear, one's own case, and why it was asked."""

    circle: str
    type: str
    identifier: str
    reference: str
    purpose: str
    scope: str = ""

    def __repr__(self) -> str:
        return f"<about {self.type}>"


class HitTold(msgspec.Struct, frozen=True):
    """A hit in the words of the exchange: band of others, grade, advice, code of the form, last day seen (since 1970)."""

    others: str
    grade: str
    advice: str
    form: str
    seen: int


class ContextTold(msgspec.Struct, frozen=True):
    """One disclosed context, of which signal (hexadecimal), and who signed it when that was disclosed too."""

    signal: str
    context: Context
    publisher: str = ""
    provenance: str = ""


class Step(msgspec.Struct, frozen=True):
    """What somebody did: when (seconds), who, what, and how it went."""

    time: int
    who: str
    what: str
    detail: str = ""


class Refusal(msgspec.Struct, frozen=True):
    """Why the gate stayed shut for the whole request: reason in two languages, articles, what is possible instead."""

    ground: str
    reason_nl: str
    reason_en: str
    articles: tuple[str, ...] = ()
    instead: str = ""


class Disclosure(msgspec.Struct, frozen=True):
    """What became of asking for the context: opened, refused and unreadable signals, what waits until when, receipts."""

    contexts: tuple[ContextTold, ...] = ()
    refused: tuple[RefusedSignal, ...] = ()
    unreadable: tuple[str, ...] = ()
    waiting: int = 0
    until: int = 0
    request: bytes = b""
    receipts: tuple[Signed, ...] = ()
    shut: Refusal | None = None


class Dossier(msgspec.Struct, frozen=True):
    """All the desk knows of one hit or alert. `note` says why a correction came; `who` has it in hand."""

    about: About
    hit: HitTold | None = None
    disclosure: Disclosure | None = None
    note: str = ""
    who: str = ""
    disposition: str = ""
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """A dossier with its number, kind (`bevraging`, or the kind of its alert), state, and when it came and changed."""

    number: int
    kind: str
    state: State
    opened: int
    changed: int
    dossier: Dossier


class DeskBook:
    """One file (WAL). Usable from any thread; every write is on disk before it returns."""

    def __init__(self, file: Path | str, seal: Seal) -> None:
        """Opens or makes the file. Raises Unavailable `opslag-onbruikbaar`."""
        self._file, self._seal = sqlite.File(file, _TABLES), seal

    def open_visit(self, token: bytes, name: str, *, now: int, until: int) -> None:
        """Signs somebody in until a moment (seconds). Only a digest of the token is kept."""
        with self._file.transaction() as database:
            database.execute("DELETE FROM visit WHERE until <= ?", (now,))
            database.execute("DELETE FROM wrong")
            row = (hashlib.sha256(token).digest(), self._seal.close(name.encode()), until)
            database.execute("INSERT INTO visit VALUES (?, ?, ?)", row)

    def visitor(self, token: bytes, *, now: int) -> str | None:
        """The name of who signed in with this token, or None when nobody did or it is over."""
        digest = hashlib.sha256(token).digest()
        row = self._file.row("SELECT sealed FROM visit WHERE digest = ? AND until > ?", (digest, now))
        return self._seal.open(row[0]).decode() if row else None

    def close_visit(self, token: bytes) -> None:
        """Signs out."""
        with self._file.transaction() as database:
            database.execute("DELETE FROM visit WHERE digest = ?", (hashlib.sha256(token).digest(),))

    def wrong_codes(self) -> tuple[int, int]:
        """How many wrong codes came since the last right one, and when the last did (seconds)."""
        row = self._file.row("SELECT amount, last FROM wrong")
        return (int(row[0]), int(row[1])) if row else (0, 0)

    def note_wrong(self, *, now: int) -> None:
        """A wrong code came."""
        with self._file.transaction() as database:
            database.execute(
                "INSERT INTO wrong VALUES (1, 1, ?) ON CONFLICT (one) DO UPDATE SET amount = amount + 1, last = excluded.last",
                (now,),
            )

    def take_alerts(self, alerts: Iterable[Alert]) -> None:
        """Opens a dossier for each alert that has none yet."""
        rows = [
            (one.number, self._mark(_about(one)), one.kind, one.time, one.time, self._close(_opened(one))) for one in alerts
        ]
        with self._file.transaction() as database:
            database.executemany(
                """INSERT OR IGNORE INTO dossier (alert, mark, kind, state, opened, changed, sealed)
                   VALUES (?, ?, ?, 'nieuw', ?, ?, ?)""",
                rows,
            )

    def last_alert(self) -> int:
        """The number of the last alert that has a dossier; 0 for none."""
        row = self._file.row("SELECT max(alert) FROM dossier")
        return int(row[0] or 0)

    def open_hit(self, about: About, hit: HitTold, *, step: Step) -> int:
        """The dossier of a hit on one's own question, its number; asked again in the same case it is the same dossier."""
        mark = self._mark(about)
        with self._file.transaction() as database:
            row = database.execute("SELECT number FROM dossier WHERE mark = ? AND kind = ?", (mark, CHECKED)).fetchone()
            if row is not None:
                self._rewrite(database, row[0], lambda kept: _again(kept, hit, step))
                return int(row[0])
            made = Dossier(about, hit, steps=(step,))
            values = (mark, CHECKED, step.time, step.time, self._close(made))
            cursor = database.execute(
                "INSERT INTO dossier (mark, kind, state, opened, changed, sealed) VALUES (?, ?, 'nieuw', ?, ?, ?)", values
            )
            return cursor.lastrowid or 0

    def read(self, number: int) -> Kept | None:
        """The dossier with this number, or None."""
        row = self._file.row(f"SELECT {_COLUMNS} FROM dossier WHERE number = ?", (number,))  # noqa: S608 - our own names
        return self._kept(row) if row else None

    def change(self, number: int, edit: Callable[[Kept], Kept]) -> None:
        """Rewrites a dossier, one at a time: `edit` gets it as it is and gives it as it will be."""
        with self._file.transaction() as database:
            self._rewrite(database, number, edit)

    def dossiers(self, state: State | None = None, *, limit: int, skip: int = 0) -> list[Kept]:
        """Dossiers in a state, or all, newest first."""
        where = "WHERE state = ?" if state else ""
        query = f"SELECT {_COLUMNS} FROM dossier {where} ORDER BY opened DESC, number DESC LIMIT ? OFFSET ?"  # noqa: S608
        values = (state, limit, skip) if state else (limit, skip)
        return [self._kept(row) for row in self._file.rows(query, values)]

    def counts(self) -> dict[str, int]:
        """How many dossiers are in each state."""
        found = dict(self._file.rows("SELECT state, count(*) FROM dossier GROUP BY state"))
        return {state: int(found.get(state, 0)) for state in ("nieuw", "bezig", "klaar")}

    def related(self, kept: Kept) -> list[Kept]:
        """Other dossiers on the same identifier in the same case and circle: a hit and its correction, for example."""
        query = f"SELECT {_COLUMNS} FROM dossier WHERE mark = ? AND number <> ? ORDER BY opened DESC"  # noqa: S608
        return [self._kept(row) for row in self._file.rows(query, (self._mark(kept.dossier.about), kept.number))]

    def forget_before(self, moment: int) -> None:
        """Forgets dossiers that nobody touched since `moment` (seconds)."""
        with self._file.transaction() as database:
            database.execute("DELETE FROM dossier WHERE changed < ?", (moment,))

    def is_whole(self) -> bool:
        """Whether the file hangs together."""
        return self._file.is_whole()

    def close(self) -> None:
        """Closes the file."""
        self._file.close()

    def _rewrite(self, database: Any, number: int, edit: Callable[[Kept], Kept]) -> None:
        row = database.execute(f"SELECT {_COLUMNS} FROM dossier WHERE number = ?", (number,)).fetchone()  # noqa: S608
        if row is None:
            raise errors.NotFound("There is no dossier of this number.", code="onbekend-dossier")
        new = edit(self._kept(row))
        database.execute(
            "UPDATE dossier SET state = ?, changed = ?, sealed = ? WHERE number = ?",
            (new.state, new.changed, self._close(new.dossier), number),
        )

    def _kept(self, row: tuple[Any, ...]) -> Kept:
        number, kind, state, opened, changed, sealed = row
        return Kept(number, kind, state, opened, changed, msgspec.json.decode(self._seal.open(sealed), type=Dossier))

    def _close(self, dossier: Dossier) -> bytes:
        return self._seal.close(msgspec.json.encode(dossier))

    def _mark(self, about: About) -> bytes:
        return self._seal.mark(msgspec.json.encode((about.circle, about.type, about.identifier, about.reference)))


def _opened(alert: Alert) -> Dossier:
    hit = HitTold(alert.others, alert.grade, alert.advice, alert.form, alert.seen) if alert.others else None
    return Dossier(_about(alert), hit, note=alert.note)


def _about(alert: Alert) -> About:
    one = alert.followed
    return About(one.circle, one.type, one.identifier, one.reference, one.purpose, one.scope)


def _again(kept: Kept, hit: HitTold, step: Step) -> Kept:
    dossier = msgspec.structs.replace(kept.dossier, hit=hit, steps=(*kept.dossier.steps, step))
    return replace(kept, changed=step.time, dossier=dossier)

"""The register of what persons ask about an identifier of theirs, on the controller's own premises. One SQLite file.

Right, stage and days stand open, so that a list can be made; who, what identifier, and every step are sealed.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Literal

import msgspec

from sluis.client.deskbook import Step
from sluis.client.sealing import Seal
from sluis.core import errors
from sluis.core.exchange.rights import Verified
from sluis.core.law import terms
from sluis.core.law.terms import Clock
from sluis.wire import sqlite

# nieuw: no proof yet; bewezen: may be answered; loopt: others decide or answer; besloten: the outcome is known; klaar: over.
Stage = Literal["nieuw", "bewezen", "loopt", "besloten", "klaar"]
Ended = Literal["", "beantwoord", "gegrond", "ongegrond", "gewist", "niets", "geweigerd", "geen-bewijs"]
_TABLES: Final = (
    """CREATE TABLE IF NOT EXISTS request (number INTEGER PRIMARY KEY AUTOINCREMENT, stage TEXT NOT NULL, right TEXT NOT NULL,
       received INTEGER NOT NULL, due INTEGER NOT NULL, changed INTEGER NOT NULL, sealed BLOB NOT NULL)""",
    "CREATE INDEX IF NOT EXISTS request_due ON request (stage, due)",
    """CREATE TABLE IF NOT EXISTS code (number INTEGER PRIMARY KEY, way TEXT NOT NULL, digest BLOB NOT NULL,
       until INTEGER NOT NULL, tries INTEGER NOT NULL DEFAULT 0, drawn INTEGER NOT NULL DEFAULT 1)""",
    """CREATE TABLE IF NOT EXISTS ruling (dispute BLOB PRIMARY KEY, time INTEGER NOT NULL, outcome TEXT NOT NULL,
       sealed BLOB NOT NULL) WITHOUT ROWID""",
)
_COLUMNS: Final = "number, stage, right, received, due, changed, sealed"


class Asked(msgspec.Struct, frozen=True):
    """What was asked of others in a circle: an access request or a dispute, its id, until when, and how it stands."""

    what: Literal["inzage", "betwisting"]
    circle: str
    id: bytes
    until: int
    state: str


class Told(msgspec.Struct, frozen=True):
    """One signal as the person will read it: state, code of its form and of its status, ground, recipients by sector."""

    state: str
    form: str = ""
    status: str = ""
    ground: str = ""
    recipients: dict[str, int] = {}


class Correction(msgspec.Struct, frozen=True):
    """Who is to have a correction: how many, how many confirmed, who is still to (by sector); looked when (seconds)."""

    receivers: int
    confirmed: int
    waiting: dict[str, int]
    looked: int


class Request(msgspec.Struct, frozen=True):
    """All that is sealed of a request. `reach` is name and address as the letter bears them; `person` and `control` say how
    it was established who it is and that the identifier is theirs: how, never a copy of a document.

    `alone` when this partner may not ask the circles for persons, and looked in its own books only.
    """

    type: str
    identifier: str
    reach: str
    ground: str = ""
    person: str = ""
    control: str = ""
    extended: str = ""
    asked: tuple[Asked, ...] = ()
    told: tuple[Told, ...] = ()
    withdrawn: int | None = None
    alone: bool = False
    checks: int = 0
    ended: Ended = ""
    refusal: str = ""
    decider: str = ""
    correction: Correction | None = None
    steps: tuple[Step, ...] = ()

    def __repr__(self) -> str:
        return f"<request about {self.type}>"


class Ruled(msgspec.Struct, frozen=True):
    """What a dispute body keeps of a decision: which person took it (named), and why."""

    who: str
    reason: str

    def __repr__(self) -> str:
        return "<ruled>"


@dataclass(frozen=True, slots=True)
class Kept:
    """A request with its number, stage, right, days since 1970 (received, due), and when it changed (seconds)."""

    number: int
    stage: Stage
    right: str
    received: int
    due: int
    changed: int
    request: Request

    @property
    def name(self) -> str:
        """How letters and own log call it."""
        return f"B-{self.number}"

    def clock(self, today: int) -> Clock:
        """How its term stands today."""
        return terms.clock(self.due, today=today)

    @property
    def is_verified(self) -> bool:
        """Whether person and control of the identifier were both established."""
        return bool(self.request.person and self.request.control)

    def verified(self) -> Verified:
        """What is told to the hub of how they were. Raises NotAllowed `niet-bewezen` while one is missing."""
        if not self.is_verified:
            raise errors.NotAllowed("First establish who it is, and that the identifier is theirs.", code="niet-bewezen")
        return msgspec.convert({"person": self.request.person, "control": self.request.control}, Verified)


@dataclass(frozen=True, slots=True)
class Code:
    """A code that was drawn: by which way it went, until when (seconds), tries so far, how many were drawn for the request."""

    way: str
    until: int
    tries: int
    drawn: int


class RightsBook:
    """One file (WAL). Usable from any thread; every write is on disk before it returns."""

    def __init__(self, file: Path | str, seal: Seal) -> None:
        """Opens or makes the file. Raises Unavailable `opslag-onbruikbaar`."""
        self._file, self._seal = sqlite.File(file, _TABLES), seal

    def add(self, right: str, request: Request, *, received: int, now: int) -> int:
        """Keeps a request; its number."""
        values = ("nieuw", right, received, terms.due(received, extended=False), now, self._close(request))
        with self._file.transaction() as database:
            cursor = database.execute(
                "INSERT INTO request (stage, right, received, due, changed, sealed) VALUES (?, ?, ?, ?, ?, ?)", values
            )
            return cursor.lastrowid or 0

    def read(self, number: int) -> Kept:
        """The request of this number. Raises NotFound `onbekend-verzoek`."""
        row = self._file.row(f"SELECT {_COLUMNS} FROM request WHERE number = ?", (number,))  # noqa: S608 - our own names
        if row is None:
            raise errors.NotFound("There is no request of this number.", code="onbekend-verzoek")
        return self._kept(row)

    def all(self, *, is_open: bool | None = None, limit: int = -1, skip: int = 0) -> list[Kept]:
        """Requests, the one that is due first first; only open ones, or only closed ones. At most `limit`, after `skip`."""
        where = "" if is_open is None else f"WHERE stage {'<>' if is_open else '='} 'klaar'"
        query = f"SELECT {_COLUMNS} FROM request {where} ORDER BY due, number LIMIT ? OFFSET ?"  # noqa: S608 - our own words
        return [self._kept(row) for row in self._file.rows(query, (limit, skip))]

    def late(self, *, today: int) -> int:
        """How many open requests are late."""
        return self._due_before(today)

    def waiting(self, *, today: int) -> int:
        """How many open requests are late, or near the end of their term."""
        return self._due_before(today + terms.book().design.remind_days + 1)

    def _due_before(self, day: int) -> int:
        row = self._file.row("SELECT count(*) FROM request WHERE stage <> 'klaar' AND due < ?", (day,))
        return int(row[0])

    def change(self, number: int, edit: Callable[[Kept], Kept], *, now: int) -> Kept:
        """Changes a request in one transaction. Raises NotFound `onbekend-verzoek`."""
        with self._file.transaction() as database:
            new = edit(self.read(number))
            values = (new.stage, new.due, now, self._close(new.request), number)
            database.execute("UPDATE request SET stage = ?, due = ?, changed = ?, sealed = ? WHERE number = ?", values)
        return replace(new, changed=now)

    def keep_code(self, number: int, code: str, *, way: str, until: int) -> None:
        """Keeps the digest of a fresh code; the one before counts no more. Raises TooMany `codes-op` after the last."""
        digest, most = self._digest(number, code), terms.book().design.proof_codes
        with self._file.transaction() as database:
            before = self.code(number)
            if before and before.drawn >= most:
                raise errors.TooMany("No more codes are sent for this request.", code="codes-op")
            drawn = before.drawn + 1 if before else 1
            values = (number, way, digest, until, drawn)
            database.execute("INSERT OR REPLACE INTO code (number, way, digest, until, drawn) VALUES (?, ?, ?, ?, ?)", values)

    def code(self, number: int) -> Code | None:
        """What stands of the last code of a request, or None when none was drawn."""
        row = self._file.row("SELECT way, until, tries, drawn FROM code WHERE number = ?", (number,))
        return Code(*row) if row else None

    def try_code(self, number: int, given: str, *, now: int) -> str:
        """The way of the code when `given` is it, in time and within the tries; empty otherwise. It counts once.

        The try is on disk before it is compared, and the comparing takes the same time whatever differs.
        """
        digest, most = self._digest(number, given), terms.book().design.proof_attempts
        with self._file.transaction() as database:
            database.execute("UPDATE code SET tries = tries + 1 WHERE number = ?", (number,))
        row = self._file.row("SELECT way, digest, until, tries FROM code WHERE number = ?", (number,))
        way, kept, until, tries = row or ("", bytes(len(digest)), 0, 0)
        is_right = hmac.compare_digest(digest, kept)
        if not (is_right and now < until and tries <= most):
            return ""
        with self._file.transaction() as database:
            used = database.execute("UPDATE code SET digest = x'', until = 0 WHERE number = ? AND digest = ?", (number, kept))
            return str(way) if used.rowcount else ""

    def keep_ruling(self, dispute: bytes, ruled: Ruled, *, outcome: str, now: int) -> None:
        """Keeps who decided a dispute and why."""
        values = (dispute, now, outcome, self._seal.close(msgspec.json.encode(ruled)))
        with self._file.transaction() as database:
            database.execute("INSERT OR REPLACE INTO ruling VALUES (?, ?, ?, ?)", values)

    def rulings(self) -> list[tuple[bytes, int, str, Ruled]]:
        """Decisions taken here: dispute, when (seconds), outcome, by whom and why; newest first."""
        rows = self._file.rows("SELECT dispute, time, outcome, sealed FROM ruling ORDER BY time DESC")
        return [(one, time, out, msgspec.json.decode(self._seal.open(sealed), type=Ruled)) for one, time, out, sealed in rows]

    def forget_before(self, moment: int) -> None:
        """Forgets what was over and not touched since `moment` (seconds)."""
        with self._file.transaction() as database:
            database.execute("DELETE FROM code WHERE number IN (SELECT number FROM request WHERE stage = 'klaar')")
            database.execute("DELETE FROM request WHERE stage = 'klaar' AND changed < ?", (moment,))
            database.execute("DELETE FROM ruling WHERE time < ?", (moment,))

    def is_whole(self) -> bool:
        """Whether the file hangs together."""
        return self._file.is_whole()

    def close(self) -> None:
        """Closes the file."""
        self._file.close()

    def _digest(self, number: int, code: str) -> bytes:
        return self._seal.mark(f"{number} {code}".encode())

    def _kept(self, row: tuple[Any, ...]) -> Kept:
        *plain, sealed = row
        number, stage, right, received, due, changed = plain
        request = msgspec.json.decode(self._seal.open(sealed), type=Request)
        return Kept(number, stage, right, received, due, changed, request)

    def _close(self, request: Request) -> bytes:
        return self._seal.close(msgspec.json.encode(request))

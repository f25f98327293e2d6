"""What the hub's database tells, read only: log, keys, holders' lines, refusals at the hub, what hits led to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import psycopg
from psycopg import Connection
from psycopg.rows import class_row

from sluis.core import errors
from sluis.core.exchange.rights import NO_MEASURE

HOUR: Final = 3_600
HOLDER_LINE: Final = "houderregel"
# Numbers of leaves are given out before their transactions end: what is a little older is read again.
BEHIND: Final = 200
FIRST: Final = 20_000
COUNT_EVERY: Final = 30
_EVENTS: Final = """
SELECT e.leaf_id AS leaf, e.time, e.activity, e.circle, e.party, e.outcome, e.ground, e.articles, e.amount, p.witness
FROM audit_event e LEFT JOIN audit_place p USING (leaf_id)
WHERE e.leaf_id > greatest(%(after)s, (SELECT coalesce(max(number), 0) FROM audit_leaf) - %(most)s) AND e.time >= %(since)s
ORDER BY e.leaf_id
"""
_LOG: Final = """
SELECT (SELECT coalesce(max(place) + 1, 0) FROM audit_place) AS leaves, newest.size, newest.time, newest.cosigned
FROM (SELECT 1) AS one LEFT JOIN (
    SELECT size, time, (SELECT count(*) FROM audit_cosignature s WHERE s.size = c.size) AS cosigned
    FROM audit_checkpoint c ORDER BY witnessed DESC, size DESC LIMIT 1) AS newest ON true
"""
_FEEDBACK: Final = """
SELECT f.party, f.measure, f.within, min(f.time) AS time, s.key_id, s.tag
FROM exchange_feedback f LEFT JOIN exchange_signal s ON s.signal_id = f.signal_id
WHERE f.time >= %(since)s GROUP BY f.party, f.measure, f.within, s.key_id, s.tag, coalesce(s.tag, f.signal_id)
"""
_DISCLOSED: Final = "SELECT time, asker, circle, publishers FROM exchange_disclosure WHERE time >= %(since)s ORDER BY time"
_KEYS: Final = "SELECT id, circle, type, epoch, generation FROM exchange_key WHERE erased IS NULL"
_ENTRIES: Final = "SELECT key_id, count(*) FROM exchange_entry GROUP BY key_id"


@dataclass(frozen=True, slots=True)
class Event:
    """One event of the log with the columns that pages count by; `witness` is the holder whose line it is."""

    leaf: int
    time: int
    activity: str
    circle: bytes | None
    party: bytes | None
    outcome: str
    ground: str
    articles: list[str]
    amount: int
    witness: bytes | None


@dataclass(frozen=True, slots=True)
class Log:
    """Leaves with a place; size, time (seconds) and number of cosignatures of the newest checkpoint that counts."""

    leaves: int = 0
    size: int | None = None
    time: int | None = None
    cosigned: int | None = None


@dataclass(frozen=True, slots=True)
class Effect:
    """What one hit led to: whose, which measure, in which step of time, on which tag (None: the signal is gone)."""

    party: bytes
    measure: str
    within: str
    time: int
    key_id: bytes | None
    tag: bytes | None

    @property
    def is_measure(self) -> bool:
        """Whether something was done."""
        return self.measure not in NO_MEASURE


@dataclass(frozen=True, slots=True)
class Handed:
    """A context that was disclosed: to whom, in which circle, by which publishers (party ids)."""

    time: int
    asker: bytes
    circle: bytes
    publishers: list[str]


@dataclass(frozen=True, slots=True)
class Key:
    """A key in use: id, circle, type by its number, epoch, generation of its shares."""

    id: bytes
    circle: bytes
    type: int
    epoch: int
    generation: int


@dataclass(frozen=True, slots=True)
class Found:
    """One look at the database."""

    log: Log = Log()
    events: tuple[Event, ...] = ()
    effects: tuple[Effect, ...] = ()
    handed: tuple[Handed, ...] = ()
    keys: tuple[Key, ...] = ()
    entries: Mapping[bytes, int] = field(default_factory=dict)


@dataclass(slots=True)
class Register:
    """Looks at the database at `url`, whose role can only read; events are read once."""

    url: str
    _events: dict[int, Event] = field(default_factory=dict)
    _entries: Mapping[bytes, int] = field(default_factory=dict)
    _counted: int = 0
    _connection: Connection | None = None

    def read(self, *, now: int) -> Found:
        """Everything of the last hour. Raises Unavailable `niet-bereikbaar` while the database is away."""
        since = now - HOUR
        with self.connection() as connection:
            return Found(
                _rows(connection, Log, _LOG)[0],
                self._read_events(connection, since=since),
                tuple(_rows(connection, Effect, _FEEDBACK, since=since)),
                tuple(_rows(connection, Handed, _DISCLOSED, since=since)),
                tuple(_rows(connection, Key, _KEYS)),
                self._count(connection, now=now),
            )

    def _count(self, connection: Connection, *, now: int) -> Mapping[bytes, int]:
        """What lives under each key: every entry is counted for it, so not at each look."""
        if not 0 <= now - self._counted < COUNT_EVERY:
            self._entries = {bytes(key_id): number for key_id, number in connection.execute(_ENTRIES)}
            self._counted = now
        return self._entries

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """The one connection, made anew when the server was started again. Raises Unavailable `niet-bereikbaar`."""
        try:
            yield self._works() or self._connect()
        except psycopg.Error as error:
            self.close()
            raise errors.Unavailable(f"The database does not answer ({type(error).__name__}).") from None

    def _works(self) -> Connection | None:
        """The connection, if it still works: a server that was away leaves one that only looks so."""
        try:
            if self._connection is not None:
                self._connection.execute("SELECT 1")
        except psycopg.Error:
            self.close()
        return self._connection

    def _connect(self) -> Connection:
        self._connection = psycopg.connect(self.url, autocommit=True, connect_timeout=2)
        return self._connection

    def close(self) -> None:
        """Closes the connection."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def _read_events(self, connection: Connection, *, since: int) -> tuple[Event, ...]:
        after = max(self._events, default=0) - BEHIND
        fresh = _rows(connection, Event, _EVENTS, after=after, most=FIRST, since=since)
        self._events |= {one.leaf: one for one in fresh}
        self._events = {leaf: one for leaf, one in self._events.items() if one.time >= since}
        return tuple(self._events.values())


def _rows(connection: Connection, kind: type[Any], query: str, **values: int) -> list[Any]:
    with connection.cursor(row_factory=class_row(kind)) as cursor:
        return cursor.execute(query.encode(), values).fetchall()

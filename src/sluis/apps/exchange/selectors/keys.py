"""Reads of keys: which are used when, and their signed records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from sluis.apps.exchange.models import (
    Generation,
    Key,
)
from sluis.core.exchange import documents, epochs
from sluis.core.exchange.documents import Signed
from sluis.core.exchange.encodings import KeyId
from sluis.core.exchange.epochs import Timetable
from sluis.core.exchange.keys import AcceptedKey, KeyRecord
from sluis.core.exchange.policy import Snapshot
from sluis.core.identifiers.kinds import IdentifierType
from sluis.wire import clock

DAY = 86_400


class Timetables:
    """When the keys of all circles are used, as the hub knows them; read once."""

    def __init__(self, snapshot: Snapshot, *, circle: bytes | None = None) -> None:
        self._periods = snapshot.head.epochs
        self.rows = list(Key.objects.all() if circle is None else Key.objects.filter(circle=circle))
        self._made: dict[tuple[bytes, int], dict[int, int]] = defaultdict(dict)
        for row in self.rows:
            self._made[bytes(row.circle), row.type][row.epoch] = row.made

    def of(self, circle: bytes, kind: int) -> Timetable:
        """The timetable of a circle and type."""
        return Timetable(tuple(sorted(self._periods, key=lambda one: one.number)), self._made[circle, kind])

    def live(self, *, at: int) -> list[Key]:
        """The keys that are evaluated under at `at`."""
        return [row for row in self.rows if self.of(bytes(row.circle), row.type).is_live(row.epoch, at)]

    def checked(self, *, at: int) -> list[Key]:
        """The keys that one checks under at `at`."""
        return [row for row in self.rows if row.epoch == self.of(bytes(row.circle), row.type).checks(at)]

    def published(self, *, at: int) -> list[Key]:
        """The keys that one publishes under at `at`."""
        return [row for row in self.rows if row.epoch in self.of(bytes(row.circle), row.type).publishes(at)]


def _by_id(rows: Iterable[Key]) -> dict[KeyId, IdentifierType]:
    return {KeyId(bytes(row.id)): IdentifierType(row.type) for row in rows}


def key_ids(circle: bytes) -> list[bytes]:
    """The ids of all keys a circle ever had."""
    return [bytes(one) for one in Key.objects.filter(circle=circle).values_list("id", flat=True)]


def live_keys(circle: bytes, snapshot: Snapshot, *, at: int) -> dict[KeyId, IdentifierType]:
    """The keys of a circle under which one may ask at `at`, with their types."""
    return _by_id(Timetables(snapshot, circle=circle).live(at=at))


@dataclass(frozen=True, slots=True)
class PublishKeys:
    """What may be published under: keys with their types, the key each takes over from, and the types that are closed."""

    types: dict[KeyId, IdentifierType]
    previous: dict[KeyId, KeyId]
    closed: frozenset[str]


def publish_keys(circle: bytes, snapshot: Snapshot, *, at: int) -> PublishKeys:
    """The keys under which one publishes in a circle at `at`."""
    tables = Timetables(snapshot, circle=circle)
    places = {(row.type, row.epoch): KeyId(bytes(row.id)) for row in tables.rows}
    rows = tables.published(at=at)
    previous = {KeyId(bytes(row.id)): places[row.type, row.epoch - 1] for row in rows if (row.type, row.epoch - 1) in places}
    kinds = {IdentifierType(row.type) for row in tables.rows}
    closed = frozenset(kind.label for kind in kinds if tables.of(circle, kind).is_closed(at))
    return PublishKeys(_by_id(rows), previous, closed)


def following_key(key_id: bytes) -> KeyId | None:
    """The key of the next epoch of the same circle and type, or None."""
    row = Key.objects.get(id=key_id)
    found = Key.objects.filter(circle=row.circle, type=row.type, epoch=row.epoch + 1).first()
    return KeyId(bytes(found.id)) if found else None


def ended_keys(snapshot: Snapshot, *, at: int) -> list[Key]:
    """Keys whose use ended a day before `at` and under which something may be left."""
    tables = Timetables(snapshot)
    rows = (row for row in tables.rows if row.erased is None)
    return [row for row in rows if tables.of(bytes(row.circle), row.type).is_over(row.epoch, at)]


def key_records(circles: Iterable[bytes]) -> list[Signed]:
    """The signed key records of these circles: the newest of each key in use, and for an hour the one before it."""
    rows = Key.objects.filter(circle__in=list(circles), erased=None)
    renewed = [row for row in rows if row.generation > 1 and not epochs.is_superseded(row.renewed, clock.now())]
    before = {(bytes(row.id), row.generation - 1) for row in renewed}
    older = Generation.objects.filter(key_id__in=[key_id for key_id, _number in before])
    bodies = [one.body for one in older if (bytes(one.key_id), one.generation) in before]
    return [msgspec.json.decode(bytes(body), type=Signed) for body in (*bodies, *(row.body for row in rows))]


def accepted(row: Key) -> AcceptedKey:
    """The newest record of a key, as it was accepted."""
    signed = msgspec.json.decode(bytes(row.body), type=Signed)
    return AcceptedKey(documents.read(signed.payload, KeyRecord), signed)

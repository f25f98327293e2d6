"""The policy snapshot and the key records for a partner: carried by the hub, trusted for signatures, kept in its store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sluis.client.store import Store
from sluis.client.transport import Transport
from sluis.core import errors
from sluis.core.exchange import epochs
from sluis.core.exchange.keys import KeyRecord
from sluis.core.exchange.policy import Section, Snapshot
from sluis.core.identifiers.kinds import IdentifierType
from sluis.core.law import decision
from sluis.wire import clock
from sluis.wire.book import Book

REFRESH: Final = 60
RETRY: Final = 2


@dataclass(frozen=True, slots=True)
class Source:
    """Where the policy comes from: the hub's address, and the three keys that are trusted instead of it."""

    web: str
    pinned: frozenset[bytes]


@dataclass(frozen=True, slots=True)
class Succession:
    """A key that takes over from another: signals are published again from `begin` (seconds), spread over `length` seconds."""

    old: KeyRecord
    new: KeyRecord
    begin: int
    length: int


class Directory:
    """Knows who may do what. Refuses everything when the snapshot has expired and no newer one can be had."""

    def __init__(self, transport: Transport, source: Source, store: Store) -> None:
        self._transport, self._web, self._store = transport, source.web, store
        self._book = Book(source.pinned)
        self._due = 0
        kept = store.read_policy()
        if kept is not None:
            self._book.restore(kept)

    def snapshot(self) -> Snapshot:
        """The snapshot in force, at most a minute old where the hub answers. Raises Unavailable."""
        now = clock.now()
        if not now < self._due <= now + REFRESH or self._book.is_expired(now):
            self._refresh_or_keep(now)
        return self._book.snapshot(now)

    def key(self, section: Section, kind: IdentifierType) -> KeyRecord:
        """The key one checks under in this circle, for this type. Raises as `publish_keys`."""
        return self.publish_keys(section, kind)[0]

    def publish_keys(self, section: Section, kind: IdentifierType) -> tuple[KeyRecord, ...]:
        """The keys one publishes under: the one to check under, and in the last 14 days of its use the next one too.

        Raises Unavailable `geen-sleutel`, NotAllowed `geen-recht` when the circle closed for want of a key.
        """
        found = self._publish_keys(section.circle, kind)
        if not found:
            self.refresh()
            found = self._publish_keys(section.circle, kind)
        if not found:
            raise self._no_key(section.circle, kind)
        return found

    def succession(self, section: Section, kind: IdentifierType) -> Succession | None:
        """Under which key signals are published again now, and of which; None outside the time for it."""
        self.snapshot()
        table, now = self._book.timetable(section.circle, kind), clock.now()
        new = next((number for number in reversed(table.publishes(now)) if number - 1 in table.made), None)
        window = None if new is None else table.republishing(new)
        if new is None or window is None or table.is_over(new - 1, now):
            return None
        old, newer = (self._book.records.of((section.circle, kind, number)) for number in (new - 1, new))
        return Succession(old.record, newer.record, *window) if old and newer else None

    def generation(self, record: KeyRecord, number: int) -> KeyRecord:
        """The record of this generation of a key, fetched when it is not here yet. Raises Unavailable `geen-sleutel`."""
        found = self._book.records.generation(record.id, number)
        if found is None:
            self.refresh()
            found = self._book.records.generation(record.id, number)
        if found is None:
            raise errors.Unavailable("A holder answered in a generation that is not known here.", code="geen-sleutel")
        return found.record

    def record(self, key_id: bytes) -> KeyRecord | None:
        """The newest record of a key by its id, or None."""
        found = self._book.keys.get(key_id)
        return found.record if found else None

    def live_records(self) -> list[KeyRecord]:
        """The keys that are used now, or ahead of their epoch."""
        periods, now = self.snapshot().head.epochs, clock.now()
        records = [accepted.record for accepted in self._book.keys.values()]
        tables = {
            (one.circle, one.type): epochs.timetable(periods, records, circle=one.circle, kind=one.type) for one in records
        }
        return [one for one in records if tables[one.circle, one.type].is_live(one.epoch, now)]

    def is_in_use(self, record: KeyRecord) -> bool:
        """Whether this is the key one checks under now."""
        self.snapshot()
        return self._book.timetable(record.circle, record.identifier_type).checks(clock.now()) == record.epoch

    def is_over(self, record: KeyRecord) -> bool:
        """Whether everything under this key is to be erased: a day after its use."""
        self.snapshot()
        return self._book.timetable(record.circle, record.identifier_type).is_over(record.epoch, clock.now())

    def _publish_keys(self, circle: bytes, kind: IdentifierType) -> tuple[KeyRecord, ...]:
        self.snapshot()
        table, now = self._book.timetable(circle, kind), clock.now()
        if table.checks(now) is None:
            return ()
        found = (self._book.records.of((circle, kind, number)) for number in table.publishes(now))
        return tuple(accepted.record for accepted in found if accepted is not None)

    def _no_key(self, circle: bytes, kind: IdentifierType) -> errors.SluisError:
        if self._book.timetable(circle, kind).is_closed(clock.now()):
            return decision.GROUNDS["kring-zonder-sleutel"].error()
        return errors.Unavailable("The holders have not made this key yet; try again in a minute.", code="geen-sleutel")

    def _refresh_or_keep(self, now: int) -> None:
        # A hub that is away for a moment does not stop a partner whose snapshot is still in its term.
        try:
            self.refresh()
        except errors.Unavailable:
            if self._book.serial == 0:
                raise
            self._due = now + RETRY

    def refresh(self) -> None:
        """Fetches and accepts snapshot, keys and revocations. Raises ProtocolFailure when one does not hold."""
        now = clock.now()
        taken = self._book.take(self._transport.get(self._web + self._book.path), now=now)
        if taken.news:
            self._store.keep_policy(self._book.kept())
        self._due = now + REFRESH

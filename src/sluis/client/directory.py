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
from sluis.wire import clock
from sluis.wire.book import Book

REFRESH: Final = 60
RETRY: Final = 2


@dataclass(frozen=True, slots=True)
class Source:
    """Where the policy comes from: the hub's address, and the three keys that are trusted instead of it."""

    web: str
    pinned: frozenset[bytes]


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
        """The key of this circle and type for the epoch of now. Raises Unavailable `geen-sleutel`."""
        found = self._live_key(section.circle, kind)
        if found is None:
            self.refresh()
            found = self._live_key(section.circle, kind)
        if found is None:
            raise errors.Unavailable("The holders have not made this key yet; try again in a minute.", code="geen-sleutel")
        return found

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

    def _live_key(self, circle: bytes, kind: IdentifierType) -> KeyRecord | None:
        epoch = self.snapshot().epoch_at(clock.now()).number
        records = (accepted.record for accepted in self._book.keys.values())
        return next((one for one in records if (one.circle, one.type, one.epoch) == (circle, kind, epoch)), None)

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
        taken = self._book.take(self._transport.get(f"{self._web}/v1/beleid"), now=now)
        if taken.news:
            self._store.keep_policy(self._book.kept())
        self._due = now + REFRESH

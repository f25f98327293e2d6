"""The policy snapshot and the key records, as this partner accepted them: carried by the hub, trusted for signatures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

import msgspec

from sluis.client.store import Store
from sluis.client.transport import Transport
from sluis.core import errors
from sluis.core.exchange import keys, policy
from sluis.core.exchange.documents import Signed
from sluis.core.exchange.keys import AcceptedKey, KeyRecord
from sluis.core.exchange.policy import SealedSection, Section, SignedSnapshot, Snapshot
from sluis.core.identifiers.kinds import IdentifierType
from sluis.wire import clock

REFRESH: Final = 60


class PolicyAnswer(msgspec.Struct, frozen=True):
    """What `GET /v1/beleid` answers: head, own sections, key records, revocations."""

    head: Signed
    sections: tuple[SealedSection, ...]
    keys: tuple[Signed, ...] = ()
    revocations: tuple[Signed, ...] = ()


@dataclass(slots=True)
class Directory:
    """Knows who may do what. Refuses everything when the snapshot has expired and no newer one can be had."""

    transport: Transport
    web: str
    pinned: frozenset[bytes]
    store: Store
    _snapshot: Snapshot | None = None
    _keys: dict[bytes, AcceptedKey] = field(default_factory=dict)
    _fetched: int = 0

    def snapshot(self) -> Snapshot:
        """The current snapshot, at most a minute old where the hub answers. Raises Unavailable `beleid-verlopen`."""
        now = clock.now()
        if self._snapshot is None or not 0 <= now - self._fetched < REFRESH:
            self._refresh_or_keep(now)
        if self._snapshot is None:
            raise errors.Unavailable("There is no policy snapshot yet.", code="geen-beleid")
        self._snapshot.require_current(now)
        return self._snapshot

    def circle(self, name: str) -> Section:
        """The circle called `name`. Raises NotFound `onbekende-kring`."""
        return self.snapshot().named(name)

    def key(self, section: Section, kind: IdentifierType) -> KeyRecord:
        """The key of this circle and type for the epoch of now. Raises Unavailable `geen-sleutel`."""
        epoch = self.snapshot().epoch_at(clock.now()).number
        found = self._live_key(section.circle, kind, epoch)
        if found is None:
            self.refresh()
            found = self._live_key(section.circle, kind, epoch)
        if found is None:
            raise errors.Unavailable("The holders have not made this key yet; try again in a minute.", code="geen-sleutel")
        return found

    def _live_key(self, circle: bytes, kind: IdentifierType, epoch: int) -> KeyRecord | None:
        records = (accepted.record for accepted in self._keys.values())
        fitting = [one for one in records if (one.circle, one.type, one.epoch) == (circle, kind, epoch)]
        return max(fitting, key=lambda record: record.generation, default=None)

    def _refresh_or_keep(self, now: int) -> None:
        if self._snapshot is None:
            self._snapshot = self._stored()
        try:
            self.refresh()
        except errors.Unavailable:
            if self._snapshot is None:
                raise
            self._fetched = now

    def _stored(self) -> Snapshot | None:
        # A snapshot on disk was accepted before; it is read for its serial, and checked for its term at every use.
        kept = self.store.read_policy()
        if kept is None:
            return None
        sent = msgspec.json.decode(kept, type=SignedSnapshot)
        created = msgspec.json.decode(sent.head.payload, type=policy.Head).created
        return policy.accept(sent, pinned=self.pinned, stored=None, now=created)

    def refresh(self) -> None:
        """Fetches and accepts snapshot, keys and revocations. Raises ProtocolFailure when one does not hold."""
        answer = msgspec.json.decode(self.transport.get(f"{self.web}/v1/beleid"), type=PolicyAnswer)
        now = clock.now()
        sent = SignedSnapshot(head=answer.head, sections=answer.sections)
        accepted = policy.accept(sent, pinned=self.pinned, stored=self._snapshot, now=now)
        accepted = accepted.with_revoked(self._revoked(answer.revocations))
        self._keys = {one.record.id: one for one in (keys.accept(signed, accepted) for signed in answer.keys)}
        self.store.keep_policy(msgspec.json.encode(sent))
        self._snapshot, self._fetched = accepted, now

    def _revoked(self, revocations: Iterable[Signed]) -> list[bytes]:
        return [policy.accept_revocation(signed, pinned=self.pinned) for signed in revocations]

"""A holder as witness of the log: it cosigns what grew from what it saw, and looks for its own lines in it.

Source: `docs/reference/protocol.md`, Log; C2SP tlog-witness for what a witness may sign.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

import msgspec

from sluis.core import errors
from sluis.core.exchange import documents, policy
from sluis.core.exchange.bodies import Cosigned, LeafGiven, LinesKept, LogCandidate, LogLine, OwnEvent, OwnEvents
from sluis.core.exchange.documents import Signed
from sluis.core.exchange.encodings import document, sha256
from sluis.core.exchange.log import checkpoint, inclusion, merkle, note, tiles
from sluis.core.exchange.log.checkpoint import Checkpoint, LogKey
from sluis.core.exchange.log.merkle import Range
from sluis.core.exchange.log.tiles import Tile
from sluis.core.exchange.policy import Holder, SignedSnapshot, Snapshot
from sluis.keyholder.observed import Observed, Seen
from sluis.keyholder.pace import Pace
from sluis.wire import clock, logs
from sluis.wire.calls import Caller
from sluis.wire.directory import Directory

AGAIN: Final = 600
_PAUSE: Final = 5.0
_PATIENCE: Final = 60


class _Named(msgspec.Struct, frozen=True):
    reference: str


@dataclass(slots=True)
class Witness:
    """Looks at the log the policy names. `pinned` are the policy keys: before the first snapshot only they say which it is."""

    directory: Directory
    observed: Observed
    hub: Caller
    pinned: tuple[bytes, ...]
    pace: Pace
    _told: set[str] = field(default_factory=set)
    _posted: Checkpoint | None = None
    _rescanned: int = 0

    async def cosign(self) -> float:
        """Fetches the newest checkpoint; cosigns it when the log only grew. Raises ProtocolFailure when it did not."""
        found = msgspec.json.decode(await self.hub.get("/v1/log/kandidaat"), type=LogCandidate)
        me, keys = self._place(found.head)
        now = checkpoint.opened(found.checkpoint, keys)
        last, time = await asyncio.to_thread(self.observed.last, now.origin), clock.now()
        if last and last.checkpoint == now == self._posted and 0 <= time - last.time < AGAIN:
            return self.pace.after(news=False)
        await self._require_grown(last, now, found.checkpoint)
        # On disk before it is signed: whatever happens next, this holder never signs a fork of what it signed.
        await asyncio.to_thread(self.observed.keep, Seen(now, found.checkpoint, time))
        line = note.cosign(now.text(), me.witness, self.hub.private, time=time)
        await self.hub.post("/v1/log/medeondertekeningen", msgspec.json.encode(Cosigned(line=line, size=now.size)))
        self._posted = now
        return self.pace.after(news=True)

    def _place(self, head: Signed | None) -> tuple[Holder, tuple[LogKey, ...]]:
        """This holder, and the logs it witnesses: of the stored snapshot, in its term or not, and of the one that waits."""
        key, stored = documents.public_key(self.hub.private), self.directory.stored
        known = [one for one in (stored, self._candidate(head, stored)) if one]
        for snapshot in known:
            me = snapshot.holder_with(key)
            if me is not None:
                return me, tuple(one.head.log for one in known)
        raise errors.NotAllowed("This holder is not in the policy snapshot.")

    def _candidate(self, head: Signed | None, stored: Snapshot | None) -> Snapshot | None:
        if head is None:
            return None
        sent = SignedSnapshot(head=head, sections=())
        return policy.check(sent, pinned=self.pinned, stored=stored, now=clock.now())

    async def _require_grown(self, last: Seen | None, now: Checkpoint, octets: str) -> None:
        if last is None:
            return
        old = last.checkpoint
        if now.size < old.size:
            await self._accuse("logboek-teruggedraaid", octets, last)
        try:
            await self._prove(old, now)
        except (errors.ProtocolFailure, errors.Malformed):
            await self._accuse("logboek-gevorkt", octets, last)

    async def _prove(self, old: Checkpoint, now: Checkpoint) -> None:
        ranges = merkle.consistency_ranges(old.size, now.size) if old.size else []
        path = tiles.proof(ranges, await self._fetch(ranges, now.size))
        merkle.require_consistency((old.size, old.root), (now.size, now.root), path)

    async def _accuse(self, code: str, octets: str, last: Seen) -> None:
        new = await asyncio.to_thread(self.observed.alarm, code, note=octets, seen=last.note, now=clock.now())
        if new:
            logs.logger().error("the log is not what it was", code=code, size=last.checkpoint.size)
        raise errors.ProtocolFailure("The log does not go on from the checkpoint seen before.", code=code)

    async def _fetch(self, ranges: Iterable[Range], size: int) -> dict[Tile, bytes]:
        wanted = sorted(tiles.needed(ranges))
        octets = await asyncio.gather(*(self.hub.get(f"/log/{tiles.path(tile, size)}") for tile in wanted))
        return dict(zip(wanted, octets, strict=True))

    async def acknowledged(self, lines: Sequence[bytes], answer: bytes) -> None:
        """The hub kept these lines: remembers which leaves must be in the log within the hour.

        Raises ProtocolFailure `logboek-bevestiging` when a leaf is not of the line it is given for.
        """
        kept = msgspec.json.decode(answer, type=LinesKept)
        if len(kept.leaves) != len(lines) or not all(map(_is_of, kept.leaves, lines)):
            raise errors.ProtocolFailure("The hub acknowledged log lines without their leaves.", code="logboek-bevestiging")
        entries = [inclusion.entry(one.salt, one.event) for one in kept.leaves]
        await asyncio.to_thread(self.observed.expect, entries, now=clock.now())

    async def find_lines(self) -> float:
        """Looks for the expected leaves among this holder's own events, under the last checkpoint it cosigned."""
        stored = self.directory.stored
        last = await asyncio.to_thread(self.observed.last, stored.head.log.origin) if stored else None
        if last is None or not await asyncio.to_thread(self.observed.is_waiting):
            return self.pace.pause
        self._warn()
        start = await asyncio.to_thread(self.observed.cursor, last.checkpoint.origin)
        answer = await self.hub.get(f"/v1/log/gebeurtenissen?vanaf={start}")
        page = msgspec.json.decode(answer, type=OwnEvents).events
        events = [event for event in page if start <= event.place < last.checkpoint.size]
        if not events:
            return await self._rescan(last.checkpoint.origin)
        await self._find(events, last.checkpoint)
        return 0.0 if len(events) == len(page) else self.pace.pause

    async def _rescan(self, origin: str) -> float:
        # A leaf whose acknowledgement was lost may stand before the place this holder looked up to.
        now = clock.now()
        if self.observed.is_late(now=now, age=_PATIENCE) and not 0 <= now - self._rescanned < AGAIN:
            self._rescanned = now
            await asyncio.to_thread(self.observed.found, (), origin=origin, cursor=0)
            return 0.0
        return _PAUSE

    async def _find(self, events: Sequence[OwnEvent], now: Checkpoint) -> None:
        entries = {inclusion.entry(event.salt, event.event): event.place for event in events if event.salt}
        expected = await asyncio.to_thread(self.observed.expected, list(entries))
        ranges = {leaf: merkle.inclusion_ranges(entries[leaf], now.size) for leaf in expected}
        known = await self._fetch([one for path in ranges.values() for one in path], now.size)
        for leaf, path in ranges.items():
            proof = tiles.proof(path, known)
            found = merkle.leaf_hash(leaf)
            merkle.require_inclusion(found, entries[leaf], size=now.size, root_hash=now.root, path=proof)
        cursor = max(event.place for event in events) + 1
        await asyncio.to_thread(self.observed.found, expected, origin=now.origin, cursor=cursor)

    def status(self) -> str:
        """`ok`, or the code of what is wrong with the log."""
        return self.observed.status(now=clock.now())

    def _warn(self) -> None:
        code = self.status()
        if code != "ok" and code not in self._told:
            logs.logger().error("alarm of the log", code=code)
        self._told = {code}


def _is_of(leaf: LeafGiven, line: bytes) -> bool:
    try:
        named = documents.read(leaf.event, _Named)
    except errors.Malformed:
        return False
    return named.reference == sha256(document(msgspec.json.decode(line, type=LogLine))).hex()

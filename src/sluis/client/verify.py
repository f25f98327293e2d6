"""Verifying the log: every entry is read, the tree is made again, and compared with what enough holders cosigned.

What was verified is kept, so that the next run reads only what came since, and a log that went back or forked is caught.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from sluis.core import errors
from sluis.core.exchange.bodies import OwnEvents
from sluis.core.exchange.log import checkpoint, growth, inclusion, note, tiles
from sluis.core.exchange.log.checkpoint import Checkpoint, Trust
from sluis.core.exchange.log.inclusion import Logged
from sluis.core.exchange.log.tiles import WIDTH, Edge
from sluis.wire import credentials

STALE: Final = 3_600
_AT_ONCE: Final = 32
_CALLERS: Final = 4
Fetch = Callable[[str], bytes]


class State(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was verified: the checkpoint as a note, and the tree's right edge (per level the hashes of the last tile)."""

    origin: str
    size: int
    note: str
    edge: tuple[bytes, ...]


class Report(msgspec.Struct, frozen=True):
    """What a run found: size and root, how many entries were new, who cosigned and when, how many own events are in the log."""

    origin: str
    size: int
    root: str
    verified: int
    cosigned: dict[str, int]
    events: int
    erased: int


class Proven(msgspec.Struct, frozen=True):
    """One event that is in the log: its place, under which size and root, what it says, and who cosigned and when (seconds)."""

    origin: str
    size: int
    root: str
    place: int
    event: str
    cosigned: dict[str, int]


def prove(octets: bytes, trust: Trust) -> Proven:
    """What a proof as the portal hands it out (JSON of an event, its salt, place, path and checkpoint) proves, offline.

    Raises Malformed `bewijs-onleesbaar`, ProtocolFailure as `inclusion.verify`.
    """
    try:
        logged = msgspec.json.decode(octets, type=Logged)
    except msgspec.DecodeError:
        raise errors.Malformed("This is no proof: event, salt, index, path and checkpoint.", code="bewijs-onleesbaar") from None
    found = inclusion.verify(logged, trust)
    cosigned = checkpoint.witnesses(logged.checkpoint, trust.witnesses)
    event = logged.event.decode("utf-8", "replace")
    return Proven(found.origin, found.size, found.root.hex(), logged.index, event, cosigned)


@dataclass(frozen=True, slots=True)
class Sources:
    """Where to read. `log` fetches below the log's address; `own` fetches a page of own events, for who has any."""

    log: Fetch
    own: Fetch | None = None


@dataclass(frozen=True, slots=True)
class Auditor:
    """Who verifies: what is read, who is believed, what is remembered in which file, and the time (seconds)."""

    sources: Sources
    trust: Trust
    file: Path
    now: int

    def look(self) -> tuple[str, Checkpoint]:
        """The log's checkpoint as a note and as read, cosigned by enough holders within the hour.

        Raises ProtocolFailure `logboek-handtekening`, `logboek-getuigen`, `logboek-verouderd`.
        """
        octets = self.sources.log("checkpoint").decode("utf-8", "replace")
        found = self.trust.verify(octets)
        fresh = [when for when in checkpoint.witnesses(octets, self.trust.witnesses).values() if when > self.now - STALE]
        if len(fresh) < self.trust.threshold:
            raise errors.ProtocolFailure(
                "Holders cosigned this checkpoint long ago: an old one is shown, or the log stands still.",
                code="logboek-verouderd",
            )
        return octets, found

    def verify(self, advance: Callable[[int, int], None]) -> Report:
        """Verifies everything since the last run; `advance` hears how many entries of how many were read.

        Raises as `look`; ProtocolFailure `logboek-teruggedraaid`, `logboek-gevorkt`, `logboek-inhoud`,
        `gebeurtenis-niet-in-logboek`. What was verified before is then kept as it was.
        """
        state = self._state()
        octets, now = self.look()
        edge = _edge(state)
        if state and state.origin != now.origin:
            raise _foreign(self.file)
        if now.size < edge.size:
            raise errors.ProtocolFailure(
                f"The log shows {now.size} entries; {edge.size} were verified before.", code="logboek-teruggedraaid"
            )
        own = _Own(self.sources.own, edge.size)
        for first, entries in self._entries(edge.size, now.size):
            edge = edge.extend(entries).edge
            own.compare(first, entries)
            advance(edge.size, now.size)
        if edge.root() != now.root:
            raise self._accused(state, now)
        own.finish(now.size)
        self._keep(State(now.origin, now.size, octets, tuple(b"".join(level) for level in edge.partial)))
        cosigned = checkpoint.witnesses(octets, self.trust.witnesses)
        new = now.size - (state.size if state else 0)
        return Report(now.origin, now.size, now.root.hex(), new, cosigned, own.found, own.erased)

    def _entries(self, start: int, size: int) -> Iterator[tuple[int, list[bytes]]]:
        """Entries from place `start` on, some bundles at a time, with the place of the first."""
        numbers = range(start // WIDTH, -(-size // WIDTH))
        with ThreadPoolExecutor(_CALLERS) as pool:
            for i in range(0, len(numbers), _AT_ONCE):
                part = numbers[i : i + _AT_ONCE]
                bundles = pool.map(lambda number: self._bundle(number, size), part)
                entries = [entry for bundle in bundles for entry in bundle]
                first = max(start, part[0] * WIDTH)
                yield first, entries[first - part[0] * WIDTH :]

    def _bundle(self, number: int, size: int) -> list[bytes]:
        octets = self.sources.log(tiles.bundle_path(number, size))
        return tiles.unbundle(octets, min(WIDTH, size - number * WIDTH))

    def _accused(self, state: State | None, now: Checkpoint) -> errors.ProtocolFailure:
        if state and not self._is_grown(state, now):
            return errors.ProtocolFailure(
                "The log does not go on from what was verified before: it was forked.", code="logboek-gevorkt"
            )
        return errors.ProtocolFailure("The entries are not those that the checkpoint was made of.", code="logboek-inhoud")

    def _is_grown(self, state: State, now: Checkpoint) -> bool:
        old = _edge(state)
        try:
            growth.require_grown(
                Checkpoint(state.origin, old.size, old.root()), now, lambda tile: self.sources.log(tiles.path(tile, now.size))
            )
        except errors.ProtocolFailure:
            return False
        return True

    def _state(self) -> State | None:
        if not self.file.exists():
            return None
        try:
            found = msgspec.json.decode(self.file.read_bytes(), type=State)
            kept = checkpoint.parse(note.read(found.note).text)
        except (msgspec.DecodeError, OSError, errors.SluisError):
            raise _foreign(self.file) from None
        if kept != Checkpoint(found.origin, found.size, _edge(found).root()):
            raise _foreign(self.file)
        return found

    def _keep(self, state: State) -> None:
        credentials.write(self.file, msgspec.json.encode(state))


def _edge(state: State | None) -> Edge:
    if state is None:
        return Edge(0)
    return Edge(state.size, tuple(tuple(tiles.hashes(level)) for level in state.edge))


def _foreign(file: Path) -> errors.Malformed:
    return errors.Malformed(f"{file.name} is not what a verification of this log left behind.", code="stand-onleesbaar")


class _Own:
    """Own events, page by page, beside the entries that are read."""

    def __init__(self, fetch: Fetch | None, start: int) -> None:
        self._fetch, self._next = fetch, start if fetch else None
        self._page: dict[int, bytes | None] = {}
        self.found = self.erased = 0

    def compare(self, first: int, entries: list[bytes]) -> None:
        """Compares the events that stand in these entries."""
        end = first + len(entries)
        self._read_to(end)
        for place in sorted(place for place in self._page if place < end):
            if place < first:
                raise _elsewhere(place)
            self._check(place, entries[place - first], self._page.pop(place))

    def finish(self, size: int) -> None:
        """Raises when an event is said to stand where the entries before were read already."""
        if any(place < size for place in self._page):
            raise _elsewhere(min(self._page))

    def _check(self, place: int, entry: bytes, expected: bytes | None) -> None:
        if expected is None:
            self.erased += 1
        elif expected != entry:
            raise _elsewhere(place)
        else:
            self.found += 1

    def _read_to(self, end: int) -> None:
        while self._fetch and self._next is not None and self._next < end and not any(place >= end for place in self._page):
            page = msgspec.json.decode(self._fetch(str(self._next)), type=OwnEvents)
            self._page |= {one.place: inclusion.entry(one.salt, one.event) if one.salt else None for one in page.events}
            if page.next is not None and page.next <= self._next:
                raise errors.ProtocolFailure("The pages of your events do not go on.", code="gebeurtenis-niet-in-logboek")
            self._next = page.next


def _elsewhere(place: int) -> errors.ProtocolFailure:
    return errors.ProtocolFailure(
        f"The hub says that an event of yours stands at place {place}; the log has something else there.",
        code="gebeurtenis-niet-in-logboek",
    )

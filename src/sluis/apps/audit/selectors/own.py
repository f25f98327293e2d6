"""Reads of what the log has of one party, for its own people: leaves with their events, newest first, and their proofs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import msgspec

from sluis.apps.audit.models import Event, PlacedLeaf, Waiting
from sluis.apps.audit.selectors import tree
from sluis.core import errors
from sluis.core.exchange.log.inclusion import Logged

_BIGINT: Final = 2**63 - 1


class Told(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An event as the log has it: codes, hexadecimal ids, and time in seconds."""

    activity: str
    amount: int
    articles: tuple[str, ...]
    circle: str
    ground: str
    outcome: str
    party: str
    reference: str
    time: int
    trace: str = ""


@dataclass(frozen=True, slots=True)
class OwnLeaf:
    """One leaf that concerns a party: its place from 0, when it was added (seconds), its hash of salt and event (32 octets).

    Salt and event are empty once they were erased; then `told` is None.
    """

    place: int
    time: int
    leaf: bytes
    salt: bytes
    event: bytes

    @property
    def told(self) -> Told | None:
        """What the event says."""
        return msgspec.json.decode(self.event, type=Told) if self.event else None


@dataclass(frozen=True, slots=True)
class Proof:
    """That a leaf stands at its place under a checkpoint: size, the hashes from the leaf up (32 octets each), and the note."""

    size: int
    path: tuple[bytes, ...]
    note: str

    def logged(self, one: OwnLeaf) -> Logged:
        """Event and proof together, as `core.exchange.log.inclusion` verifies them."""
        return Logged(event=one.event, salt=one.salt, index=one.place, path=self.path, checkpoint=self.note)


def own_leaves(party: bytes, *, before: int | None, limit: int) -> list[OwnLeaf]:
    """At most `limit` leaves of a party before place `before` (None: the newest), newest first; two queries."""
    rows = PlacedLeaf.objects.filter(party=party, place__lt=_BIGINT if before is None else before)
    return _with_events(list(rows.select_related("leaf").order_by("-place")[:limit]))


def own_leaf(party: bytes, place: int) -> OwnLeaf:
    """The leaf at this place. Raises NotFound `geen-eigen-gebeurtenis` when it concerns somebody else, or is not there."""
    rows = list(PlacedLeaf.objects.filter(party=party, place=min(place, _BIGINT)).select_related("leaf"))
    if not rows:
        raise errors.NotFound("The log has nothing of you at this place.", code="geen-eigen-gebeurtenis")
    return _with_events(rows)[0]


def _with_events(rows: list[PlacedLeaf]) -> list[OwnLeaf]:
    events = Event.objects.in_bulk([row.leaf_id for row in rows])
    return [_own(row, events.get(row.leaf_id)) for row in rows]


def _own(row: PlacedLeaf, event: Event | None) -> OwnLeaf:
    salt, octets = (bytes(event.salt), bytes(event.event)) if event else (b"", b"")
    return OwnLeaf(row.place, row.leaf.time, bytes(row.leaf.leaf), salt, octets)


def waiting_of(party: bytes) -> int:
    """How many leaves of a party have no place yet."""
    return Waiting.objects.filter(party=party).count()


def proof(place: int) -> Proof | None:
    """The proof of the leaf at this place under the newest checkpoint that enough holders cosigned; None before one has it."""
    size = tree.witnessed_size()
    return Proof(size, tree.inclusion_path(place, size=size), tree.note(size)) if place < size else None

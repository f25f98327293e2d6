"""The key records a party accepted: of each key the newest generation and the one before it, and which key has which place.

A circle, type and epoch has one key for good. What was accepted counts on when a later snapshot names another holder.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sluis.core import errors
from sluis.core.exchange import epochs, keys
from sluis.core.exchange.documents import Signed
from sluis.core.exchange.epochs import Timetable
from sluis.core.exchange.keys import AcceptedKey, Place
from sluis.core.exchange.policy import Epoch, Snapshot

KEPT = 2


class Records:
    """Grows only. `newest` is the newest generation of every key by key id; `changes` counts what was taken."""

    def __init__(self) -> None:
        self.newest: dict[bytes, AcceptedKey] = {}
        self.changes = 0
        self._generations: dict[bytes, dict[int, AcceptedKey]] = {}
        self._places: dict[Place, bytes] = {}
        self._known: set[bytes] = set()

    def take(self, signed: Signed, snapshot: Snapshot) -> None:
        """Accepts a record as sent. Raises as `keys.accept`, and ProtocolFailure `sleutel-gewisseld`: a place has one key."""
        if signed.payload not in self._known:
            self._keep(keys.accept(signed, snapshot))

    def restore(self, kept: Iterable[Signed]) -> None:
        """Takes back what `signed` gave: accepted before, so its signatures are not asked for again."""
        for signed in kept:
            if signed.payload not in self._known:
                self._keep(keys.read(signed))

    def _keep(self, accepted: AcceptedKey) -> None:
        record = accepted.record
        known = self.of(record.place)
        if known is not None and (known.record.id, known.record.made) != (record.id, record.made):
            raise errors.ProtocolFailure("This circle, type and epoch has another key already.", code="sleutel-gewisseld")
        self._known.add(accepted.signed.payload)
        self._places[record.place] = record.id
        kept = self._generations.setdefault(record.id, {})
        if record.generation in kept:
            return
        kept[record.generation] = accepted
        for generation in sorted(kept)[:-KEPT]:
            del kept[generation]
        # A new dict, for others may be reading the old one in their own thread.
        self.newest = {**self.newest, record.id: kept[max(kept)]}
        self.changes += 1

    def of(self, place: Place) -> AcceptedKey | None:
        """The newest record of a circle, type and epoch, or None."""
        key_id = self._places.get(place)
        return None if key_id is None else self.newest[key_id]

    def generation(self, key_id: bytes, generation: int) -> AcceptedKey | None:
        """The record of this generation of a key, or None when it is not there (yet, or no more)."""
        return self._generations.get(key_id, {}).get(generation)

    def signed(self) -> tuple[Signed, ...]:
        """All records as sent, older generations first."""
        kept = (one for generations in self._generations.values() for one in sorted(generations.items()))
        return tuple(accepted.signed for _generation, accepted in kept)

    def timetable(self, periods: Sequence[Epoch], circle: bytes, kind: int) -> Timetable:
        """When the keys of a circle and type are used, as far as this party knows them."""
        return epochs.timetable(periods, (one.record for one in self.newest.values()), circle=circle, kind=kind)

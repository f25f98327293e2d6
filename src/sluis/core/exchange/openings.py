"""Whether a ceremony may be opened: the hub asks before it opens one, each holder before it takes part.

Source: `docs/reference/protocol.md`, Ceremony.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import msgspec

from sluis.core import errors
from sluis.core.exchange import documents, epochs, keys
from sluis.core.exchange.ceremony import Kind
from sluis.core.exchange.documents import Signed
from sluis.core.exchange.keys import AcceptedKey, KeyRecord, Slot
from sluis.core.exchange.policy import Snapshot
from sluis.core.exchange.records import Records

SKEW: Final = 300
ORDER_TERM: Final = 86_400
ORDER_LABEL: Final = "refresh"


class RefreshOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A holder's order (label `refresh`) to refresh every key that was renewed before `time` (seconds)."""

    holder: int
    time: int
    v: Literal[1] = 1


class Opening(msgspec.Struct, frozen=True, kw_only=True):
    """A ceremony as the hub opens it. `opened` in seconds; `renews` the records of the generation before, slot by slot."""

    id: bytes
    slots: tuple[Slot, ...]
    opened: int = 0
    kind: Kind = "dkg"
    dealers: tuple[int, ...] = ()
    renews: tuple[Signed, ...] = ()
    order: Signed | None = None


class OpenCeremony(Opening, frozen=True, kw_only=True):
    """A ceremony that is open, as the mailbox shows it: with the signed messages so far."""

    messages: tuple[Signed, ...] = ()


class Mailbox(msgspec.Struct, frozen=True):
    """What `GET /v1/ceremonies` answers."""

    ceremonies: tuple[OpenCeremony, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """What a party knows when it judges an opening: the snapshot in force, the key records, the time in seconds."""

    snapshot: Snapshot
    records: Records
    now: int


def ordered(order: Signed, snapshot: Snapshot, *, now: int) -> RefreshOrder:
    """The order, when a holder of the snapshot signed it within the last day. Raises NotAllowed `geen-recht`, Malformed."""
    read = documents.read(order.payload, RefreshOrder)
    holders = {holder.index: holder.key for holder in snapshot.head.holders if not snapshot.is_revoked(holder.key)}
    if holders.get(read.holder) not in documents.signers(ORDER_LABEL, order):
        raise errors.NotAllowed("Only a holder orders a refresh, under its own signature.")
    if not now - ORDER_TERM <= read.time <= now + SKEW:
        raise errors.NotAllowed("An order to refresh holds for a day; give a new one.", code="opdracht-verlopen")
    return read


def remaining(accepted: AcceptedKey, snapshot: Snapshot) -> tuple[int, ...]:
    """The indices of the snapshot's holders that signed this record: those that have a share of it."""
    signed = documents.signers("keys", accepted.signed)
    return tuple(one.index for one in snapshot.head.holders if one.key in signed and not snapshot.is_revoked(one.key))


def is_replaced(accepted: AcceptedKey, snapshot: Snapshot) -> bool:
    """Whether the snapshot names a holder, or a number of them, that this record does not know."""
    record, head = accepted.record, snapshot.head
    return len(remaining(accepted, snapshot)) < len(head.holders) or (record.n, record.t) != (len(head.holders), head.threshold)


def dealers(accepted: AcceptedKey, snapshot: Snapshot) -> tuple[int, ...]:
    """Who deals when this key is reshared: the first t that have a share; none when too few are left."""
    left = remaining(accepted, snapshot)[: accepted.record.t]
    return left if len(left) == accepted.record.t else ()


def is_refreshable(accepted: AcceptedKey, snapshot: Snapshot, *, at: int, order: RefreshOrder | None) -> bool:
    """Whether a refresh is due at `at`: 30 days after the last one, or ordered since. With t = 1 nothing can be refreshed."""
    record = accepted.record
    due = epochs.is_due(record.renewed, at) or (order is not None and record.renewed < order.time)
    return due and record.t > 1 and not is_replaced(accepted, snapshot)


def check(opening: Opening, known: Known) -> dict[Slot, KeyRecord]:
    """The record that each slot renews (none in a dkg), when the ceremony may be held.

    Raises NotAllowed `ceremonie-ongewenst`, and what `ordered` raises.
    """
    slots = opening.slots
    _require(abs(opening.opened - known.now) <= SKEW)
    _require(bool(slots) and len(set(slots)) == len(slots))
    _require(all(_is_exchanged(slot, known.snapshot) for slot in slots))
    if opening.kind == "dkg":
        _require(all(_is_missing(slot, known) for slot in slots) and not opening.renews)
        return {}
    _require(len(opening.renews) == len(slots))
    renews = zip(slots, opening.renews, strict=True)
    accepted = {slot: _before(slot, signed, opening=opening, known=known) for slot, signed in renews}
    _require(all(_is_renewable(one, opening, known) for one in accepted.values()))
    return {slot: one.record for slot, one in accepted.items()}


def _is_exchanged(slot: Slot, snapshot: Snapshot) -> bool:
    section = snapshot.sections.get(slot.circle)
    return section is not None and slot.type in section.identifier_types()


def _is_missing(slot: Slot, known: Known) -> bool:
    table = known.records.timetable(known.snapshot.head.epochs, slot.circle, slot.type)
    return slot.generation == 1 and slot.epoch in table.orders(known.now + SKEW)


def _before(slot: Slot, signed: Signed, *, opening: Opening, known: Known) -> AcceptedKey:
    """The generation before: what this party accepted itself, or, for a holder that is new, what every dealer signed."""
    mine = known.records.of(slot.place)
    if mine is None:
        mine = keys.read(signed)
        _require(bool(opening.dealers) and set(opening.dealers) <= set(remaining(mine, known.snapshot)))
    _require(mine.signed.payload == signed.payload and mine.record.slot.next() == slot)
    return mine


def _is_renewable(accepted: AcceptedKey, opening: Opening, known: Known) -> bool:
    record, snapshot = accepted.record, known.snapshot
    if known.records.timetable(snapshot.head.epochs, record.circle, record.type).is_over(record.epoch, known.now):
        return False
    if opening.kind == "reshare":
        wanted, left = set(opening.dealers), set(remaining(accepted, snapshot))
        return is_replaced(accepted, snapshot) and len(opening.dealers) == len(wanted) == record.t and wanted <= left
    order = ordered(opening.order, snapshot, now=known.now) if opening.order else None
    return is_refreshable(accepted, snapshot, at=known.now + SKEW, order=order)


def renewed(accepted: Mapping[Slot, AcceptedKey]) -> tuple[Signed, ...]:
    """What `renews` holds for these slots, in their order."""
    return tuple(accepted[slot].signed for slot in sorted(accepted))


def _require(holds: bool) -> None:
    if not holds:
        raise errors.NotAllowed("This ceremony is not wanted by the policy in force.", code="ceremonie-ongewenst")

"""Reads of ceremonies: what is wanted now, the mailbox, and who holds a share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from sluis.apps.exchange.models import (
    Ceremony,
    CeremonyState,
    Key,
    Message,
    RefreshOrder,
)
from sluis.apps.exchange.selectors.keys import Timetables, accepted
from sluis.apps.partners import selectors as partners
from sluis.core import errors
from sluis.core.exchange import documents, openings
from sluis.core.exchange.ceremony import Kind
from sluis.core.exchange.documents import Signed
from sluis.core.exchange.keys import Slot
from sluis.core.exchange.openings import OpenCeremony
from sluis.core.exchange.policy import Holder, Snapshot


@dataclass(frozen=True, slots=True)
class Due:
    """A ceremony that is wanted now: which kind, for which slots, who deals, on whose order."""

    kind: Kind
    slots: tuple[Slot, ...]
    dealers: tuple[int, ...] = ()
    order: Signed | None = None


def due_ceremonies(snapshot: Snapshot, *, at: int) -> list[Due]:
    """What is to be made or renewed at `at`: missing keys, shares of a lost holder, shares that are 30 days old or ordered."""
    tables = Timetables(snapshot)
    found = [Due("dkg", _missing_slots(snapshot, tables, at=at))]
    kept = [accepted(row) for row in tables.rows if not tables.of(bytes(row.circle), row.type).is_over(row.epoch, at)]
    groups: dict[tuple[int, ...], list[Slot]] = defaultdict(list)
    for one in kept:
        if openings.is_replaced(one, snapshot):
            groups[openings.dealers(one, snapshot)].append(one.record.slot.next())
    found += [Due("reshare", tuple(sorted(slots)), dealers) for dealers, slots in sorted(groups.items()) if dealers]
    order = latest_order(snapshot, at=at)
    told = documents.read(order.payload, openings.RefreshOrder) if order else None
    old = [one.record.slot.next() for one in kept if openings.is_refreshable(one, snapshot, at=at, order=told)]
    return [one for one in (*found, Due("refresh", tuple(sorted(old)), order=order)) if one.slots]


def _missing_slots(snapshot: Snapshot, tables: Timetables, *, at: int) -> tuple[Slot, ...]:
    starts = {epoch.number: epoch.start for epoch in snapshot.head.epochs}
    wanted = (
        Slot(section.circle, kind, epoch, 1)
        for section in snapshot.sections.values()
        for kind in section.identifier_types()
        if section.from_ <= at < section.until
        for epoch in tables.of(section.circle, kind).orders(at)
        if starts[epoch] < section.until
    )
    return tuple(sorted(wanted))


def latest_order(snapshot: Snapshot, *, at: int) -> Signed | None:
    """The newest order to refresh that still holds, or None."""
    row = RefreshOrder.objects.filter(time__gt=at - openings.ORDER_TERM).order_by("-time").first()
    order = msgspec.json.decode(bytes(row.body), type=Signed) if row else None
    if order is None or snapshot.holder_with(order.signatures[0].key) is None:
        return None
    return order


def open_mailboxes(key: bytes) -> list[OpenCeremony]:
    """The open ceremonies, for a holder. Raises NotAllowed `geen-recht` for anybody else."""
    if partners.snapshot().holder_with(key) is None:
        raise errors.NotAllowed("Only holders read the mailbox of ceremonies.")
    return [_as_opened(row) for row in Ceremony.objects.filter(state=CeremonyState.OPEN)]


def _as_opened(row: Ceremony) -> OpenCeremony:
    slots = msgspec.json.decode(bytes(row.slots), type=tuple[Slot, ...])
    return OpenCeremony(
        id=bytes(row.id),
        slots=slots,
        opened=row.opened,
        kind=msgspec.convert(row.kind, type=Kind),
        dealers=tuple(row.dealers),
        renews=tuple(accepted(one).signed for one in renewed_keys(row.kind, slots)),
        order=msgspec.json.decode(bytes(row.order), type=Signed) if row.order else None,
        messages=tuple(messages(row)),
    )


def renewed_keys(kind: str, slots: Iterable[Slot]) -> list[Key]:
    """The keys that a refresh or reshare renews, slot by slot; none for new keys."""
    if kind == "dkg":
        return []
    return [Key.objects.get(circle=slot.circle, type=slot.type, epoch=slot.epoch) for slot in slots]


def messages(row: Ceremony, *, round_number: int | None = None) -> list[Signed]:
    """A ceremony's messages, by round and holder."""
    found = Message.objects.filter(ceremony=row).order_by("round", "index")
    if round_number is not None:
        found = found.filter(round=round_number)
    return [msgspec.json.decode(bytes(body), type=Signed) for body in found.values_list("body", flat=True)]


def absentees(row: Ceremony) -> str:
    """The holders that did not post in the first round that is not complete, as text."""
    indices = [holder.index for holder in partners.snapshot().head.holders]
    posted = set(Message.objects.filter(ceremony=row).values_list("round", "index"))
    for number in (1, 2, 3):
        away = [str(index) for index in indices if (number, index) not in posted]
        if away:
            return f"holder {', '.join(away)} in round {number}"
    return "nobody"


def holder(key: bytes) -> Holder:
    """The holder with this key. Raises NotAllowed `geen-recht`."""
    found = partners.snapshot().holder_with(key)
    if found is None:
        raise errors.NotAllowed("Only holders hand in log lines.")
    return found

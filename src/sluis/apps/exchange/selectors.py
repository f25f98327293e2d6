"""Reads of the exchange: keys, ceremonies, and what the circle's page shows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import msgspec
from django.db.models import Count, Q, QuerySet

from sluis.apps.audit import selectors as audit
from sluis.apps.exchange.models import (
    Ceremony,
    CeremonyState,
    Dispute,
    Feedback,
    Generation,
    Key,
    Message,
    Receipt,
    RefreshOrder,
    Removal,
    Signal,
)
from sluis.apps.partners import selectors as partners
from sluis.apps.privacy import selectors as privacy
from sluis.core import errors
from sluis.core.exchange import documents, epochs, openings
from sluis.core.exchange.ceremony import Kind
from sluis.core.exchange.documents import Signed
from sluis.core.exchange.encodings import KeyId
from sluis.core.exchange.epochs import Timetable
from sluis.core.exchange.keys import AcceptedKey, KeyRecord, Slot
from sluis.core.exchange.notices import replica_stream
from sluis.core.exchange.openings import OpenCeremony
from sluis.core.exchange.policy import Epoch, Holder, Section, Snapshot
from sluis.core.identifiers.kinds import IdentifierType
from sluis.core.law import decision
from sluis.core.law.decision import GROUNDS, Ground
from sluis.wire import clock

MONTH = 30 * 86_400
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


def accepted(row: Key) -> AcceptedKey:
    """The newest record of a key, as it was accepted."""
    signed = msgspec.json.decode(bytes(row.body), type=Signed)
    return AcceptedKey(documents.read(signed.payload, KeyRecord), signed)


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


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """One ground of refusal with its words, articles and what is possible instead."""

    activity: str
    gate: int
    ground: Ground | None
    code: str
    calls: int


@dataclass(frozen=True, slots=True)
class CirclePage:
    """Everything the page of one circle shows. No identifier, and nobody who asked."""

    section: Section
    assessment: privacy.Assessment | None
    shut: Ground | None
    epoch: Epoch | None
    keys: int
    live_signals: int
    tally: audit.Tally
    effects: Effects
    refused: tuple[RefusedRow, ...]
    holders: tuple[str, ...]
    threshold: int
    now: int


def circles_of(party: bytes) -> list[Section]:
    """The circles a party is a member of."""
    sections = partners.snapshot().sections.values()
    return [section for section in sections if any(member.id == party for member in section.members)]


def circle_page(name: str, *, party: bytes) -> CirclePage:
    """The page of the circle called `name`, for a member. Raises NotFound: who is no member learns nothing of it."""
    section = next((one for one in circles_of(party) if one.name == name), None)
    if section is None:
        raise errors.NotFound("You are in no circle of that name.", code="onbekende-kring")
    snapshot, now = partners.snapshot(), clock.now()
    tally = audit.tally(section.circle, since=now - MONTH)
    key_ids = [row.id for row in Timetables(snapshot, circle=section.circle).checked(at=now)]
    return CirclePage(
        section=section,
        assessment=privacy.assessment_of(section.circle),
        shut=shut_by(section, party=party, at=now),
        epoch=next((one for one in snapshot.head.epochs if one.start <= now < one.end), None),
        keys=len(key_ids),
        live_signals=Signal.objects.filter(key_id__in=key_ids, expires__gte=now // DAY).count(),
        tally=tally,
        effects=effects(section.circle, since=now - MONTH),
        refused=tuple(_refused(one) for one in tally.refused),
        holders=tuple(holder.name for holder in snapshot.head.holders),
        threshold=snapshot.head.threshold,
        now=now,
    )


def shut_by(section: Section, *, party: bytes, at: int) -> Ground | None:
    """Why the legal gate of a circle is shut for a member at `at` (seconds), or None when it is open."""
    member = next(one for one in section.members if one.id == party)
    tables = Timetables(partners.snapshot(), circle=section.circle)
    closed = all(tables.of(section.circle, kind).is_closed(at) for kind in section.identifier_types())
    ground = decision.decide(decision.Passage(section, member, at, closed=closed))
    if ground is not None:
        return ground
    try:
        privacy.basis_of(section.circle, at=at)
    except errors.NotPermitted as error:
        return GROUNDS[str(error.fields["ground"])]
    return None


def _refused(one: audit.Refused) -> RefusedRow:
    return RefusedRow(one.activity, 2, GROUNDS.get(one.ground), one.ground, one.calls)


@dataclass(frozen=True, slots=True)
class Overdue:
    """A member of a replica circle that has not said in a day that it processed a removal: since when (seconds)."""

    party: bytes
    key_id: bytes
    since: int


def overdue(circle: bytes) -> list[Overdue]:
    """Members whose last signed cursor lies before a removal of more than a day ago. Bucket circles hold no replica."""
    section, now = partners.snapshot().section(circle), clock.now()
    if section.mode != "replica":
        return []
    late: dict[tuple[bytes, bytes], int] = {}
    for removal in Removal.objects.filter(circle=circle, time__lt=now - DAY).order_by("-sequence"):
        key_id = bytes(removal.key_id)
        cursors = dict(Receipt.objects.filter(stream=replica_stream(key_id)).values_list("party", "sequence"))
        reached = {bytes(party): sequence for party, sequence in cursors.items()}
        for member in section.members:
            if reached.get(member.id, 0) < removal.sequence:
                late[member.id, key_id] = removal.time
    return [Overdue(party, key_id, since) for (party, key_id), since in sorted(late.items())]


@dataclass(frozen=True, slots=True)
class Effects:
    """What hits led to in a circle since a moment, and what was put right. Counts only: nobody's name, no identifier.

    `measures` and `within` count feedback by measure and by the time it took; a hit on two signals counts twice.
    """

    measures: dict[str, int]
    within: dict[str, int]
    disputes: dict[str, int]
    overdue: int


def effects(circle: bytes, *, since: int) -> Effects:
    """The counts of one circle since `since` (seconds). Open disputes and late receipts are those of now."""
    given = Feedback.objects.filter(circle=circle, time__gte=since)
    disputes = Dispute.objects.filter(Q(state="open") | Q(decided__gte=since), circle=circle)
    return Effects(_counted(given, "measure"), _counted(given, "within"), _counted(disputes, "state"), len(overdue(circle)))


def _counted(rows: QuerySet[Any], column: str) -> dict[str, int]:
    return {row[column]: row["amount"] for row in rows.values(column).annotate(amount=Count("pk"))}

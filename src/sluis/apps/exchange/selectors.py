"""Reads of the exchange: keys, ceremonies, and what the circle's page shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from sluis.apps.audit import selectors as audit
from sluis.apps.exchange.models import Ceremony, CeremonyState, Key, Message, Receipt, Removal, Signal
from sluis.apps.partners import selectors as partners
from sluis.apps.privacy import selectors as privacy
from sluis.core import errors
from sluis.core.exchange.documents import Signed
from sluis.core.exchange.encodings import KeyId
from sluis.core.exchange.keys import Slot
from sluis.core.exchange.notices import replica_stream
from sluis.core.exchange.policy import Epoch, Holder, Section, Snapshot
from sluis.core.identifiers.kinds import IdentifierType
from sluis.core.law import decision
from sluis.core.law.decision import GROUNDS, Ground
from sluis.wire import clock

MONTH = 30 * 86_400
DAY = 86_400


def live_keys(circle: bytes, snapshot: Snapshot, *, at: int) -> dict[KeyId, IdentifierType]:
    """The keys of a circle in the period of `at`, with their types. Raises Unavailable `geen-sleutelperiode`."""
    rows = Key.objects.filter(circle=circle, epoch=snapshot.epoch_at(at).number).values_list("id", "type")
    return {KeyId(bytes(key)): IdentifierType(kind) for key, kind in rows}


def key_records(circles: Iterable[bytes]) -> list[Signed]:
    """The signed key records of these circles."""
    bodies = Key.objects.filter(circle__in=list(circles)).values_list("body", flat=True)
    return [msgspec.json.decode(bytes(body), type=Signed) for body in bodies]


def missing_slots(snapshot: Snapshot, *, at: int) -> tuple[Slot, ...]:
    """Slots of all circles in the period of `at` that have no key yet, first generation, in order."""
    epoch = snapshot.epoch_at(at).number
    have = {(bytes(circle), kind) for circle, kind in Key.objects.filter(epoch=epoch).values_list("circle", "type")}
    wanted = (
        Slot(section.circle, kind, epoch, 1)
        for section in snapshot.sections.values()
        for kind in section.identifier_types()
        if section.from_ <= at < section.until and (section.circle, kind) not in have
    )
    return tuple(sorted(wanted))


class OpenCeremony(msgspec.Struct, frozen=True):
    """An open ceremony as holders read it."""

    id: bytes
    messages: tuple[Signed, ...]
    slots: tuple[Slot, ...]


def open_mailboxes(key: bytes) -> list[OpenCeremony]:
    """The open ceremonies, for a holder. Raises NotAllowed `geen-recht` for anybody else."""
    if partners.snapshot().holder_with(key) is None:
        raise errors.NotAllowed("Only holders read the mailbox of ceremonies.")
    return [
        OpenCeremony(bytes(row.id), tuple(messages(row)), msgspec.json.decode(bytes(row.slots), type=tuple[Slot, ...]))
        for row in Ceremony.objects.filter(state=CeremonyState.OPEN)
    ]


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
    key_ids = list(Key.objects.filter(circle=section.circle).values_list("id", flat=True))
    return CirclePage(
        section=section,
        assessment=privacy.assessment_of(section.circle),
        shut=shut_by(section, party=party, at=now),
        epoch=next((one for one in snapshot.head.epochs if one.start <= now < one.end), None),
        keys=len(key_ids),
        live_signals=Signal.objects.filter(key_id__in=key_ids, expires__gte=now // DAY).count(),
        tally=tally,
        refused=tuple(_refused(one) for one in tally.refused),
        holders=tuple(holder.name for holder in snapshot.head.holders),
        threshold=snapshot.head.threshold,
        now=now,
    )


def shut_by(section: Section, *, party: bytes, at: int) -> Ground | None:
    """Why the legal gate of a circle is shut for a member at `at` (seconds), or None when it is open."""
    member = next(one for one in section.members if one.id == party)
    ground = decision.decide(decision.Passage(section, member, at))
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

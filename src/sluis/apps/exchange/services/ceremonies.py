"""The mailbox of key ceremonies: opened where a key is missing, closed with a key or with the name of who failed."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Final

import msgspec
from django.db import connection, transaction
from django.db.models import Max

from sluis.apps.audit import services as audit
from sluis.apps.audit.services import Happening
from sluis.apps.exchange import selectors
from sluis.apps.exchange.models import Ceremony, CeremonyState, Generation, Key, Message
from sluis.apps.exchange.selectors import Due
from sluis.apps.partners import selectors as partners
from sluis.core import errors
from sluis.core.exchange import ceremony, documents, keys
from sluis.core.exchange.ceremony import Blame, Confirm
from sluis.core.exchange.documents import Signature, Signed
from sluis.core.exchange.keys import AcceptedKey, KeyRecord, Slot
from sluis.core.exchange.policy import Snapshot
from sluis.wire import clock

PATIENCE: Final = 60
_FINAL: Final = 3


class Posted(msgspec.Struct, frozen=True):
    """How the ceremony is after a message."""

    state: str


def open_ceremonies() -> int:
    """Ends ceremonies that waited 60 seconds, and opens one: for keys that are missing, a lost holder's shares, or old shares.

    Returns how many were opened. What failed last waits until the other kinds had their turn.
    """
    with transaction.atomic():
        _alone()
        for waiting in Ceremony.objects.select_for_update().filter(state=CeremonyState.OPEN):
            # Before it was opened counts as too late: the clock was set back.
            if not 0 <= clock.now() - waiting.opened < PATIENCE:
                waiting.end(CeremonyState.FAILED, why=f"absent: {selectors.absentees(waiting)}")
                audit.record(Happening("sleutelceremonie afgebroken"), reference=waiting.why)
        if Ceremony.objects.filter(state=CeremonyState.OPEN).exists():
            return 0
        due = sorted(selectors.due_ceremonies(partners.snapshot(), at=clock.now()), key=_last_failed)
        if not due:
            return 0
        _open(due[0])
    return 1


def _last_failed(due: Due) -> int:
    failed = Ceremony.objects.filter(state=CeremonyState.FAILED, kind=due.kind).aggregate(Max("opened"))
    return int(failed["opened__max"] or 0)


def _open(due: Due) -> None:
    Ceremony.objects.create(
        id=secrets.token_bytes(16),
        kind=due.kind,
        slots=msgspec.json.encode(due.slots),
        dealers=list(due.dealers),
        order=msgspec.json.encode(due.order) if due.order else None,
        opened=clock.now(),
    )
    audit.record(Happening("sleutelceremonie geopend", amount=len(due.slots)), reference=due.kind)


def _alone() -> None:
    """Until the transaction ends nobody else opens ceremonies: two at once would make two keys for a slot."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('ceremonies', 7))")


def post_message(identity: bytes, signed: Signed, *, key: bytes) -> Posted:
    """Puts a holder's message in the mailbox. The same message again changes nothing; another one for its round is refused.

    Raises NotAllowed (no holder, or not its own message), NotFound, Conflict `ceremonie-gesloten`, `al-gepost`.
    """
    snapshot = partners.snapshot()
    holder, message = snapshot.holder_with(key), ceremony.read(signed.payload)
    if holder is None or holder.index != message.index or key not in documents.signers("dkg", signed):
        raise errors.NotAllowed("A holder posts its own messages, signed with its own key.")
    if message.ceremony != identity:
        raise errors.Malformed("The message is of another ceremony.", code="andere-ceremonie")
    with transaction.atomic():
        row = Ceremony.objects.select_for_update().filter(id=identity).first()
        if row is None:
            raise errors.NotFound("There is no such ceremony.", code="onbekende-ceremonie")
        _put(row, message, signed)
        if row.state == CeremonyState.OPEN and message.round == _FINAL:
            _conclude(row, message, snapshot)
    return Posted(row.state)


def _put(row: Ceremony, message: ceremony.Message, signed: Signed) -> None:
    number, index, body = message.round, message.index, msgspec.json.encode(signed)
    there = Message.objects.filter(ceremony=row, round=number, index=index).first()
    if there is not None:
        if msgspec.json.decode(bytes(there.body), type=Signed).payload != signed.payload:
            raise errors.Conflict("You posted another message in this round.", code="al-gepost")
        return
    if row.state != CeremonyState.OPEN:
        raise errors.Conflict("This ceremony is over.", code="ceremonie-gesloten")
    Message.objects.create(ceremony=row, round=number, index=index, body=body)


def _conclude(row: Ceremony, message: ceremony.Message, snapshot: Snapshot) -> None:
    if isinstance(message, Blame):
        _fail(row, f"holder {message.against}: {message.reason}, says holder {message.index}")
        return
    confirms = {
        one.index: one
        for one in (ceremony.read(signed.payload) for signed in selectors.messages(row, round_number=_FINAL))
        if isinstance(one, Confirm)
    }
    if len(confirms) < len(snapshot.head.holders):
        return
    if len({one.transcript for one in confirms.values()}) > 1:
        _fail(row, "holders saw different messages")
        return
    _keep_keys(row, confirms, snapshot)


def _keep_keys(row: Ceremony, confirms: Mapping[int, Confirm], snapshot: Snapshot) -> None:
    try:
        accepted = [keys.accept(signed, snapshot) for signed in _countersigned(row, confirms, snapshot)]
    except errors.SluisError as error:
        _fail(row, error.reason)
        return
    if any(not _fits(row, one.record) for one in accepted):
        _fail(row, "sleutel-gewisseld")
        return
    for one in accepted:
        _keep(row, one)
    row.end(CeremonyState.DONE)
    audit.record(Happening("sleutels gemaakt" if row.kind == "dkg" else "sleutels vernieuwd", amount=len(accepted)))


def _fits(row: Ceremony, record: KeyRecord) -> bool:
    """Whether a record renews the key that is there by one generation, or is the first of its place."""
    there = Key.objects.filter(circle=record.circle, type=record.type, epoch=record.epoch).first()
    if row.kind == "dkg" or there is None:
        return row.kind == "dkg" and there is None
    return (bytes(there.id), there.generation + 1, there.made) == (record.id, record.generation, record.made)


def _keep(row: Ceremony, accepted: AcceptedKey) -> None:
    record, body = accepted.record, msgspec.json.encode(accepted.signed)
    fresh = {"generation": record.generation, "renewed": record.renewed, "body": body}
    first = {"circle": record.circle, "type": record.type, "epoch": record.epoch, "made": record.made}
    Key.objects.update_or_create(id=record.id, defaults=fresh, create_defaults={**first, **fresh})
    Generation.objects.create(
        key_id=record.id, generation=record.generation, renewed=record.renewed, ceremony=row.id, body=body
    )


def _countersigned(row: Ceremony, confirms: Mapping[int, Confirm], snapshot: Snapshot) -> list[Signed]:
    slots = msgspec.json.decode(bytes(row.slots), type=tuple[Slot, ...])
    if any(len(one.records) != len(slots) for one in confirms.values()):
        raise errors.Malformed("A holder confirmed other keys.", code="andere-sleutels")
    public = {holder.index: holder.key for holder in snapshot.head.holders}
    found = []
    for place in range(len(slots)):
        payload = confirms[1].records[place].record
        signatures = tuple(Signature(public[i], one.records[place].signature) for i, one in sorted(confirms.items()))
        found.append(Signed(payload, signatures))
    return found


def _fail(row: Ceremony, why: str) -> None:
    row.end(CeremonyState.FAILED, why=why)
    audit.record(Happening("sleutelceremonie afgebroken"), reference=why)

"""The mailbox of key ceremonies: opened where a key is missing, closed with a key or with the name of who failed."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Final

import msgspec
from django.db import connection, transaction

from sluis.apps.audit import services as audit
from sluis.apps.audit.services import Happening
from sluis.apps.exchange import selectors
from sluis.apps.exchange.models import Ceremony, CeremonyState, Key, Message
from sluis.apps.partners import selectors as partners
from sluis.core import errors
from sluis.core.exchange import ceremony, documents, keys
from sluis.core.exchange.ceremony import Blame, Confirm
from sluis.core.exchange.documents import Signature, Signed
from sluis.core.exchange.keys import Slot
from sluis.core.exchange.policy import Snapshot
from sluis.wire import clock

PATIENCE: Final = 60
_FINAL: Final = 3


class Posted(msgspec.Struct, frozen=True):
    """How the ceremony is after a message."""

    state: str


def open_ceremonies() -> int:
    """Ends ceremonies that waited 60 seconds, and opens one for all keys that are missing. Returns how many were opened."""
    with transaction.atomic():
        _alone()
        for waiting in Ceremony.objects.select_for_update().filter(state=CeremonyState.OPEN):
            if clock.now() - waiting.opened >= PATIENCE:
                waiting.end(CeremonyState.FAILED, why=f"absent: {selectors.absentees(waiting)}")
                audit.record(Happening("sleutelceremonie afgebroken"), reference=waiting.why)
        if Ceremony.objects.filter(state=CeremonyState.OPEN).exists():
            return 0
        slots = selectors.missing_slots(partners.snapshot(), at=clock.now())
        if not slots:
            return 0
        body = msgspec.json.encode(slots)
        Ceremony.objects.create(id=secrets.token_bytes(16), slots=body, opened=clock.now())
        audit.record(Happening("sleutelceremonie geopend", amount=len(slots)))
    return 1


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
    for one in accepted:
        record = one.record
        Key.objects.create(
            id=record.id,
            circle=record.circle,
            type=record.type,
            epoch=record.epoch,
            generation=record.generation,
            body=msgspec.json.encode(one.signed),
        )
    row.end(CeremonyState.DONE)
    audit.record(Happening("sleutels gemaakt", amount=len(accepted)))


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

"""A partner leaves: two people say so, roles end, its own data go along, the exchange is told, and a receipt is signed."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Final

import msgspec
from django.conf import settings

from sluis.apps.partners.models import ContactPoint, Departure, Invitation, Membership, Organisation, TwoPersonChange
from sluis.apps.partners.selectors import Acting, leaving
from sluis.apps.partners.services import changes, people, roles, telling
from sluis.apps.partners.services.changes import Rule
from sluis.core.exchange import documents
from sluis.core.exchange.encodings import document, sha256
from sluis.plumbing import outbox
from sluis.wire import clock, credentials

LEAVE: Final = Rule("vertrek", propose=roles.ADMINS, decide=roles.ADMINS)
# What rooms above follow: the exchange withdraws the signals of who left.
STREAM: Final = "partners"
WORD: Final = "vertrek"


class Leaving(msgspec.Struct, frozen=True):
    """Which organisation (party id, hexadecimal) leaves."""

    organisation: str


class Left(msgspec.Struct, frozen=True, tag="partner-left"):
    """The event on the stream `partners`."""

    party: bytes
    time: int


class Receipt(msgspec.Struct, frozen=True):
    """What was done, signed by the hub under `vertrek`. `export` is SHA-256 of the data that went along.

    `signals` says that the exchange was asked, by an event on the stream, to withdraw them.
    """

    organisation: str
    name: str
    left: int
    roles_ended: int
    invitations_ended: int
    export: str
    signals: str = "intrekken-gevraagd"


def propose_leaving(*, by: Acting, reason: str) -> TwoPersonChange:
    """Proposes that one's own organisation leaves. Raises as `changes.propose`."""
    told = Leaving(by.organisation.hex())
    return changes.propose(LEAVE, told, by=by, organisation=by.organisation, reason=reason)


def decide_leaving(change: int, *, by: Acting) -> str:
    """A second person says so too, and it is done: returns the code of the link to the receipt, shown once.

    Raises as `changes.approve`.
    """
    secret = secrets.token_urlsafe(24)
    with changes.deciding(LEAVE):
        row = changes.approve(LEAVE, change, by=by)
        party = bytes(row.organisation_id)
        organisation = Organisation.objects.select_for_update().get(id=party)
        ended = _end_roles(party)
        invitations = Invitation.objects.filter(organisation=organisation, used=None).update(until=clock.now())
        organisation.left = clock.now()
        organisation.save(update_fields=["left"])
        export = document(leaving.export_of(party))
        receipt = Receipt(party.hex(), organisation.name, organisation.left, ended, invitations, sha256(export).hex())
        ContactPoint.objects.filter(organisation=organisation).delete()
        _keep(row, secret, receipt=receipt, export=export)
        telling.note("partner vertrokken", organisation=party, detail=receipt.export)
        outbox.append(STREAM, [msgspec.json.encode(Left(party, organisation.left))])
    return secret


def _end_roles(party: bytes) -> int:
    rows = list(Membership.objects.select_for_update().filter(organisation=party, ended=None))
    for one in rows:
        people.end(one)
    return len(rows)


def _keep(row: TwoPersonChange, secret: str, *, receipt: Receipt, export: bytes) -> None:
    key = credentials.signing_key(Path(settings.SLUIS_HUB_KEY_FILE))
    signed = documents.sign(WORD, receipt, [key])
    Departure.objects.create(
        organisation_id=row.organisation_id,
        change=row,
        digest=leaving.departure_digest(secret),
        receipt=msgspec.json.encode(signed),
        export=export,
    )

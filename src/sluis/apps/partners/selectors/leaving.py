"""What this room keeps of an organisation, as it may take with it; and the receipt of who left."""

from __future__ import annotations

from typing import Any

import msgspec

from sluis.apps.partners.models import (
    Application,
    ContactPoint,
    Departure,
    Invitation,
    Membership,
    Organisation,
    OutsideIdentity,
    SignedAgreement,
    TwoPersonChange,
)
from sluis.core import errors
from sluis.core.exchange.encodings import sha256


def export_of(party: bytes) -> dict[str, Any]:
    """All of it, as JSON takes it: moments are seconds, octets hexadecimal. No secret and no digest of one is in it."""
    organisation = Organisation.objects.get(id=party)
    application = Application.objects.filter(organisation=organisation).first()
    return {
        "organisatie": {"id": party.hex(), "naam": organisation.name, "sector": organisation.sector},
        "mensen": [
            {"naam": one.user.get_username(), "email": one.user.email, "rol": one.role, "sinds": one.since, "tot": one.ended}
            for one in Membership.objects.select_related("user").filter(organisation=organisation).order_by("pk")
        ],
        "voorstellen": [_change(one) for one in _changes(organisation)],
        "uitnodigingen": [
            {"naam": one.username, "email": one.email, "rol": one.role, "tot": one.until, "gebruikt": one.used}
            for one in Invitation.objects.filter(organisation=organisation).order_by("pk")
        ],
        "inlogdienst": [
            {"naam": one.user.get_username(), "issuer": one.issuer, "subject": one.subject}
            for one in OutsideIdentity.objects.select_related("user").filter(organisation=organisation).order_by("pk")
        ],
        "contactpunten": [
            {"onderwerp": one.subject, "wie": one.who, "email": one.email, "telefoon": one.phone}
            for one in ContactPoint.objects.filter(organisation=organisation).order_by("subject")
        ],
        "aanmelding": _application(application) if application else None,
    }


def _changes(organisation: Organisation) -> list[TwoPersonChange]:
    rows = TwoPersonChange.objects.select_related("proposer", "decider").filter(organisation=organisation)
    return list(rows.order_by("pk"))


def _change(one: TwoPersonChange) -> dict[str, Any]:
    return {
        "soort": one.kind,
        "wat": msgspec.json.decode(bytes(one.payload)),
        "reden": one.reason,
        "voorgesteld": one.proposed,
        "door": one.proposer.get_username(),
        "stand": one.state,
        "besloten": one.decided,
        "besluiter": one.decider.get_username() if one.decider else None,
        "antwoord": one.answer,
    }


def _application(one: Application) -> dict[str, Any]:
    texts = ("reference", "door", "name", "kvk", "sector", "contact", "email", "motive", "mandate", "confidentiality")
    more = ("lawfulness", "received", "judgement", "circle", "answer")
    told: dict[str, Any] = {name: getattr(one, name) for name in (*texts, *more)}
    told["key"] = bytes(one.key).hex() if one.key else None
    told["afspraken"] = [
        {
            "code": row.code,
            "versie": row.version,
            "sha256": bytes(row.digest).hex(),
            "getekend": row.signed,
            "door": row.signer,
            "functie": row.office,
        }
        for row in SignedAgreement.objects.filter(application=one).order_by("place")
    ]
    return told


def departure(secret: str) -> Departure:
    """The departure behind this link. Raises NotFound `onbekend-vertrek`."""
    found = Departure.objects.select_related("organisation").filter(digest=departure_digest(secret)).first()
    if found is None:
        raise errors.NotFound("There is no receipt behind this link.", code="onbekend-vertrek")
    return found


def departure_digest(secret: str) -> bytes:
    """What is kept of the code in the link to a receipt."""
    return sha256(b"sluis/vertrek\0" + secret.encode())

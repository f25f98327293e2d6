"""Taking part: apply, the three-part test, agreements in order, a key, a first circle, and the core group's decision."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Final

import msgspec
from django.db import transaction

from sluis.apps.partners import selectors
from sluis.apps.partners.models import Application, Door, Invitation, Organisation, Role, SignedAgreement, Step
from sluis.apps.partners.selectors import Acting, admission
from sluis.apps.partners.services import changes, people, roles, telling
from sluis.apps.partners.services.changes import Rule
from sluis.core import errors
from sluis.core.errors import Fault
from sluis.core.exchange import documents
from sluis.core.identifiers import normalise
from sluis.wire import clock

CORE: Final = frozenset({Role.CORE_GROUP.value})
ADMIT: Final = Rule.by_role(admission.ADMISSION, admission.OFFICE, decide=CORE)
SECTORS: Final = (
    "bank",
    "telecom",
    "platform",
    "verkoper",
    "verzekeraar",
    "overheid",
    "hulp",
    "belangen",
    "wetenschap",
    "anders",
)
# A public form that a machine fills in by the thousand is shut for a while, and says so.
AN_HOUR: Final = 20
_LONGEST: Final = 2000
_SHORTEST: Final = 30
_TEXTS: Final = ("motive", "mandate", "confidentiality", "lawfulness")


class ApplicationForm(msgspec.Struct, frozen=True):
    """What an applicant fills in; texts of 30 to 2000 signs, `kvk` empty for who has none."""

    door: str
    name: str
    kvk: str
    sector: str
    contact: str
    email: str
    motive: str
    mandate: str
    confidentiality: str
    lawfulness: str


class Admission(msgspec.Struct, frozen=True):
    """A decision on an application."""

    application: int
    admit: bool


@dataclass(frozen=True, slots=True, repr=False)
class Received:
    """What an applicant keeps: the reference, and the code of its link, which is shown once."""

    reference: str
    secret: str


def apply(form: ApplicationForm) -> Received:
    """Takes an application. Raises Malformed with every fault at once, TooMany `te-veel-aanmeldingen`."""
    if faults := _faults(form):
        raise errors.Malformed("The application is not complete.", faults=faults)
    now, secret = clock.now(), secrets.token_urlsafe(24)
    with transaction.atomic():
        if Application.objects.filter(received__gt=now - 3600).count() >= AN_HOUR:
            raise errors.TooMany("Too many applications within the hour.", code="te-veel-aanmeldingen", retry_after=3600)
        row = Application.objects.create(
            reference=f"A-{secrets.token_hex(4).upper()}",
            digest=admission.link_digest(secret),
            received=now,
            since=now,
            challenge=secrets.token_bytes(32),
            **msgspec.structs.asdict(form),
        )
        telling.note("aanmelding ontvangen", organisation=b"", detail=row.reference)
    return Received(row.reference, secret)


def _faults(form: ApplicationForm) -> tuple[Fault, ...]:
    found = [
        *(_one(form.door in Door.values, "door", "kies-deelname")),
        *(_one(2 <= len(form.name) <= 120, "name", "naam-organisatie")),
        *(_one(form.sector in SECTORS, "sector", "kies-sector")),
        *(_one(2 <= len(form.contact) <= 120, "contact", "naam-contact")),
        *(_one(not roles.email_faults(form.email), "email", "onjuist-adres")),
        *(_one(not form.kvk or _is_kvk(form.kvk), "kvk", "onjuist-kvk")),
    ]
    for where in _TEXTS:
        found += _one(_SHORTEST <= len(getattr(form, where).strip()) <= _LONGEST, where, "antwoord-te-kort")
    return tuple(found)


def _one(is_right: bool, where: str, code: str) -> list[Fault]:
    return [] if is_right else [Fault(where, code, "Fill this in, and send again.")]


def _is_kvk(text: str) -> bool:
    try:
        normalise.parse("kvk", text)
    except errors.SluisError:
        return False
    return True


def judge(number: int, *, by: Acting, passed: bool, judgement: str) -> None:
    """The programme office's three-part test: mandate, confidentiality, lawful processing. Who fails waits for the decision.

    Raises NotAllowed `geen-recht`, NotFound, Malformed `reden-ontbreekt`, Conflict `andere-stap`.
    """
    if by.role != Role.PROGRAMME_OFFICE:
        raise errors.NotAllowed("The programme office holds the test.")
    if not judgement.strip() or len(judgement) > _LONGEST:
        raise errors.Malformed("Write what you found, in 2000 signs at most.", code="reden-ontbreekt")
    with transaction.atomic():
        row = _at(number, Step.TEST)
        row.passed, row.judgement = passed, judgement.strip()
        _to(row, Step.AGREEMENTS if passed else Step.DECISION)


def sign_agreement(application: Application, *, place: int, signer: str, office: str) -> None:
    """Signs the next agreement for the applicant, with the version and digest of the text as it is now.

    Raises Conflict `niet-aan-de-beurt`, `andere-stap`, Malformed `naam-ontbreekt`.
    """
    if not (2 <= len(signer.strip()) <= 120 and 2 <= len(office.strip()) <= 120):
        raise errors.Malformed("Write the name and the office of who signs.", code="naam-ontbreekt")
    with transaction.atomic():
        row = _at(application.pk, Step.AGREEMENTS)
        every = admission.agreements_of(row)
        following = next((one for one in every if one.signed is None), None)
        if following is None or following.place != place:
            raise errors.Conflict("Agreements are signed in their order.", code="niet-aan-de-beurt")
        SignedAgreement.objects.create(
            application=row,
            place=place,
            code=following.code,
            version=following.version,
            digest=following.digest,
            signer=signer.strip(),
            office=office.strip(),
            signed=clock.now(),
        )
        telling.note("afspraak getekend", organisation=b"", detail=f"{row.reference} {following.digest.hex()}")
        if place == len(every) - 1:
            _to(row, Step.KEY if row.door == Door.EXCHANGE else Step.DECISION)


def register_key(application: Application, *, key: bytes, signature: bytes) -> None:
    """Registers the organisation's public key (Ed25519, 32 octets) when `signature` (64) is of it over this application's
    challenge.

    Raises Malformed `onjuiste-sleutel`, ProtocolFailure `bewijs-klopt-niet`, Conflict `sleutel-bekend`, `andere-stap`.
    """
    with transaction.atomic():
        row = _at(application.pk, Step.KEY)
        _require_possession(row, key, signature)
        stored = selectors.stored_snapshot()
        in_policy = stored is not None and any(True for _section, _member in stored.memberships(key))
        if in_policy or Application.objects.filter(key=key).exists():
            raise errors.Conflict("This key is known already: make a new one.", code="sleutel-bekend")
        row.key = key
        telling.note("sleutel aangemeld", organisation=b"", detail=f"{row.reference} {key.hex()}")
        _to(row, Step.CIRCLE)


def _require_possession(row: Application, key: bytes, signature: bytes) -> None:
    if len(key) != 32:
        raise errors.Malformed("A public key is 32 octets: 64 hexadecimal digits.", code="onjuiste-sleutel")
    if not documents.holds(key, admission.message_to_sign(row, key), signature):
        told = "The signature is not of this key over this application's text."
        raise errors.ProtocolFailure(told, code="bewijs-klopt-niet")


def ask_circle(application: Application, *, circle: str) -> None:
    """Asks for a first circle, in words. Raises Malformed `kring-ontbreekt`, Conflict `andere-stap`."""
    if not 3 <= len(circle.strip()) <= 300:
        raise errors.Malformed("Say in 3 to 300 signs which circle you want.", code="kring-ontbreekt")
    with transaction.atomic():
        row = _at(application.pk, Step.CIRCLE)
        row.circle = circle.strip()
        _to(row, Step.DECISION)


def propose_admission(number: int, *, by: Acting, admit: bool, reason: str) -> None:
    """Proposes to admit, at the step of the decision, or to refuse, at any step, with the reason that the applicant reads.

    Raises as `changes.propose`, NotFound, Conflict `andere-stap`, `toets-niet-gehaald`.
    """
    with transaction.atomic():
        row = _locked(number)
        if row.step in admission.ENDED or (admit and row.step != Step.DECISION):
            raise errors.Conflict("This application is at another step.", code="andere-stap")
        if admit and not row.passed:
            raise errors.Conflict("Who did not pass the test is not admitted.", code="toets-niet-gehaald")
        told = Admission(application=number, admit=admit)
        row.change = changes.propose(ADMIT, told, by=by, organisation=by.organisation, reason=reason)
        row.save(update_fields=["change"])


def decide_admission(change: int, *, by: Acting) -> Application:
    """The core group's second person approves: the organisation takes part from now on, or reads why it does not.

    Raises as `changes.approve`, Conflict `andere-stap`.
    """
    with changes.deciding(ADMIT):
        decided = changes.approve(ADMIT, change, by=by)
        told = changes.payload_of(decided, Admission)
        row = _locked(told.application)
        if row.step in admission.ENDED or (told.admit and row.step != Step.DECISION):
            raise errors.Conflict("This application is at another step.", code="andere-stap")
        row.change, row.answer = decided, decided.reason
        if told.admit:
            row.organisation = Organisation.objects.get(id=people.name_organisation(row.name, sector=row.sector))
        _to(row, Step.ADMITTED if told.admit else Step.REFUSED)
    return row


def first_account(application: Application, *, username: str) -> str:
    """The secret of an invitation for the first administrator, for an applicant that was admitted; one account in all.

    Raises Conflict `andere-stap`, `account-bestaat`, Malformed with faults.
    """
    if faults := roles.name_faults(username):
        raise errors.Malformed("The name does not read.", faults=tuple(faults))
    secret = secrets.token_urlsafe(24)
    with transaction.atomic():
        row = _at(application.pk, Step.ADMITTED)
        known = Invitation.objects.select_for_update().filter(change=row.change_id).first()
        if known is not None and known.used is not None:
            raise errors.Conflict("The first account was made; its administrator invites others.", code="account-bestaat")
        told = {
            "organisation_id": row.organisation_id,
            "username": username,
            "email": row.email,
            "role": Role.ORG_ADMIN.value,
            "digest": roles.invitation_digest(secret),
            "until": clock.now() + roles.INVITED_FOR,
        }
        Invitation.objects.update_or_create(change_id=row.change_id, defaults=told)
    return secret


def withdraw_application(application: Application) -> None:
    """The applicant takes it back. Raises Conflict `andere-stap` when it ended already."""
    with transaction.atomic():
        row = _locked(application.pk)
        if row.step in admission.ENDED:
            raise errors.Conflict("This application is at another step.", code="andere-stap")
        _to(row, Step.WITHDRAWN)


def _locked(number: int) -> Application:
    row = Application.objects.select_for_update().filter(pk=number).first()
    if row is None:
        raise errors.NotFound("There is no such application.", code="onbekende-aanmelding")
    return row


def _at(number: int, step: Step) -> Application:
    row = _locked(number)
    if row.step != step:
        raise errors.Conflict("This application is at another step.", code="andere-stap")
    return row


def _to(row: Application, step: Step) -> None:
    row.step, row.since = step, clock.now()
    row.save()
    party = bytes(row.organisation_id) if row.organisation_id else b""
    telling.note(f"aanmelding: {step.value}", organisation=party, detail=row.reference)

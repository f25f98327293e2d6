"""Applications as the applicant, the programme office and the core group see them."""

from __future__ import annotations

from dataclasses import dataclass
from hmac import compare_digest
from typing import Final

from sluis.apps.partners.models import Application, ChangeState, Door, Role, SignedAgreement, Step, TwoPersonChange
from sluis.apps.partners.selectors.people import Acting
from sluis.core import errors, packaged
from sluis.core.exchange.encodings import sha256
from sluis.wire import clock

OFFICE: Final = frozenset({Role.PROGRAMME_OFFICE.value, Role.CORE_GROUP.value})
ENDED: Final = (Step.ADMITTED, Step.REFUSED, Step.WITHDRAWN)
ADMISSION: Final = "toelating"
# In the order in which they are signed: (code, version).
AGREEMENTS: Final = {
    Door.WORKING_GROUP.value: (("deelname", 1), ("geheimhouding", 1)),
    Door.EXCHANGE.value: (("deelname", 1), ("geheimhouding", 1), ("gegevens", 1), ("kringregels", 1)),
}


@dataclass(frozen=True, slots=True)
class Agreement:
    """An agreement with its text; `signed` is the signature under it, when there is one."""

    place: int
    code: str
    version: int
    text: str
    digest: bytes
    signed: SignedAgreement | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """One row of the pipeline: the application, whole days at this step, and whether a decision on it was proposed."""

    application: Application
    days: int
    has_proposal: bool


def text_of(code: str, version: int) -> str:
    """The words of an agreement, as shipped."""
    return packaged.read("sluis.apps.partners", f"{code}-{version}.txt").decode()


def agreements_of(application: Application) -> tuple[Agreement, ...]:
    """What this applicant signs, in order, with what was signed already."""
    signed = {one.place: one for one in SignedAgreement.objects.filter(application=application)}
    rows = []
    for place, (code, version) in enumerate(AGREEMENTS[application.door]):
        text = text_of(code, version)
        rows.append(Agreement(place, code, version, text, sha256(text.encode()), signed.get(place)))
    return tuple(rows)


def application_of(reference: str, secret: str) -> Application:
    """The application with this reference, for who has its code. Raises NotFound `onbekende-aanmelding`."""
    found = Application.objects.select_related("organisation").filter(reference=reference).first()
    if found is None or not compare_digest(bytes(found.digest), link_digest(secret)):
        raise errors.NotFound("There is no such application.", code="onbekende-aanmelding")
    return found


def link_digest(secret: str) -> bytes:
    """What is kept of the code in an applicant's link."""
    return sha256(b"sluis/aanmelding\0" + secret.encode())


def message_to_sign(application: Application, key: bytes) -> bytes:
    """What the organisation's key signs to show that it is there: text, so that any tool signs it."""
    challenge = bytes(application.challenge).hex()
    return f"sluis aansluiten 1\n{application.reference}\n{challenge}\n{key.hex()}\n".encode()


def pipeline(by: Acting) -> tuple[Waiting, ...]:
    """Every application that goes on, oldest step first. Raises NotAllowed for who does not steer."""
    _require_office(by)
    proposed = {one.pk for one in _proposals()}
    rows = Application.objects.exclude(step__in=ENDED).order_by("since", "pk")
    now = clock.now()
    return tuple(Waiting(one, (now - one.since) // 86_400, one.change_id in proposed) for one in rows)


def ended_applications(by: Acting, *, most: int = 50) -> tuple[Application, ...]:
    """Those that came to an end, the newest first."""
    _require_office(by)
    return tuple(Application.objects.filter(step__in=ENDED).order_by("-since", "-pk")[:most])


def application_numbered(number: int, *, by: Acting) -> Application:
    """One of them. Raises NotAllowed, NotFound."""
    _require_office(by)
    found = Application.objects.select_related("organisation", "change__proposer").filter(pk=number).first()
    if found is None:
        raise errors.NotFound("There is no such application.", code="onbekende-aanmelding")
    return found


def _require_office(by: Acting) -> None:
    if by.role not in OFFICE:
        raise errors.NotAllowed("Programme office and core group see the applications.")


def _proposals() -> list[TwoPersonChange]:
    return list(TwoPersonChange.objects.filter(kind=ADMISSION, state=ChangeState.PROPOSED))

"""Guests: advisers from outside with access to one case until a moment; what members see of them, and what they see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

from sluis.apps.casework.models import Bottleneck, CaseFile, Guest, Owner
from sluis.apps.casework.selectors import rules, stages
from sluis.apps.casework.selectors.cases import StageView, case_of, stage_views
from sluis.apps.casework.selectors.inventory import seeing
from sluis.apps.consent.selectors import rules as consent
from sluis.apps.partners import selectors as partners
from sluis.apps.partners.selectors import Acting
from sluis.core import errors
from sluis.core.exchange.encodings import sha256
from sluis.plumbing import viewing
from sluis.plumbing.viewing import Seeing
from sluis.wire import clock


@dataclass(frozen=True, slots=True)
class Adviser:
    """Somebody signed in, as a person alone: of no organisation."""

    person: int
    name: str


@dataclass(frozen=True, slots=True)
class GuestRow:
    """A guest of a case for its members. `state`: voorgedragen, uitgenodigd, toegang, voorbij, beëindigd."""

    id: UUID
    name: str
    office: str
    until: int
    state: str
    proposed_by: str
    confirmed_by: str
    may_confirm: bool
    may_end: bool


@dataclass(frozen=True, slots=True)
class GuestsPage:
    """The guests of a case, newest first."""

    case: UUID
    title: str
    guests: tuple[GuestRow, ...]
    may_propose: bool


@dataclass(frozen=True, slots=True, repr=False)
class AdvicePage:
    """The one case of a guest: the bottleneck, the stages with their evidence, until when, and whether advice is asked now."""

    id: UUID
    title: str
    paragraphs: tuple[str, ...]
    stages: tuple[StageView, ...]
    until: int
    is_asked: bool


def adviser(user: AbstractBaseUser | AnonymousUser) -> Adviser:
    """The person who is signed in. Raises NotAllowed `geen-recht` for nobody."""
    if user.pk is None:
        raise errors.NotAllowed("Sign in first.")
    return Adviser(int(user.pk), user.get_username())


def visiting(who: Adviser) -> Seeing:
    """A transaction that sees what was opened to this person, within its term."""
    return viewing.as_guest(who.person, at=clock.now())


def digest_of(secret: str) -> bytes:
    """What is kept of the secret of an invitation."""
    return sha256(b"sluis/casus-gast\0" + secret.encode())


def guests_page(acting: Acting, case: UUID) -> GuestsPage:
    """The guests of a case, for its members. Raises NotAllowed `geen-recht`, NotFound `onbekende-casus`."""
    consent.require(acting, rules.READERS)
    names = partners.names()
    with seeing(acting):
        held = case_of(case, acting.organisation)
        rows = list(Guest.objects.filter(case=held).order_by("-proposed", "id"))
    decides = acting.role in rules.DECIDERS and held.state == "loopt"
    return GuestsPage(held.id, held.title, tuple(_row(one, acting, names) for one in rows), may_propose=decides)


def _row(row: Guest, acting: Acting, names: Mapping[bytes, str]) -> GuestRow:
    state, decides = state_of(row, clock.now()), acting.role in rules.DECIDERS
    return GuestRow(
        id=row.id,
        name=row.name,
        office=row.office,
        until=row.until,
        state=state,
        proposed_by=names.get(bytes(row.party), ""),
        confirmed_by=names.get(bytes(row.confirmer), "") if row.confirmer is not None else "",
        may_confirm=decides and state == "voorgedragen" and bytes(row.party) != acting.organisation,
        may_end=decides and state not in {"voorbij", "beëindigd"},
    )


def state_of(row: Guest, now: int) -> str:
    """How access stands at `now` (seconds): past its term it is over, whether or not anybody looked."""
    if row.ended is not None:
        return "beëindigd"
    if now >= row.until:
        return "voorbij"
    if row.confirmed is None:
        return "voorgedragen"
    return "uitgenodigd" if row.user is None else "toegang"


def advice_cases(who: Adviser) -> tuple[tuple[UUID, str], ...]:
    """The cases that are open to a guest now: id and title."""
    with visiting(who):
        return tuple(CaseFile.objects.filter(id__in=_open_to(who)).order_by("title").values_list("id", "title"))


def _open_to(who: Adviser) -> list[UUID]:
    now = clock.now()
    mine = Guest.objects.filter(user=who.person, confirmed__isnull=False, ended=None, until__gt=now)
    return list(mine.values_list("case", flat=True))


def open_case_of(who: Adviser, case: UUID) -> CaseFile:
    """The case while it is open to this guest, inside `visiting`. Raises NotFound `onbekende-casus`."""
    found = CaseFile.objects.filter(id=case).first() if case in _open_to(who) else None
    if found is None:
        raise errors.NotFound("There is no such case, or your access is over.", code="onbekende-casus")
    return found


def advice_page(who: Adviser, case: UUID) -> AdvicePage:
    """The case for its guest. Raises NotFound `onbekende-casus`: also a second after the term."""
    names = partners.names()
    with visiting(who):
        held = open_case_of(who, case)
        owners = {one.stage: one for one in Owner.objects.filter(case=held)}
        until = Guest.objects.filter(case=held, user=who.person).order_by("-until").values_list("until", flat=True)[0]
        entry = Bottleneck.objects.get(id=held.bottleneck_id)
        return AdvicePage(
            id=held.id,
            title=held.title,
            paragraphs=tuple(consent.paragraphs(entry.text)),
            stages=stage_views(held, owners=owners, names=names),
            until=until,
            is_asked=held.state == "loopt" and held.stage == stages.LEGAL,
        )

"""Guests: one member proposes an adviser, another confirms; the adviser makes an account, reads one case and gives advice."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid4

from sluis.apps.audit import services as audit
from sluis.apps.audit.services import Happening
from sluis.apps.casework.models import Evidence, Guest
from sluis.apps.casework.selectors import guests, rules, stages
from sluis.apps.casework.selectors.guests import Adviser
from sluis.apps.casework.selectors.rules import Words
from sluis.apps.casework.services import acts, locking
from sluis.apps.casework.services.cases import Paper
from sluis.apps.consent.selectors import visibility
from sluis.apps.consent.services import messages
from sluis.apps.consent.services.messages import Subject
from sluis.apps.partners import services as partners
from sluis.apps.partners.selectors import Acting
from sluis.apps.partners.services import roles
from sluis.core import errors
from sluis.core.errors import Fault
from sluis.plumbing import viewing
from sluis.wire import clock

DAY: Final = 86_400
LONGEST: Final = 90


@dataclass(frozen=True, slots=True)
class Invited:
    """An adviser to propose: name, office, and for how many days from now (1 to 90)."""

    name: str
    office: str
    days: int


def propose_guest(acting: Acting, case: UUID, invited: Invited) -> UUID:
    """Proposes access for an adviser from outside to one case; opens nothing yet. Returns the guest's id.

    Raises NotAllowed `geen-recht`, NotFound `onbekende-casus`, Malformed `tekst-onjuist`, Conflict `casus-gesloten`.
    """
    wrong = () if 1 <= invited.days <= LONGEST else (Fault("dagen", "buiten-termijn", "Choose 1 to 90 days."),)
    kept = rules.written({"naam": Words(invited.name, rules.TITLE), "kantoor": Words(invited.office, rules.TITLE)}, more=wrong)
    with acts.act(acting, "casusgast voordragen", rules.DECIDERS):
        held, now, identity = locking.lock(case, acting.organisation), clock.now(), uuid4()
        Guest.objects.create(
            id=identity,
            case=held,
            group_id=held.group_id,
            name=kept["naam"],
            office=kept["kantoor"],
            until=now + invited.days * DAY,
            party=acting.organisation,
            person=acting.person,
            proposed=now,
        )
        acts.log(acting, "casusgast voordragen", identity)
        others = [one for one in visibility.members(held.group_id) if one != acting.organisation]
        messages.tell(others, Subject("gast-voorgedragen", held.id))
    return identity


def confirm_guest(acting: Acting, case: UUID, guest: UUID) -> str:
    """Confirms what another member proposed. Returns the secret of the invitation: shown now, never again.

    Raises NotAllowed `geen-recht`, `eigen-voordracht`, NotFound `onbekende-casus`, `onbekende-gast`, Conflict
    `casus-gesloten`, `gast-besloten`.
    """
    with acts.act(acting, "casusgast bevestigen", rules.DECIDERS):
        held = locking.lock(case, acting.organisation)
        row, now, secret = _row(held.id, guest), clock.now(), secrets.token_urlsafe(24)
        if bytes(row.party) == acting.organisation:
            raise errors.NotAllowed("Another member confirms.", code="eigen-voordracht")
        if guests.state_of(row, now) != "voorgedragen":
            raise errors.Conflict("This was decided, or its term is over.", code="gast-besloten")
        row.confirmer, row.confirmer_person, row.confirmed = acting.organisation, acting.person, now
        row.digest = guests.digest_of(secret)
        row.save(update_fields=["confirmer", "confirmer_person", "confirmed", "digest"])
        acts.log(acting, "casusgast bevestigen", row.id)
    return secret


def end_guest(acting: Acting, case: UUID, guest: UUID) -> None:
    """Ends access at once, or turns a proposal down: one member is enough for what shuts.

    Raises NotAllowed `geen-recht`, NotFound `onbekende-casus`, `onbekende-gast`, Conflict `casus-gesloten`, `gast-besloten`.
    """
    with acts.act(acting, "casusgast beëindigen", rules.DECIDERS):
        row = _row(locking.lock(case, acting.organisation).id, guest)
        if row.ended is not None:
            raise errors.Conflict("This access ended before.", code="gast-besloten")
        row.ended = clock.now()
        row.save(update_fields=["ended"])
        acts.log(acting, "casusgast beëindigen", row.id)


def _row(case: UUID, guest: UUID) -> Guest:
    row = Guest.objects.select_for_update().filter(id=guest, case=case).first()
    if row is None:
        raise errors.NotFound("There is no such guest.", code="onbekende-gast")
    return row


def invited_by(secret: str) -> str:
    """The name of who may use this secret now. Raises NotFound `onbekende-uitnodiging`."""
    with viewing.by_secret(guests.digest_of(secret)):
        return _usable(secret).name


def _usable(secret: str) -> Guest:
    row = Guest.objects.select_for_update().filter(digest=guests.digest_of(secret)).first()
    if row is None or guests.state_of(row, clock.now()) != "uitgenodigd":
        raise errors.NotFound("This invitation was used or is over its term.", code="onbekende-uitnodiging")
    return row


def accept_guest(secret: str, *, username: str, password: str) -> None:
    """Uses an invitation, once: makes an account that acts for no organisation, or takes one whose password is shown.

    Raises NotFound `onbekende-uitnodiging`, Malformed `tekst-onjuist`, `zwak-wachtwoord`, NotAllowed `naam-bezet`.
    """
    if faults := tuple(roles.name_faults(username)):
        raise errors.Malformed("This name does not read.", code="tekst-onjuist", faults=faults)
    with audit.recorded_refusals(Happening("casusgast aanvaarden")), viewing.by_secret(guests.digest_of(secret)):
        row = _usable(secret)
        row.user, row.used = partners.account(username, password=password).pk, clock.now()
        row.save(update_fields=["user", "used"])
        audit.record(Happening("casusgast aanvaarden"), reference=row.id.hex)


def give_advice(who: Adviser, case: UUID, paper: Paper) -> UUID:
    """Puts advice forward at the legal stage. Returns the evidence's id.

    Raises NotFound `onbekende-casus` past the term, Malformed `tekst-onjuist`, Conflict `geen-advies-gevraagd`.
    """
    kept = rules.written(
        {
            "titel": Words(paper.title, rules.TITLE),
            "vindplaats": Words(paper.link, rules.LINE, needed=False),
            "advies": Words(paper.text),
        }
    )
    with guests.visiting(who):
        held = guests.open_case_of(who, case)
        if held.state != "loopt" or held.stage != stages.LEGAL:
            raise errors.Conflict("Advice is asked at the legal stage.", code="geen-advies-gevraagd")
        row = Evidence.objects.create(
            case=held,
            group_id=held.group_id,
            stage=held.stage,
            round=held.round,
            kind=stages.ADVICE,
            title=kept["titel"],
            link=kept["vindplaats"],
            text=kept["advies"],
            party=None,
            person=who.person,
            name=_name(held.id, who),
            time=clock.now(),
        )
        audit.record(Happening("casusadvies inbrengen"), reference=row.id.hex)
        told = bytes(Guest.objects.filter(case=held, user=who.person).values_list("party", flat=True)[0])
        messages.tell([told], Subject("advies-gegeven", held.id))
    return row.id


def _name(case: UUID, who: Adviser) -> str:
    """As members know the adviser: name and office."""
    row = Guest.objects.filter(case=case, user=who.person).order_by("-until")[0]
    return f"{row.name}, {row.office}"

"""Releases: propose, change the audience, call off."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sluis.apps.consent.models import Group, Item, Release, Version
from sluis.apps.consent.selectors import asked, rules, visibility
from sluis.apps.consent.selectors.rules import Audience
from sluis.apps.consent.services import acts, items, messages, rounds
from sluis.apps.consent.services.messages import Subject
from sluis.apps.partners import selectors as partners
from sluis.apps.partners.selectors import Acting
from sluis.core import errors
from sluis.wire import clock


@dataclass(frozen=True, slots=True)
class Proposal:
    """A wider audience for an item as it reads now: the marking under which it goes out, the term in days, and `sure` when the
    proposer saw the warning that this group never went so wide."""

    audience: Audience
    marking: str
    days: int = rules.TERM
    sure: bool = False


def propose(acting: Acting, item: UUID, proposal: Proposal) -> UUID:
    """Asks every contributor to agree to this text for this audience. Returns the release's id.

    Raises NotAllowed `geen-recht`, NotFound `onbekend-stuk`, Malformed `publiek-onjuist`, `markering-past-niet`,
    `termijn-onjuist`, Conflict `vrijgave-loopt`, `ongewoon-publiek`.
    """
    rules.days(proposal.days)
    rules.check_audience(proposal.audience, proposal.marking, sectors=partners.sectors())
    with acts.act(acting, "vrijgave voorstellen", rules.WRITERS):
        held = items.lock(item, acting.organisation)
        _require_free(held)
        _require_usual(held, proposal.audience, sure=proposal.sure)
        row = _drafted(acting, held, proposal)
        row.save(force_insert=True)
        acts.log(acting, "vrijgave voorstellen", row.id)
        messages.tell(visibility.contributors(held.id), Subject("instemming-gevraagd", held.id))
    return row.id


def _drafted(acting: Acting, item: Item, proposal: Proposal) -> Release:
    row = Release(
        item=item,
        group_id=item.group_id,
        kind=item.kind,
        rule=Group.objects.values_list("rule", flat=True).get(id=item.group_id),
        proposer=acting.organisation,
        person=acting.person,
        days=proposal.days,
    )
    rounds.address(row, proposal.audience, proposal.marking)
    rounds.start(row, Version.objects.get(item=item, number=item.version))
    return row


def _require_free(item: Item) -> None:
    """An overdue release is written off here, so that nobody waits for the worker."""
    now, open_ones = clock.now(), Release.objects.filter(item=item, state="open")
    open_ones.filter(ends__lte=now).update(state="verlopen", closed=now)
    if open_ones.exists():
        raise errors.Conflict("A release of this item waits already.", code="vrijgave-loopt")


def _require_usual(item: Item, audience: Audience, *, sure: bool) -> None:
    if not sure and rules.is_unusual(audience, asked.used_by(item.group_id)):
        raise errors.Conflict("This group never let anything go to so wide an audience.", code="ongewoon-publiek")


def change_audience(acting: Acting, release: UUID, proposal: Proposal) -> None:
    """Another audience, marking or term for a release that waits: all are asked again, and earlier consents count for nothing.

    Raises as `propose`, and NotFound `onbekende-vrijgave`, Conflict `niet-meer-open`.
    """
    rules.days(proposal.days)
    rules.check_audience(proposal.audience, proposal.marking, sectors=partners.sectors())
    with acts.act(acting, "publiek wijzigen", rules.WRITERS):
        item = items.lock(_row(release).item_id, acting.organisation)
        row = lock(release)
        _require_usual(item, proposal.audience, sure=proposal.sure)
        row.days = proposal.days
        rounds.address(row, proposal.audience, proposal.marking)
        acts.log(acting, "publiek wijzigen", row.id)
        # Who changes what is asked is the one who proposes it: somebody else has to agree.
        row.proposer, row.person = acting.organisation, acting.person
        rounds.ask_again(row, Version.objects.get(item=item, number=item.version))


def withdraw(acting: Acting, release: UUID) -> None:
    """Calls a release off before it went out: the proposer's organisation, or any contributor.

    Raises NotAllowed `geen-recht`, NotFound `onbekende-vrijgave`, Conflict `niet-meer-open`.
    """
    with acts.act(acting, "vrijgave intrekken", rules.DECIDERS):
        row = lock(release)
        contributors = visibility.contributors(row.item_id)
        if acting.organisation not in (bytes(row.proposer), *contributors):
            raise errors.NotAllowed("Only who proposed or contributed calls a release off.")
        close(row, "ingetrokken")
        acts.log(acting, "vrijgave intrekken", row.id)
        messages.tell(contributors, Subject("vrijgave-afgerond", row.item_id))


def _row(release: UUID) -> Release:
    found = Release.objects.filter(id=release).first()
    if found is None:
        raise errors.NotFound("There is no such release, or it is not yours.", code="onbekende-vrijgave")
    return found


def lock(release: UUID) -> Release:
    """The release, open and within its term; until the transaction ends nobody else answers to it or changes it.

    Raises NotFound `onbekende-vrijgave`, Conflict `niet-meer-open`, `termijn-voorbij`.
    """
    _row(release)
    row = Release.objects.select_for_update().get(id=release)
    state = row.state_at(clock.now())
    if row.state == "open" and state != "open":
        raise errors.Conflict("The term is over: silence is no, and it stays inside.", code="termijn-voorbij")
    if state != "open":
        raise errors.Conflict("This release is over.", code="niet-meer-open")
    return row


def close(row: Release, state: str) -> None:
    """Ends a release that the caller locked."""
    row.state, row.closed = state, clock.now()
    row.save(update_fields=["state", "closed"])

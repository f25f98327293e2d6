"""What waits for a second person, and what was decided."""

from __future__ import annotations

from django.db.models import QuerySet

from sluis.apps.partners.models import ChangeState, Membership, Role, TwoPersonChange
from sluis.apps.partners.selectors.people import Acting
from sluis.wire import clock


def waiting_changes(organisation: bytes, *, kinds: frozenset[str]) -> QuerySet[TwoPersonChange]:
    """Proposals of these kinds for an organisation that nobody decided yet, oldest first."""
    return _changes(organisation, kinds).filter(state=ChangeState.PROPOSED, until__gt=clock.now()).order_by("proposed", "pk")


def waiting_for(by: Acting, *, kinds: frozenset[str]) -> QuerySet[TwoPersonChange]:
    """What waits in one's own organisation; for the programme office, which decides where an organisation has too few
    people, in every one.
    """
    if by.role != Role.PROGRAMME_OFFICE:
        return waiting_changes(by.organisation, kinds=kinds)
    return waiting_everywhere(kinds=kinds)


def waiting_everywhere(*, kinds: frozenset[str]) -> QuerySet[TwoPersonChange]:
    """Proposals of these kinds in every organisation that nobody decided yet, oldest first: for who decides for all of them."""
    rows = TwoPersonChange.objects.select_related("proposer", "decider", "organisation")
    return rows.filter(kind__in=kinds, state=ChangeState.PROPOSED, until__gt=clock.now()).order_by("proposed", "pk")


def decided_changes(organisation: bytes, *, kinds: frozenset[str], most: int = 50) -> QuerySet[TwoPersonChange]:
    """Of these kinds, the newest first."""
    return _changes(organisation, kinds).exclude(state=ChangeState.PROPOSED).order_by("-decided", "-pk")[:most]


def _changes(organisation: bytes, kinds: frozenset[str]) -> QuerySet[TwoPersonChange]:
    rows = TwoPersonChange.objects.select_related("proposer", "decider", "organisation")
    return rows.filter(organisation=organisation, kind__in=kinds)


def colleagues(by: Acting) -> QuerySet[Membership]:
    """Everybody with a role in one's own organisation, now and before."""
    rows = Membership.objects.select_related("user").filter(organisation=by.organisation)
    return rows.order_by("user__username", "-since", "-pk")

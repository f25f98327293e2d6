"""A pilot to show: with invented data only, two people who exist begin it as they would by hand."""

from __future__ import annotations

import msgspec
from django.conf import settings
from django.db import transaction

from sluis.apps.consent.services import staging
from sluis.apps.exchange.models import Pilot
from sluis.apps.exchange.services import pilots
from sluis.apps.partners import selectors as partners
from sluis.core import errors
from sluis.core.exchange.pilots import DAY, SYNTHETIC, Bound, Plan
from sluis.wire import clock


class StagedPilot(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A pilot of the circle called `circle`, from now on for `days`: what it is about, who proposes it and who of another
    member confirms it, by the names they sign in with."""

    circle: str
    title: str
    hypothesis: str
    days: int
    goal: Bound
    criteria: tuple[Bound, ...]
    proposer: str
    confirmer: str
    reason: str


def stage_pilot(form: StagedPilot) -> bool:
    """Begins the pilot that the form tells of; False when the circle ever had one.

    Raises NotAllowed `geen-recht` with real data, NotFound `onbekende-persoon`, `onbekende-kring`, and what the acts raise that
    people do by hand.
    """
    if not settings.SLUIS_INVENTED:
        raise errors.NotAllowed("A pilot is staged with invented data only.")
    proposer, confirmer = staging.person(form.proposer), staging.person(form.confirmer)
    now, section = clock.now(), partners.snapshot().named(form.circle)
    if Pilot.objects.filter(circle=section.circle).exists():
        return False
    term = (SYNTHETIC, now, now + form.days * DAY)
    plan = Plan(form.title, form.hypothesis, *term, form.goal, form.criteria)
    with transaction.atomic():
        row = pilots.propose(form.circle, plan, by=proposer, reason=form.reason)
        pilots.confirm(row, by=confirmer)
    return True

"""Reads of pilots: whether one lets anything pass, what of it is whose to read, and the counts it is judged by.

Who steers sees a title, a state and dates. What a pilot should show, its counts and what people concluded is for members of its
circle; row-level security keeps it so (`exchange_pilotplan`, `exchange_pilotstep`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec
from django.db.models import Count, Q, Sum
from django.db.models.expressions import RawSQL

from sluis.apps.audit import selectors as audit
from sluis.apps.exchange.models import Disclosure, Dispute, Feedback, Pilot, PilotPlan, PilotStep
from sluis.apps.exchange.selectors import keys
from sluis.apps.partners import selectors as partners
from sluis.apps.partners.selectors import Acting, Role
from sluis.apps.privacy import selectors as privacy
from sluis.core import errors
from sluis.core.exchange import pilots
from sluis.core.exchange.pilots import Bound, Counts, Decision, Phase, State
from sluis.core.exchange.policy import Section
from sluis.core.exchange.rights import NO_MEASURE, WRONG
from sluis.core.exchange.words import Use
from sluis.core.law import purposes
from sluis.core.law.decision import GROUNDS, Ground
from sluis.plumbing import viewing
from sluis.wire import clock

STEERING = frozenset({Role.PROGRAMME_OFFICE.value, Role.CORE_GROUP.value, Role.SUPERVISOR.value, Role.OPERATOR.value})
_QUICK = ("15m", "1u")


@dataclass(frozen=True, slots=True)
class PilotView:
    """What anybody who may know of a pilot sees: its id, title, the name of its circle, how it stands now, what was decided of
    it, and from when until when (seconds)."""

    id: str
    title: str
    circle_name: str
    state: str
    decision: str
    starts: int
    ends: int


@dataclass(frozen=True, slots=True)
class Content:
    """What members read: the plan, the counts now or, once `counted` (seconds), as they were closed, what people concluded, and
    every step as (moment, act, organisation, reason)."""

    hypothesis: str
    goal: Bound
    criteria: tuple[Bound, ...]
    counts: Counts
    counted: int | None
    conclusion: str
    concluder: str
    concluded: int | None
    steps: tuple[tuple[int, str, str, str], ...]


@dataclass(frozen=True, slots=True)
class PilotPage:
    """One pilot: what everybody sees, and its content for who may read it. `missing` is what keeps the practice circle shut."""

    view: PilotView
    kind: str
    ended: int | None
    ended_by: str
    circle_title: str
    content: Content | None
    practice: str
    missing: Ground | None


def pilot(identity: str) -> PilotView:
    """The pilot with this id (a UUID as text), for other rooms; what it is about stays inside. Raises NotFound
    `onbekende-proeftuin`."""
    return view_of(found(identity), at=clock.now())


def found(identity: str | UUID) -> Pilot:
    """The row of a pilot. Raises NotFound `onbekende-proeftuin`."""
    try:
        row = Pilot.objects.filter(id=UUID(str(identity))).first()
    except ValueError:
        row = None
    if row is None:
        raise _unknown()
    return row


def _unknown() -> errors.NotFound:
    return errors.NotFound("There is no pilot with this number.", code="onbekende-proeftuin")


def view_of(row: Pilot, *, at: int) -> PilotView:
    """What may be known of a pilot at `at` (seconds)."""
    state = pilots.phase(row.standing(), at).value
    return PilotView(str(row.id), row.title, row.circle_name, state, row.decision, row.starts, row.ends)


def pilots_of(by: Acting) -> tuple[PilotView, ...]:
    """The pilots that somebody may know of, the newest first: those of its organisation's circles, or all for who steers."""
    rows = Pilot.objects.order_by("-proposed", "id")
    if by.role not in STEERING:
        rows = rows.filter(circle__in=_circles(by.organisation))
    now = clock.now()
    return tuple(view_of(row, at=now) for row in rows)


def _circles(party: bytes) -> dict[bytes, Section]:
    stored = partners.stored_snapshot()
    sections = stored.sections.values() if stored else ()
    return {one.circle: one for one in sections if any(member.id == party for member in one.members)}


def pilot_page(identity: UUID, *, by: Acting) -> PilotPage:
    """One pilot, with its content for a member of its circle. Raises NotFound `onbekende-proeftuin` for who is neither member
    nor steers."""
    row, mine = found(identity), _circles(by.organisation)
    section = mine.get(bytes(row.circle))
    steers = by.role in STEERING
    if section is None and not steers:
        raise _unknown()
    now = clock.now()
    return PilotPage(
        view=view_of(row, at=now),
        kind=row.kind,
        ended=row.ended,
        ended_by=row.ended_by,
        circle_title=section.title if section and not steers else "",
        content=None if steers else content_of(row, party=by.organisation, at=now),
        practice=_title(bytes(row.practice)) if row.practice is not None else "",
        missing=_missing(row, at=now),
    )


def _title(circle: bytes) -> str:
    stored = partners.stored_snapshot()
    section = stored.sections.get(circle) if stored else None
    return section.title if section else ""


def content_of(row: Pilot, *, party: bytes, at: int) -> Content | None:
    """What is inside, as the database lets this organisation (16 octets) see it; None when it does not."""
    with viewing.as_organisation(party):
        plan = PilotPlan.objects.filter(pilot=row).first()
        if plan is None:
            return None
        steps = PilotStep.objects.filter(pilot=row).order_by("time", "pk")
        told = tuple(steps.values_list("time", "act", "organisation", "reason"))
    return Content(
        hypothesis=plan.hypothesis,
        goal=msgspec.convert(plan.goal, Bound),
        criteria=criteria_of(plan),
        counts=msgspec.convert(plan.counts, Counts) if plan.counts else counts(row, until=min(at + 1, row.ends)),
        counted=plan.counted,
        conclusion=plan.conclusion,
        concluder=plan.concluder,
        concluded=plan.concluded,
        steps=told,
    )


def criteria_of(plan: PilotPlan) -> tuple[Bound, ...]:
    """What stops a pilot by itself."""
    return msgspec.convert(plan.criteria, tuple[Bound, ...])


def counts(row: Pilot, *, until: int) -> Counts:
    """The counts of a pilot's circle from its start until `until` (seconds): of all members together."""
    circle, told = bytes(row.circle), audit.tally(bytes(row.circle), since=row.starts)
    passed = {one.activity: one.amount for one in told.passed}
    span = _span(row, since=row.starts, until=until)
    acted = Feedback.objects.filter(**span).exclude(measure__in=NO_MEASURE)
    contexts = Sum(RawSQL("jsonb_array_length(signals)", ()))
    opened = Dispute.objects.filter(circle=circle, opened__gte=row.starts, opened__lt=span["time__lt"])
    return msgspec.structs.replace(
        decisive(row, since=row.starts, until=until),
        signals=passed.get("delen", 0),
        questions=_questions(row),
        contexts=Disclosure.objects.filter(**span).aggregate(sum=contexts)["sum"] or 0,
        measures=acted.count(),
        quick=acted.filter(within__in=_QUICK).count(),
        upheld=opened.filter(state="gegrond").count(),
        refused=sum(one.calls for one in told.refused),
    )


def _questions(row: Pilot) -> int:
    """Identifiers evaluated to check since the start, as the key holders say: who reads a copy asks the edge nothing."""
    circle, stored = bytes(row.circle), partners.stored_snapshot()
    section = stored.sections.get(circle) if stored else None
    known = set(keys.key_ids(circle))
    told = [audit.evaluated_for(one.id, Use.CHECK, since=row.starts) for one in (section.members if section else ())]
    return sum(amount for evaluated in told for key_id, amount in evaluated.items() if key_id in known)


def decisive(row: Pilot, *, since: int, until: int) -> Counts:
    """What stop criteria look at, and no more, for it is asked with every feedback: of contexts only whether there is one."""
    span = _span(row, since=since, until=until)
    led = Feedback.objects.filter(**span).aggregate(all=Count("pk"), wrong=Count("pk", filter=Q(measure=WRONG)))
    disputes = Dispute.objects.filter(circle=span["circle"], opened__gte=since, opened__lt=span["time__lt"])
    contexts = Disclosure.objects.filter(**span).exists()
    return Counts(contexts=int(contexts), feedback=led["all"], wrong=led["wrong"], disputes=disputes.count())


def _span(row: Pilot, *, since: int, until: int) -> dict[str, Any]:
    return {"circle": bytes(row.circle), "time__gte": since, "time__lt": max(until, since + 1)}


def shut_by_pilot(circle: bytes, *, at: int) -> Ground | None:
    """Why the newest pilot of a circle lets nothing pass at `at` (seconds); None when it runs, when it went on into practice by
    a later assessment of the same circle, or when the circle never had one."""
    row = Pilot.objects.filter(circle=circle, confirmed__isnull=False).order_by("-confirmed", "-proposed").first()
    if row is None or pilots.phase(row.standing(), at) is Phase.RUNNING:
        return None
    return None if _is_practice(row, circle) else GROUNDS["proeftuin-afgelopen"]


def _is_practice(row: Pilot, circle: bytes) -> bool:
    if row.state != State.DECIDED or row.decision != Decision.PRACTICE or row.practice is None:
        return False
    newest = privacy.assessment_of(circle)
    return bytes(row.practice) == circle and newest is not None and newest.version > row.practice_after


def _missing(row: Pilot, *, at: int) -> Ground | None:
    """Why the circle that a pilot goes on in lets nothing pass yet."""
    if row.decision != Decision.PRACTICE or row.practice is None:
        return None
    circle, stored = bytes(row.practice), partners.stored_snapshot()
    section = stored.sections.get(circle) if stored else None
    return shut_by(section, at=at) if section is not None else GROUNDS["geen-beoordeling"]


def basis_of(section: Section, *, at: int, purpose: str | None = None) -> None:
    """The whole legal basis of a circle at `at` (seconds): its assessment, for this purpose, and its pilot when it has one.

    Raises NotPermitted `geen-grondslag`, with its ground: `proeftuin-afgelopen`, `doel-past-niet`, and as `privacy.basis_of`.
    """
    held = privacy.assessment_of(section.circle)
    ground = _shut_by(section, held, at=at)
    if held is None or ground is not None:
        raise (ground or GROUNDS["geen-beoordeling"]).error()
    if purpose is not None and not purposes.is_assessed(purpose, held.exchanges):
        raise GROUNDS["doel-past-niet"].error()


def shut_by(section: Section, *, at: int, held: privacy.Assessment | None = None) -> Ground | None:
    """Why assessment (`held`, when it was read already) or pilot of a circle keep its gate shut at `at` (seconds); None when
    they open it."""
    return _shut_by(section, held or privacy.assessment_of(section.circle), at=at)


def _shut_by(section: Section, held: privacy.Assessment | None, *, at: int) -> Ground | None:
    # An assessment that no pilot bounds needs no look at pilots: it is asked with every passage.
    pilot = shut_by_pilot(section.circle, at=at) if held is not None and privacy.is_of_pilot(held) else None
    return pilot or privacy.shut_by(held, at=at, circle=section)

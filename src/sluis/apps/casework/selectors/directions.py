"""Reads of solution directions: the options of a case, talks about them, what was decided, and where the memo is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sluis.apps.casework.models import Bottleneck, CaseFile, Decision, Direction, Evidence, Memo, Workshop
from sluis.apps.casework.selectors import law, rules, stages
from sluis.apps.casework.selectors.cases import case_of, person_of
from sluis.apps.casework.selectors.inventory import seeing
from sluis.apps.consent.selectors import rules as consent
from sluis.apps.consent.selectors import visibility
from sluis.apps.partners import selectors as partners
from sluis.apps.partners.selectors import Acting


@dataclass(frozen=True, slots=True, repr=False)
class DirectionView:
    """One option. `coming` are laws to come by name, each with the outcome it would give; `chosen`: it was decided for."""

    id: UUID
    title: str
    effect: str
    cost: str
    decider: str
    route: str
    article: str
    change: str
    outcome: str
    articles: tuple[str, ...]
    rules: str
    coming: tuple[tuple[str, str], ...]
    by: str
    chosen: bool


@dataclass(frozen=True, slots=True, repr=False)
class WorkshopView:
    """One talk about the options."""

    day: date
    attended: tuple[str, ...]
    agreed: tuple[str, ...]


@dataclass(frozen=True, slots=True, repr=False)
class DecisionView:
    """One decision of executives; the last one counts."""

    direction: str
    decided_by: str
    day: date
    reason: str
    recorded_by: str


@dataclass(frozen=True, slots=True, repr=False)
class DirectionsPage:
    """All of it for one case. `contributors` are asked before the memo goes further; `item` is the memo in the group, once it
    is there; `members` may have attended: party id in hexadecimal and name.
    """

    id: UUID
    group: UUID
    title: str
    stage: int
    paragraphs: tuple[str, ...]
    directions: tuple[DirectionView, ...]
    workshops: tuple[WorkshopView, ...]
    decisions: tuple[DecisionView, ...]
    contributors: tuple[str, ...]
    item: UUID | None
    members: tuple[tuple[str, str], ...]
    may_write: bool
    may_decide: bool


def directions_page(acting: Acting, case: UUID) -> DirectionsPage:
    """The directions of a case, for a member. Raises NotAllowed `geen-recht`, NotFound `onbekende-casus`."""
    consent.require(acting, rules.READERS)
    names = partners.names()
    with seeing(acting):
        held = case_of(case, acting.organisation)
        decisions = list(Decision.objects.select_related("direction").filter(case=held).order_by("-time", "-id"))
        chosen = decisions[0].direction_id if decisions else None
        is_now = held.state == "loopt" and held.stage == stages.DIRECTIONS
        entry = Bottleneck.objects.get(id=held.bottleneck_id)
        return DirectionsPage(
            id=held.id,
            group=held.group_id,
            title=held.title,
            stage=held.stage,
            paragraphs=tuple(consent.paragraphs(entry.text)),
            directions=tuple(_direction(one, names, chosen=one.id == chosen) for one in _of(held)),
            workshops=tuple(_workshop(one) for one in Workshop.objects.filter(case=held).order_by("day", "time")),
            decisions=tuple(_decision(one, names) for one in decisions),
            contributors=tuple(sorted(names.get(one, "") for one in contributors(held))),
            item=Memo.objects.filter(case=held).values_list("item", flat=True).first(),
            members=tuple((one.hex(), names.get(one, "")) for one in visibility.members(held.group_id)),
            may_write=is_now and acting.role in rules.WRITERS,
            may_decide=is_now and acting.role in rules.DECIDERS,
        )


def _of(case: CaseFile) -> Iterable[Direction]:
    return Direction.objects.filter(case=case).order_by("time", "id")


def contributors(case: CaseFile) -> set[bytes]:
    """Party ids of who brought in anything of a case: the entry, evidence, directions, talks; inside the caller's view."""
    found = {bytes(Bottleneck.objects.values_list("party", flat=True).get(id=case.bottleneck_id))}
    for model in (Evidence, Direction, Workshop, Decision):
        rows = model.objects.filter(case=case).exclude(party=None).order_by().values_list("party", flat=True).distinct()
        found |= {bytes(one) for one in rows if one is not None}
    return found


def _direction(row: Direction, names: Mapping[bytes, str], *, chosen: bool) -> DirectionView:
    return DirectionView(
        id=row.id,
        title=row.title,
        effect=row.effect,
        cost=row.cost,
        decider=row.decider,
        route=row.route,
        article=row.article,
        change=row.change,
        outcome=row.outcome,
        articles=tuple(row.articles),
        rules=row.rules,
        coming=law.coming(row.facts) if row.facts else (),
        by=person_of(row.name, row.party, names),
        chosen=chosen,
    )


def _workshop(row: Workshop) -> WorkshopView:
    return WorkshopView(row.day, tuple(row.attended), tuple(consent.paragraphs(row.agreed)))


def _decision(row: Decision, names: Mapping[bytes, str]) -> DecisionView:
    by = person_of(row.name, row.party, names)
    return DecisionView(row.direction.title, row.decided_by, row.day, row.reason, by)

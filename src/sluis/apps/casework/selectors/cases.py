"""Reads of case files: one's cases, one case with its stages, evidence and gates, and that something waits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import connection

from sluis.apps.casework.models import Bottleneck, CaseFile, Evidence, Gate, Owner
from sluis.apps.casework.selectors import rules, stages
from sluis.apps.casework.selectors.inventory import seeing
from sluis.apps.casework.selectors.stages import STAGES
from sluis.apps.consent import selectors as consent_rooms
from sluis.apps.consent.selectors import rules as consent
from sluis.apps.consent.selectors import visibility
from sluis.apps.exchange.selectors import pilots
from sluis.apps.exchange.selectors.pilots import PilotView
from sluis.apps.partners import selectors as partners
from sluis.apps.partners.selectors import Acting
from sluis.apps.privacy import selectors as privacy
from sluis.core import errors
from sluis.plumbing import viewing
from sluis.wire import clock

DAY: Final = 86_400
PAGE: Final = 200
_WAITING: Final = "SELECT id, stage, opened, moved FROM casework_waiting ORDER BY moved, id LIMIT %s"


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case in a list: the stage it is at and since when."""

    id: UUID
    group: UUID
    title: str
    stage: str
    number: int
    state: str
    since: int


@dataclass(frozen=True, slots=True)
class MyCases:
    """The groups of one's organisation by id and name, and their cases, newest first."""

    groups: tuple[tuple[UUID, str], ...]
    cases: tuple[CaseRow, ...]


@dataclass(frozen=True, slots=True)
class WaitingCase:
    """What steering sees of a case: a number that leads nowhere, its stage (1 to 6), whole days open and at this stage."""

    id: UUID
    stage: int
    days: int
    days_here: int


@dataclass(frozen=True, slots=True, repr=False)
class EvidenceView:
    """One piece of evidence. `facts` are rows of name and words; `counts`: it was put forward since the case last went back."""

    id: UUID
    kind: str
    title: str
    link: str
    paragraphs: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    outcome: str
    articles: tuple[str, ...]
    rules: str
    by: str
    time: int
    counts: bool


@dataclass(frozen=True, slots=True)
class StageView:
    """One stage for a page. `where`: voorbij, nu or later. `lacks`: kinds of evidence that its gate needs still."""

    number: int
    code: str
    where: str
    owner: str
    evidence: tuple[EvidenceView, ...]
    lacks: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, repr=False)
class GateView:
    """One line of the history of gates."""

    stage: str
    number: int
    says: str
    by: str
    reason: str
    time: int


@dataclass(frozen=True, slots=True)
class May:
    """What the reader may do with a case now. `back` are the stages to which it may go."""

    write: bool = False
    take: bool = False
    ask: bool = False
    answer: bool = False
    decide: bool = False
    back: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class CasePage:
    """A case for one of its members. `asked` is the number of the open question at the gate, 0 when there is none. `pilot` is
    the one that tests it; `pilots` are those that the reader may link.
    """

    id: UUID
    group: UUID
    group_name: str
    title: str
    paragraphs: tuple[str, ...]
    state: str
    stage: StageView
    stages: tuple[StageView, ...]
    gates: tuple[GateView, ...]
    asked: int
    pilot: PilotView | None
    pilots: tuple[PilotView, ...]
    may: May


def my_cases(acting: Acting) -> MyCases:
    """Groups and cases of one's organisation, in a number of queries that does not grow. Raises NotAllowed `geen-recht`."""
    groups = tuple((one.id, one.name) for one in consent_rooms.my_groups(acting).groups)
    with seeing(acting):
        rows = CaseFile.objects.filter(group__in=[one for one, _name in groups]).order_by("-opened", "id")[:PAGE]
        return MyCases(groups, tuple(_row(one) for one in rows))


def _row(one: CaseFile) -> CaseRow:
    return CaseRow(one.id, one.group_id, one.title, stages.stage_of(one.stage).code, one.stage, one.state, one.moved)


def waiting(acting: Acting) -> tuple[WaitingCase, ...]:
    """That there are cases, at which stage and for how long; of at most 200, the longest at their stage first.

    Raises NotAllowed `geen-recht` for who does not steer.
    """
    consent.require(acting, rules.STEERING)
    now = clock.now()
    with viewing.as_steering(), connection.cursor() as cursor:
        cursor.execute(_WAITING, [PAGE])
        rows = cursor.fetchall()
    return tuple(WaitingCase(case, stage, (now - opened) // DAY, (now - moved) // DAY) for case, stage, opened, moved in rows)


def case_of(case: UUID, party: bytes) -> CaseFile:
    """The case, for a member of its group, inside the caller's view. Raises NotFound `onbekende-casus`."""
    found = CaseFile.objects.filter(id=case).first()
    if found is None or party not in visibility.members(found.group_id):
        raise errors.NotFound("There is no such case, or it is not yours.", code="onbekende-casus")
    return found


def case_page(acting: Acting, case: UUID) -> CasePage:
    """One case. Raises NotAllowed `geen-recht`, NotFound `onbekende-casus`."""
    consent.require(acting, rules.READERS)
    names = partners.names()
    with seeing(acting):
        held = case_of(case, acting.organisation)
        group = visibility.group_of_member(held.group_id, acting.organisation)
        owners = {one.stage: one for one in Owner.objects.filter(case=held)}
        gates = list(Gate.objects.filter(case=held).order_by("number"))
        views = stage_views(held, owners=owners, names=names)
        entry = Bottleneck.objects.get(id=held.bottleneck_id)
    asked = open_question(gates)
    return CasePage(
        id=held.id,
        group=group.id,
        group_name=group.name,
        title=held.title,
        paragraphs=tuple(consent.paragraphs(entry.text)),
        state=held.state,
        stage=views[held.stage - 1],
        stages=views,
        gates=tuple(_gate(one, names) for one in reversed(gates)),
        asked=asked.number if asked else 0,
        pilot=pilots.pilot(held.pilot) if held.pilot else None,
        pilots=pilots.pilots_of(acting) if held.stage == stages.TESTING and acting.role in rules.WRITERS else (),
        may=_may(acting, held, owner=owners.get(held.stage), asked=asked),
    )


def open_question(gates: Iterable[Gate]) -> Gate | None:
    """The question at the gate that nobody answered: the last row, when that is one."""
    last = max(gates, key=lambda one: one.number, default=None)
    return last if last is not None and last.says == "gevraagd" else None


def _may(acting: Acting, case: CaseFile, *, owner: Owner | None, asked: Gate | None) -> May:
    if case.state != "loopt":
        return May()
    writes, decides = acting.role in rules.WRITERS, acting.role in rules.DECIDERS
    owns = owner is not None and owner.person == acting.person and bytes(owner.party) == acting.organisation
    others = owner is not None and bytes(owner.party) != acting.organisation
    return May(
        write=writes,
        take=writes and not owns,
        ask=owns and asked is None,
        answer=decides and others and asked is not None,
        decide=decides,
        back=tuple((one.number, one.code) for one in STAGES[: case.stage - 1]) if decides else (),
    )


def stage_views(case: CaseFile, *, owners: Mapping[int, Owner], names: Mapping[bytes, str]) -> tuple[StageView, ...]:
    """All six stages with their evidence, inside the caller's view: one query."""
    rows = list(Evidence.objects.filter(case=case).order_by("time", "id"))
    return tuple(
        _stage(
            stage,
            case,
            [one for one in rows if one.stage == stage.number],
            owner=_by_owner(owners.get(stage.number), names),
            names=names,
        )
        for stage in STAGES
    )


def _stage(stage: stages.Stage, case: CaseFile, rows: list[Evidence], *, owner: str, names: Mapping[bytes, str]) -> StageView:
    where = "voorbij" if stage.number < case.stage or case.state != "loopt" else "nu" if stage.number == case.stage else "later"
    lacks = stage.lacks(one.kind for one in rows if one.round == case.round)
    return StageView(
        number=stage.number,
        code=stage.code,
        where=where,
        owner=owner,
        evidence=tuple(_evidence(one, case, names) for one in rows),
        lacks=tuple(tuple(sorted(one)) for one in lacks) if where == "nu" else (),
    )


def _by_owner(owner: Owner | None, names: Mapping[bytes, str]) -> str:
    return person_of(owner.name, owner.party, names) if owner else ""


def person_of(name: str, party: bytes | memoryview | None, names: Mapping[bytes, str]) -> str:
    """A person with the organisation acted for; without one for a guest."""
    return name if party is None else f"{name} ({names.get(bytes(party), '')})"


def _evidence(row: Evidence, case: CaseFile, names: Mapping[bytes, str]) -> EvidenceView:
    return EvidenceView(
        id=row.id,
        kind=row.kind,
        title=row.title,
        link=row.link,
        paragraphs=tuple(consent.paragraphs(row.text)),
        facts=tuple(privacy.fact_rows(row.facts)) if row.facts else (),
        outcome=row.outcome,
        articles=tuple(row.articles),
        rules=row.rules,
        by=person_of(row.name, row.party, names),
        time=row.time,
        counts=row.round == case.round or row.stage < case.stage,
    )


def _gate(row: Gate, names: Mapping[bytes, str]) -> GateView:
    by = person_of(row.name, row.party, names)
    return GateView(stages.stage_of(row.stage).code, row.stage, row.says, by, row.reason, row.time)

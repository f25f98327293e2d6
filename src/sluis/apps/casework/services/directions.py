"""Solution directions: options, the talk about them, the memo for executives, and the decision that comes back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final
from uuid import UUID, uuid4

from sluis.apps.casework.models import CaseFile, Decision, Direction, Memo, Route, Workshop
from sluis.apps.casework.selectors import law, rules, stages
from sluis.apps.casework.selectors.directions import contributors
from sluis.apps.casework.selectors.rules import Words
from sluis.apps.casework.services import acts, cases, locking
from sluis.apps.consent import selectors as consent_rooms
from sluis.apps.consent import services as consent
from sluis.apps.consent.selectors import visibility
from sluis.apps.partners import selectors as partners
from sluis.apps.partners.selectors import Acting
from sluis.core import errors
from sluis.core.errors import Fault
from sluis.wire import clock

MEMO: Final = "bestuursmemo"
INSIDE: Final = "binnenskamers"


@dataclass(frozen=True, slots=True, repr=False)
class Option:
    """One direction as somebody fills it in. `address` is that of an answer of the privacykader, or empty; `article` and
    `change` are asked when the route is to change the law.
    """

    title: str
    effect: str
    cost: str
    decider: str
    route: str
    article: str = ""
    change: str = ""
    address: str = ""

    def words(self) -> dict[str, Words]:
        """The texts by field."""
        is_law = self.route == Route.LAW
        return {
            "titel": Words(self.title, rules.TITLE),
            "effect": Words(self.effect),
            "kosten": Words(self.cost),
            "beslisser": Words(self.decider, rules.TITLE),
            "artikel": Words(self.article, rules.TITLE, needed=is_law),
            "wijziging": Words(self.change, needed=is_law),
        }


@dataclass(frozen=True, slots=True, repr=False)
class Talk:
    """A workshop: its day (ISO), members that were there (party ids in hexadecimal), others by name, and what was agreed."""

    day: str
    members: tuple[str, ...]
    others: str
    agreed: str


@dataclass(frozen=True, slots=True, repr=False)
class Decided:
    """What executives decided: for which direction (its id as text), who, on which day (ISO), and why."""

    direction: str
    by: str
    day: str
    reason: str


def add_direction(acting: Acting, case: UUID, option: Option) -> UUID:
    """Adds an option, with the answer of the privacykader on its facts when an address is given. Returns its id.

    Raises NotAllowed `geen-recht`, NotFound `onbekende-casus`, Malformed `tekst-onjuist` with every fault, Conflict
    `casus-gesloten`, `andere-fase`.
    """
    found, wrong = law.answered(option.address) if option.address.strip() else (None, ())
    if option.route not in Route.values:
        wrong = (Fault("route", "onbekende-soort", "Choose one of the routes."), *wrong)
    kept = rules.written(option.words(), more=wrong)
    with acts.act(acting, "oplossingsrichting inbrengen", rules.WRITERS):
        held = _at_directions(acting, case)
        row = Direction.objects.create(
            case=held,
            group_id=held.group_id,
            title=kept["titel"],
            effect=kept["effect"],
            cost=kept["kosten"],
            decider=kept["beslisser"],
            route=option.route,
            article=kept["artikel"],
            change=kept["wijziging"],
            **_by(acting),
            **(found.columns() if found else {}),
        )
        acts.log(acting, "oplossingsrichting inbrengen", row.id)
    return row.id


def _by(acting: Acting) -> dict[str, object]:
    return {"party": acting.organisation, "person": acting.person, "name": acting.name, "time": clock.now()}


def _at_directions(acting: Acting, case: UUID) -> CaseFile:
    held = locking.lock(case, acting.organisation)
    if held.stage != stages.DIRECTIONS:
        raise errors.Conflict("This belongs to the stage of directions.", code="andere-fase")
    return held


def record_workshop(acting: Acting, case: UUID, talk: Talk) -> UUID:
    """Records a talk about the options. Returns its id. Raises as `add_direction`."""
    day, wrong = _day(talk.day)
    kept = rules.written(
        {"anderen": Words(talk.others, rules.LINE, needed=False), "afgesproken": Words(talk.agreed)},
        more=(*wrong, *_nobody(talk)),
    )
    with acts.act(acting, "werksessie vastleggen", rules.WRITERS):
        held = _at_directions(acting, case)
        row = Workshop.objects.create(
            case=held,
            group_id=held.group_id,
            day=day,
            attended=[*_named(held, talk.members), *_split(kept["anderen"])],
            agreed=kept["afgesproken"],
            **_by(acting),
        )
        acts.log(acting, "werksessie vastleggen", row.id)
    return row.id


def _day(text: str) -> tuple[date, tuple[Fault, ...]]:
    """A day that is not in the future; or some day and what is wrong with it."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.max
    if day > datetime.fromtimestamp(clock.now(), UTC).date():
        return day, (Fault("dag", "onjuiste-dag", "Give a day as 2026-11-22, not in the future."),)
    return day, ()


def _nobody(talk: Talk) -> Iterator[Fault]:
    if not talk.members and not _split(talk.others):
        yield Fault("aanwezig", "niemand", "Say which organisations were there.")


def _split(text: str) -> list[str]:
    return [one.strip() for one in text.split(",") if one.strip()]


def _named(case: CaseFile, chosen: tuple[str, ...]) -> list[str]:
    names = partners.names()
    return [names[one] for one in visibility.members(case.group_id) if one.hex() in chosen and one in names]


def record_decision(acting: Acting, case: UUID, decided: Decided) -> UUID:
    """Records what executives decided, which is the evidence that the stage needs. Returns the decision's id.

    Raises as `add_direction`, and NotFound `onbekende-richting`.
    """
    day, wrong = _day(decided.day)
    kept = rules.written({"besluitdoor": Words(decided.by, rules.TITLE), "reden": Words(decided.reason)}, more=wrong)
    with acts.act(acting, "besluit vastleggen", rules.DECIDERS):
        held = _at_directions(acting, case)
        direction = _direction(held, decided.direction)
        row = Decision.objects.create(
            id=uuid4(),
            case=held,
            group_id=held.group_id,
            direction=direction,
            round=held.round,
            decided_by=kept["besluitdoor"],
            day=day,
            reason=kept["reden"],
            **_by(acting),
        )
        link = f"{row.decided_by}, {decided.day}"
        cases.add(acting, held, stages.DECISION, title=direction.title, link=link, text=row.reason)
        acts.log(acting, "besluit vastleggen", row.id)
    return row.id


def _direction(case: CaseFile, chosen: str) -> Direction:
    try:
        found = Direction.objects.filter(case=case, id=UUID(chosen)).first()
    except ValueError:
        found = None
    if found is None:
        raise errors.NotFound("There is no such direction.", code="onbekende-richting")
    return found


def keep_memo(acting: Acting, case: UUID, text: str) -> UUID:
    """Puts the memo into the group as an item with everybody who contributed to the case, or gives it these words. Only its
    release lets it go further, and asks each of them. Returns the item's id.

    Raises NotAllowed `geen-recht`, NotFound `onbekende-casus`, Malformed `stuk-onjuist`, Conflict `tekst-gewijzigd`,
    `casus-gesloten`.
    """
    with acts.act(acting, "bestuursmemo inbrengen", rules.WRITERS):
        held = locking.lock(case, acting.organisation)
        row = Memo.objects.filter(case=held).first()
        item = _edited(acting, held, item=row.item, text=text) if row else _written(acting, held, text)
        there = set(visibility.members(held.group_id)) - set(visibility.contributors(item))
        for party in sorted(contributors(held) & there):
            consent.credit(acting, item, party)
        acts.log(acting, "bestuursmemo inbrengen", held.id)
    return item


def _written(acting: Acting, case: CaseFile, text: str) -> UUID:
    draft = consent.Draft(case.title, text, INSIDE, kind=MEMO, reference=case.id.hex)
    item = consent.write(acting, case.group_id, draft)
    Memo.objects.create(case=case, group_id=case.group_id, item=item, time=clock.now())
    return item


def _edited(acting: Acting, case: CaseFile, *, item: UUID, text: str) -> UUID:
    there = consent_rooms.item_page(acting, item)
    consent.edit(acting, item, consent.Edit(case.title, text, there.marking, there.number))
    return item

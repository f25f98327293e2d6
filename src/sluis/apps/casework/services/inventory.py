"""The inventory: bring something in, score it, drop it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID, uuid4

from sluis.apps.casework.models import Bottleneck, Kind, Score
from sluis.apps.casework.selectors import rules
from sluis.apps.casework.selectors.inventory import entry_of
from sluis.apps.casework.selectors.rules import Words
from sluis.apps.casework.services import acts
from sluis.apps.consent.selectors import rules as consent
from sluis.apps.consent.selectors import visibility
from sluis.apps.partners.selectors import Acting
from sluis.core import errors
from sluis.core.errors import Fault
from sluis.wire import clock


@dataclass(frozen=True, slots=True, repr=False)
class Found:
    """Something to bring into the inventory: its kind, a title of at most 200 signs, a text of at most 20,000."""

    kind: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Marks:
    """One person's marks for an entry: effect, feasibility and urgency, whole numbers from 1 (little) to 5 (much)."""

    effect: int
    feasibility: int
    urgency: int

    def faults(self) -> Iterator[Fault]:
        """Every mark that is out of range."""
        for name in self.__slots__:
            if not 1 <= getattr(self, name) <= 5:
                yield Fault(name, "buiten-bereik", "Give a mark from 1 to 5.")


def bring_in(acting: Acting, group: UUID, found: Found) -> UUID:
    """Adds an entry to the inventory of a group. Returns its id.

    Raises NotAllowed `geen-recht`, NotFound `onbekende-groep`, Malformed `tekst-onjuist` with every fault.
    """
    wrong = () if found.kind in Kind.values else (Fault("soort", "onbekende-soort", "Choose one of the kinds."),)
    kept = rules.written({"titel": Words(found.title, rules.TITLE), "tekst": Words(found.text)}, more=wrong)
    with acts.act(acting, "knelpunt inbrengen", rules.WRITERS):
        held, identity = visibility.group_of_member(group, acting.organisation), uuid4()
        Bottleneck.objects.create(
            id=identity,
            group=held,
            kind=found.kind,
            title=kept["titel"],
            text=kept["tekst"],
            party=acting.organisation,
            person=acting.person,
            written=clock.now(),
        )
        acts.log(acting, "knelpunt inbrengen", identity)
    return identity


def score(acting: Acting, bottleneck: UUID, marks: Marks) -> None:
    """Gives, or changes, one's own marks for an entry that is open. Nobody else sees them.

    Raises NotAllowed `geen-recht`, NotFound `onbekend-knelpunt`, Malformed `score-onjuist`, Conflict `niet-meer-open`.
    """
    faults = tuple(marks.faults())
    if faults:
        raise errors.Malformed("Give three marks from 1 to 5.", code="score-onjuist", faults=faults)
    with acts.act(acting, "knelpunt scoren", rules.WRITERS):
        row = lock_open(bottleneck, acting.organisation)
        given = {name: getattr(marks, name) for name in Marks.__slots__} | {"time": clock.now()}
        mine = Score.objects.filter(bottleneck=row, person=acting.person)
        if not mine.update(**given):
            Score.objects.create(
                bottleneck=row, group_id=row.group_id, party=acting.organisation, person=acting.person, **given
            )
        acts.log(acting, "knelpunt scoren", row.id)


def drop(acting: Acting, bottleneck: UUID, why: str) -> None:
    """Takes an entry out of the ranking, with a reason that the group reads. It stays to be read.

    Raises NotAllowed `geen-recht`, NotFound `onbekend-knelpunt`, Malformed `geen-reden`, Conflict `niet-meer-open`.
    """
    reason = consent.reason(why)
    with acts.act(acting, "knelpunt afvoeren", rules.DECIDERS):
        row = lock_open(bottleneck, acting.organisation)
        row.state, row.reason = "afgevoerd", reason
        row.save(update_fields=["state", "reason"])
        acts.log(acting, "knelpunt afvoeren", row.id)


def lock_open(bottleneck: UUID, party: bytes) -> Bottleneck:
    """The entry while it is open; until the transaction ends nobody else scores, chooses or drops it."""
    entry_of(bottleneck, party)
    row = Bottleneck.objects.select_for_update().get(id=bottleneck)
    if row.state != "open":
        raise errors.Conflict("This entry was chosen or dropped.", code="niet-meer-open")
    return row

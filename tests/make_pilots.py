"""Pilots of a circle: factories that call services, as officers of its members would."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import msgspec
from django.contrib.auth.models import User
from make import DAY, Circle

from sluis.apps.exchange.models import Pilot
from sluis.apps.exchange.selectors import pilots as reads
from sluis.apps.exchange.selectors.pilots import Content
from sluis.apps.exchange.services import pilots as services
from sluis.apps.partners.models import TwoPersonChange
from sluis.apps.partners.selectors import Acting, Role
from sluis.core.exchange.pilots import Bound, Plan
from sluis.wire import clock

HYPOTHESIS = "Winkels houden binnen een uur meer bestellingen tegen dan zonder de kring."


def plan(**changes: Any) -> Plan:
    """A plan that holds, of 20 days from now, with changes."""
    now = clock.now()
    plain = Plan(
        title="Minder bestellingen op gestolen rekeningen",
        hypothesis=HYPOTHESIS,
        kind="verzonnen",
        starts=now,
        ends=now + 20 * DAY,
        goal=Bound("binnen-een-uur", 50),
        criteria=(Bound("aandeel-onterecht", 20), Bound("betwistingen", 3)),
    )
    return msgspec.structs.replace(plain, **changes)


@dataclass
class Trial:
    """A circle with officers of its members: somebody of the bank proposes, somebody of the shop agrees."""

    circle: Circle
    people: dict[str, int] = field(default_factory=dict)

    def actor(self, name: str, role: str = Role.PRIVACY_OFFICER, person: str = "") -> Acting:
        """Somebody of the member called `name`; the same person each time."""
        username = f"{role}.{name}{person}"
        if username not in self.people:
            self.people[username] = User.objects.create_user(username).pk
        return Acting(self.people[username], username, self.circle.members[name].id, name, role)

    def proposed(self, by: str = "bank", **changes: Any) -> Pilot:
        """A pilot that waits for a second member."""
        return services.propose(self.circle.name, plan(**changes), by=self.actor(by), reason="Samen proberen.")

    def waiting(self, kind: str = services.BEGIN.kind) -> int:
        """The number of the newest proposal of a kind."""
        return TwoPersonChange.objects.filter(kind=kind).latest("pk").pk

    def agree(self, row: Pilot, by: Acting | None = None) -> None:
        """The shop agrees that this pilot begins."""
        of_row = [
            one for one in TwoPersonChange.objects.filter(kind=services.BEGIN.kind) if str(row.id) in str(bytes(one.payload))
        ]
        services.decide(services.BEGIN.kind, of_row[0].pk, by=by or self.actor("shop"))

    def running(self, **changes: Any) -> Pilot:
        """A pilot that both agreed to."""
        row = self.proposed(**changes)
        self.agree(row)
        return Pilot.objects.get(id=row.id)

    def content(self, row: Pilot, name: str = "bank") -> Content:
        """What a member reads of it."""
        found = reads.content_of(Pilot.objects.get(id=row.id), party=self.circle.members[name].id, at=clock.now())
        assert found is not None
        return found

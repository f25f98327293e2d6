"""Factories for closed groups: five partners of four sectors, their people, and what a group begins with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from uuid import UUID

import msgspec
import pytest
from django.conf import settings
from hub_fixtures import Server
from make import Circle

from sluis.apps.consent import services
from sluis.apps.consent.models import Release
from sluis.apps.consent.selectors.rules import Audience
from sluis.apps.consent.selectors.told import Message, stream_of
from sluis.apps.consent.services import Draft, Founding, Proposal
from sluis.apps.partners.selectors import Acting, Role
from sluis.plumbing import viewing
from sluis.plumbing.models import Event

SECTORS = {"bank": "bank", "shop": "webshop", "carrier": "parcel_carrier", "telecom": "telecom", "other": "bank"}
TEXT = "Kenmerken van de werkwijze.\n\nTweede alinea."


@dataclass
class House:
    """The partners by name. `actor` gives a person; one person for each organisation, role and name."""

    circle: Circle

    @cached_property
    def people(self) -> dict[tuple[str, str, str], int]:
        return {}

    def party(self, name: str) -> bytes:
        return self.circle.members[name].id

    def actor(self, name: str, role: str = Role.PRIVACY_OFFICER, person: str = "") -> Acting:
        number = self.people.setdefault((name, role, person), len(self.people) + 1)
        return Acting(number, f"{role}.{name}{person}", self.party(name), name, role)

    def group(self, *names: str, rule: str = "alle") -> UUID:
        """A group of these, the first its founder; with another rule when all of them carried it."""
        first, *others = names or ("bank", "shop", "carrier")
        founding = Founding("Bankhelpdesk", tuple(self.party(one) for one in others))
        group = services.found(self.actor(first), founding)
        for one in others:
            services.join(self.actor(one), group)
        if rule != "alle":
            motion = services.propose_rule(self.actor(first), group, rule)
            for one in others:
                services.vote(self.actor(one), motion, agrees=True)
        return group

    def item(self, group: UUID, *names: str, **changes: str) -> UUID:
        """An item of the first, to which the others contributed."""
        first, *others = names or ("bank",)
        draft = replace(Draft("Nieuwe truc", TEXT, "binnenskamers"), **changes)
        item = services.write(self.actor(first, Role.ANALYST), group, draft)
        for one in others:
            services.credit(self.actor(first, Role.ANALYST), item, self.party(one))
        return item

    def audience(self, *names: str) -> Audience:
        """All partners, or these."""
        if not names:
            return Audience("partners")
        return Audience("organisaties", frozenset(self.party(one) for one in names))

    def propose(self, item: UUID, name: str = "bank", **changes: object) -> UUID:
        """A release to all partners, by an analyst of this one, who saw the warning."""
        plain = Proposal(self.audience(), "green", sure=True)
        return services.propose(self.actor(name, Role.ANALYST), item, replace(plain, **changes))

    def release(self, release: UUID, name: str = "bank") -> Release:
        """The row as this partner sees it."""
        with viewing.as_organisation(self.party(name)):
            return Release.objects.get(id=release)

    def agree(self, release: UUID, name: str, *, digest: str = "") -> str:
        found = digest or self.release(release, name).digest
        return services.agree(self.actor(name), release, digest=found)

    def refuse(self, release: UUID, name: str, why: str = "Dit gaat te ver.") -> str:
        return services.refuse(self.actor(name), release, digest=self.release(release, name).digest, why=why)

    def told(self, name: str) -> list[str]:
        """The kinds of all messages to this partner, in order."""
        return [one.kind for one in self.messages(name)]

    def messages(self, name: str) -> list[Message]:
        rows = Event.objects.filter(stream=stream_of(self.party(name))).order_by("sequence").values_list("body", flat=True)
        return [msgspec.json.decode(bytes(body), type=Message) for body in rows]


@pytest.fixture
def house(database: Server) -> Iterator[House]:
    """The partners, whose policy is in force."""
    before, circle = settings.SLUIS_POLICY_KEYS, Circle(*SECTORS)
    circle.pin()
    circle.accept(circle.section(members=tuple(circle.member(name, sector=sector) for name, sector in SECTORS.items())))
    yield House(circle)
    settings.SLUIS_POLICY_KEYS = before

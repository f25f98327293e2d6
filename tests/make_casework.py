"""Factories for casework: a group with an inventory, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from uuid import UUID

import pytest
from make_groups import House

from sluis.apps.casework import services
from sluis.apps.casework.services import Found, Marks

FOUND = Found("knelpunt", "Verdachte toestellen", "Banken en winkels zien het.\n\nZij mogen het elkaar niet zeggen.")


@dataclass
class Desk:
    """A group of bank, shop and carrier, and people of them."""

    house: House

    @cached_property
    def group(self) -> UUID:
        return self.house.group()

    def entry(self, name: str = "bank", **changes: str) -> UUID:
        return services.bring_in(self.house.actor(name), self.group, replace(FOUND, **changes))

    def score(self, entry: UUID, *marks: tuple[str, int, int, int]) -> None:
        """Marks by a person of each organisation named."""
        for name, effect, feasibility, urgency in marks:
            services.score(self.house.actor(name), entry, Marks(effect, feasibility, urgency))


@pytest.fixture
def desk(house: House) -> Desk:
    """The group, with nothing in its inventory yet."""
    return Desk(house)

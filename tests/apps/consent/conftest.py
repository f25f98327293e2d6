"""What tests of closed groups begin with."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest
from django.conf import settings
from hub_fixtures import Server
from make import Circle
from make_groups import SECTORS, House


@pytest.fixture
def house(database: Server) -> Iterator[House]:
    before, circle = settings.SLUIS_POLICY_KEYS, Circle(*SECTORS)
    circle.pin()
    circle.accept(circle.section(members=tuple(circle.member(name, sector=sector) for name, sector in SECTORS.items())))
    yield House(circle)
    settings.SLUIS_POLICY_KEYS = before


@pytest.fixture
def waiting(house: House) -> tuple[UUID, UUID]:
    """An item of bank and shop in a group of three, and its release, which waits."""
    item = house.item(house.group(), "bank", "shop")
    return item, house.propose(item)

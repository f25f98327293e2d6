"""What tests of closed groups begin with."""

from __future__ import annotations

from uuid import UUID

import pytest
from make_groups import House, house

__all__ = ["house"]


@pytest.fixture
def waiting(house: House) -> tuple[UUID, UUID]:
    """An item of bank and shop in a group of three, and its release, which waits."""
    item = house.item(house.group(), "bank", "shop")
    return item, house.propose(item)

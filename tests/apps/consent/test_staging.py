"""A group to show: entered once, by people who exist, and never among real data."""

from __future__ import annotations

from typing import Any

import pytest
from make_groups import House
from make_people import reader

from sluis.apps.consent import selectors, services
from sluis.apps.consent.services import StagedForm
from sluis.apps.partners.selectors import Role
from sluis.core import errors

FORM = StagedForm(
    name="Bankhelpdesk",
    founder="privacy_officer.bank",
    writer="analyst.bank",
    members=("privacy_officer.shop",),
    title="Nieuwe truc",
    text="Eerste alinea.\n\nTweede.",
)


@pytest.fixture(autouse=True)
def people(house: House, settings: Any) -> None:
    settings.SLUIS_INVENTED = True
    for name, role in (("bank", Role.PRIVACY_OFFICER), ("bank", Role.ANALYST), ("shop", Role.PRIVACY_OFFICER)):
        reader(house.circle, name, role)


def test_a_staged_release_waits_for_the_other_contributor(house: House) -> None:
    assert services.stage(FORM) is True
    (group,) = selectors.my_groups(house.actor("shop")).groups
    assert (group.name, group.members, group.items, group.waiting) == ("Bankhelpdesk", 2, 1, 1)
    (row,) = selectors.group_page(house.actor("shop"), group.id).items
    waiting = selectors.item_page(house.actor("shop"), row.id).release
    assert waiting is not None
    assert [(one.name, one.says) for one in waiting.answers] == [("bank", "ja"), ("shop", "")]


def test_the_same_again_enters_nothing(house: House) -> None:
    assert [services.stage(FORM), services.stage(FORM)] == [True, False]
    assert len(selectors.my_groups(house.actor("bank")).groups) == 1


def test_nothing_is_staged_among_real_data(house: House, settings: Any) -> None:
    settings.SLUIS_INVENTED = False
    settings.SLUIS_SECOND_FACTOR = True
    with pytest.raises(errors.NotAllowed):
        services.stage(FORM)
    assert selectors.my_groups(house.actor("bank")).groups == ()


def test_nobody_is_invented_on_the_way(house: House) -> None:
    form = StagedForm(**{name: getattr(FORM, name) for name in FORM.__struct_fields__} | {"members": ("niemand",)})
    with pytest.raises(errors.NotFound):
        services.stage(form)
    assert selectors.my_groups(house.actor("bank")).groups == ()

"""Walk: release with consent. The page is `docs/architecture/release-with-consent.md`."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from make_groups import House

from sluis.apps.audit.models import Event
from sluis.apps.consent import selectors, services
from sluis.apps.consent.services import Draft, Edit
from sluis.apps.partners.selectors import Role
from sluis.core import errors

DAY = 86_400
Roles = Callable[[str], AbstractContextManager[None]]


def test_it_reaches_all_partners_when_both_agreed_to_the_same_words(house: House) -> None:
    group = house.group("bank", "shop", "carrier")
    analyst = house.actor("bank", Role.ANALYST)
    item = services.write(analyst, group, Draft("Bellen namens de bank", "Zij bellen lang.", "binnenskamers"))
    services.credit(analyst, item, house.party("shop"))
    seen = selectors.preview(analyst, item, audience=house.audience(), marking="green")
    assert (seen.is_unusual, "telecom" in seen.readers) == (True, True)
    release = house.propose(item)
    assert house.told("shop")[-1] == "instemming-gevraagd"
    old = house.release(release).digest
    house.agree(release, "shop")
    services.edit(analyst, item, Edit("Bellen namens de bank", "Zij bellen lang en vaak.", "binnenskamers", 1))
    with pytest.raises(errors.Conflict) as raised:
        house.agree(release, "bank", digest=old)
    assert raised.value.reason == "tekst-gewijzigd"
    assert house.agree(release, "bank") == "open"
    (waits,) = selectors.waiting(house.actor("other", Role.CORE_GROUP))
    assert (waits.group, waits.asked, waits.outstanding) == ("Bankhelpdesk", 2, 1)
    assert selectors.published(house.actor("telecom")) == []
    assert house.agree(release, "shop") == "vrijgegeven"
    (told,) = selectors.published(house.actor("telecom"))
    assert (told.title, told.paragraphs) == ("Bellen namens de bank", ("Zij bellen lang en vaak.",))
    assert house.told("telecom") == ["vrijgegeven"]
    assert selectors.published(None) == []
    assert Event.objects.filter(activity="vrijgeven").count() == 1


def test_it_stays_inside_when_a_contributor_left_and_keeps_silent(
    house: House, later: Callable[[int], None], as_role: Roles
) -> None:
    group = house.group("bank", "shop", "carrier")
    item = house.item(group, "bank", "shop")
    release = house.propose(item)
    house.agree(release, "bank")
    services.leave(house.actor("shop"), group)
    assert selectors.item_page(house.actor("shop"), item).why == "inbrenger"
    later(14 * DAY)
    with as_role("sluis_worker"):
        assert services.close_overdue() == 1
    assert house.told("shop")[-1] == house.told("bank")[-1] == "vrijgave-afgerond"
    assert selectors.published(house.actor("telecom")) == []
    with pytest.raises(errors.NotFound):
        selectors.item_page(house.actor("shop"), item)

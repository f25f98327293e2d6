"""Audiences: what a marking holds back, whom an audience names, and a second look at one wider than ever."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from make_groups import House

from sluis.apps.consent import services
from sluis.apps.consent.selectors.rules import Audience
from sluis.apps.consent.services import Proposal, terms
from sluis.core import errors
from sluis.wire import clock


@pytest.mark.parametrize(
    ("marking", "scope"),
    [("binnenskamers", "organisaties"), ("red", "organisaties"), ("amber", "sector"), ("amber+strict", "partners"),
     ("green", "openbaar")],
)  # fmt: skip
def test_a_marking_holds_back_what_it_says(house: House, marking: str, scope: str) -> None:
    item = house.item(house.group())
    audiences = {
        "organisaties": house.audience("telecom"), "sector": Audience("sector", sector="telecom"),
        "partners": house.audience(), "openbaar": Audience("openbaar"),
    }  # fmt: skip
    with pytest.raises(errors.Malformed) as raised:
        house.propose(item, audience=audiences[scope], marking=marking)
    assert raised.value.reason == "markering-past-niet"


@pytest.mark.parametrize(
    "audience",
    [Audience("organisaties"), Audience("organisaties", frozenset({bytes(16)})), Audience("sector", sector="visserij"),
     Audience("partners", sector="telecom"), Audience("iedereen")],
)  # fmt: skip
def test_an_audience_of_nobody_or_of_a_stranger_is_refused(house: House, audience: Audience) -> None:
    with pytest.raises(errors.Malformed) as raised:
        house.propose(house.item(house.group()), audience=audience)
    assert raised.value.reason == "publiek-onjuist"


def test_an_audience_wider_than_ever_takes_a_second_look(house: House) -> None:
    group = house.group()
    first = house.item(group)

    def usual(item: UUID, *names: str) -> bool:
        try:
            services.withdraw(house.actor("bank"), house.propose(item, audience=house.audience(*names), sure=False))
        except errors.Conflict as error:
            return error.reason != "ongewoon-publiek"
        return True

    assert not usual(first, "telecom")
    release = house.propose(first, audience=house.audience("telecom", "other"))
    house.agree(release, "bank")
    second = house.item(group)
    assert usual(second, "telecom")
    assert not usual(second, "telecom", "shop")
    assert not usual(second)


def test_who_changes_the_audience_proposes_it_and_does_not_agree_as_well(house: House) -> None:
    release = house.propose(house.item(house.group(), "bank", "shop"))
    services.change_audience(house.actor("shop"), release, Proposal(house.audience("telecom"), "amber", sure=True))
    with pytest.raises(errors.NotAllowed) as raised:
        house.agree(release, "shop")
    assert raised.value.reason == "eigen-voorstel"
    house.agree(release, "bank")
    digest = house.release(release).digest
    assert services.agree(house.actor("shop", person="collega"), release, digest=digest) == "vrijgegeven"


def test_a_release_that_began_anew_after_the_worker_looked_is_not_closed(house: House, as_role) -> None:
    release = house.propose(house.item(house.group(), "bank", "shop"))
    with as_role("sluis_worker"):
        assert not terms._close(release, clock.now())
        assert not terms._remind(release)
    assert house.release(release).state == "open"


def test_a_term_is_one_to_sixty_days(house: House) -> None:
    item = house.item(house.group())
    for days in (0, 61):
        with pytest.raises(errors.Malformed) as raised:
            house.propose(item, days=days)
        assert raised.value.reason == "termijn-onjuist"
    release = house.propose(item, days=60)
    assert house.release(release).days == 60
    services.withdraw(house.actor("bank"), release)
    assert house.release(house.propose(item, days=1)).days == 1


def test_a_changed_audience_and_term_are_held_to_the_same_rules(house: House) -> None:
    release = house.propose(house.item(house.group(), "bank", "shop"))
    wrong = {
        "termijn-onjuist": Proposal(house.audience("telecom"), "amber", days=61, sure=True),
        "publiek-onjuist": Proposal(Audience("organisaties"), "amber", sure=True),
        "markering-past-niet": Proposal(house.audience(), "red", sure=True),
    }
    for code, proposal in wrong.items():
        with pytest.raises(errors.Malformed) as raised:
            services.change_audience(house.actor("shop"), release, proposal)
        assert raised.value.reason == code
    assert house.release(release).round == 1


def test_a_changed_audience_that_is_wider_than_ever_takes_a_second_look_too(house: House) -> None:
    release = house.propose(house.item(house.group(), "bank", "shop"), audience=house.audience("telecom"))
    wider = Proposal(house.audience("telecom", "other"), "amber")
    with pytest.raises(errors.Conflict) as raised:
        services.change_audience(house.actor("shop"), release, wider)
    assert raised.value.reason == "ongewoon-publiek"
    services.change_audience(house.actor("shop"), release, replace(wider, sure=True))
    assert house.release(release).round == 2

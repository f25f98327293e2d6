"""The edges of groups: who waits for whom, ends of names and terms, and what each step tells and logs."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from uuid import UUID

import pytest
from django.db import connections
from make_groups import House

from sluis.apps.audit.models import Event
from sluis.apps.consent import services
from sluis.apps.consent.models import Group
from sluis.apps.consent.services import Draft, Founding
from sluis.apps.partners.selectors import names
from sluis.core import errors
from sluis.plumbing import viewing

Act = Callable[[House, UUID, UUID], object]
ACTS: dict[str, Act] = {
    "votes": lambda house, _group, motion: services.vote(house.actor("shop"), motion, agrees=True),
    "proposes": lambda house, group, _motion: services.propose_member(house.actor("shop"), group, house.party("telecom")),
    "leaves": lambda house, group, _motion: services.leave(house.actor("shop"), group),
}


@pytest.mark.parametrize("act", ACTS)
def test_who_decides_waits_for_who_is_deciding(house: House, act: str) -> None:
    group = house.group("bank", "shop", "carrier")
    motion = services.propose_rule(house.actor("bank"), group, "meerderheid")
    done = threading.Event()

    def work() -> None:
        ACTS[act](house, group, motion)
        done.set()
        connections.close_all()

    thread = threading.Thread(target=work)
    with viewing.as_organisation(house.party("bank")):
        Group.objects.select_for_update().get(id=group)
        thread.start()
        assert not done.wait(0.5), "it did not wait for the group"
    assert done.wait(20)
    thread.join(20)


def test_the_last_two_voices_at_once_carry_a_motion_once(house: House) -> None:
    group = house.group("bank", "shop", "carrier")
    motion = services.propose_member(house.actor("bank"), group, house.party("telecom"))
    start = threading.Barrier(2)

    def says(name: str) -> None:
        start.wait(10)
        services.vote(house.actor(name), motion, agrees=True)
        connections.close_all()

    threads = [threading.Thread(target=says, args=(name,)) for name in ("shop", "carrier")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert house.told("telecom") == ["uitnodiging"]


def logged(activity: str) -> list[bytes]:
    return [bytes(one) for one in Event.objects.filter(activity=activity).order_by("pk").values_list("party", flat=True)]


def test_who_is_invited_by_a_member_that_leaves_hears_it_and_the_leaving_is_logged(house: House) -> None:
    group = house.group("bank", "shop", "carrier")
    services.propose_member(house.actor("bank"), group, house.party("telecom"))
    services.leave(house.actor("carrier"), group)
    assert house.told("telecom") == []
    assert logged("groep verlaten") == [house.party("carrier")]
    services.leave(house.actor("shop"), group)
    assert house.told("telecom") == ["uitnodiging"]
    assert logged("groepsbesluit voorstellen") == [house.party("bank")]


def test_a_founder_alone_invites_at_once(house: House) -> None:
    group = house.group("bank")
    services.propose_member(house.actor("bank"), group, house.party("telecom"))
    assert house.told("telecom") == ["uitnodiging"]


def test_the_ends_of_a_name_and_of_a_term_of_reading(house: House) -> None:
    bank = house.actor("bank")
    for length in (1, 120):
        assert services.found(bank, Founding("a" * length, ()))
    for wrong in ("", "a" * 121):
        with pytest.raises(errors.Malformed) as raised:
            services.found(bank, Founding(wrong, ()))
        assert raised.value.reason == "groep-onjuist"
    item = house.item(house.group())
    for days in (0, 61):
        with pytest.raises(errors.Malformed) as raised:
            services.open_review(bank, item, readers=frozenset({house.party("shop")}), days=days)
        assert raised.value.reason == "termijn-onjuist"
    assert services.open_review(bank, item, readers=frozenset({house.party("shop")}), days=60)


def test_a_group_of_every_partner_there_is(house: House) -> None:
    others = tuple(sorted(set(names()) - {house.party("bank")}))
    assert services.found(house.actor("bank"), Founding("Allen", others))


def test_who_is_named_twice_is_asked_and_logged_once(house: House, waiting: tuple[UUID, UUID]) -> None:
    before, known = len(house.told("carrier")), len(logged("inbrenger noemen"))
    for _again in range(2):
        services.credit(house.actor("bank"), waiting[0], house.party("carrier"))
    assert house.told("carrier")[before:] == ["instemming-gevraagd"]
    assert len(logged("inbrenger noemen")) == known + 1


def test_readers_hear_when_a_round_opens_and_when_it_is_closed(house: House) -> None:
    item = house.item(house.group("bank", "shop", "carrier"))
    review = services.open_review(house.actor("bank"), item, readers=frozenset({house.party("shop")}))
    assert house.told("shop")[-1] == "leesronde"
    before = len(house.told("shop"))
    services.close_review(house.actor("bank"), review)
    assert house.told("shop")[before:] == ["leesronde"]


def test_all_members_may_be_asked_to_read(house: House) -> None:
    item = house.item(house.group("bank", "shop"))
    everybody = frozenset({house.party("bank"), house.party("shop")})
    assert services.open_review(house.actor("bank"), item, readers=everybody)
    with pytest.raises(errors.Malformed):
        services.open_review(house.actor("bank"), item, readers=everybody | {house.party("telecom")})


def test_a_voice_after_a_no_that_was_still_on_its_way_is_too_late(house: House) -> None:
    group = house.group("bank", "shop", "carrier")
    motion = services.propose_rule(house.actor("bank"), group, "meerderheid")
    heard: list[str] = []

    def agrees() -> None:
        try:
            services.vote(house.actor("shop"), motion, agrees=True)
        except errors.Conflict as error:
            heard.append(error.reason)
        finally:
            connections.close_all()

    thread = threading.Thread(target=agrees)
    with viewing.as_organisation(house.party("carrier")):
        services.vote(house.actor("carrier"), motion, agrees=False)
        thread.start()
        thread.join(0.5)
    thread.join(20)
    assert heard == ["al-besloten"]


def test_the_log_says_which_way_a_voice_went(house: House) -> None:
    group = house.group("bank", "shop", "carrier")
    motion = services.propose_rule(house.actor("bank"), group, "meerderheid")
    services.vote(house.actor("shop"), motion, agrees=True)
    services.vote(house.actor("carrier"), motion, agrees=False)
    told = Event.objects.filter(activity="groepsbesluit stemmen").order_by("pk").values_list("event", flat=True)
    assert [json.loads(bytes(one))["reference"].split()[-1] for one in told] == ["ja", "nee"]


def test_an_item_of_a_kind_that_no_room_made_known_is_refused(house: House) -> None:
    with pytest.raises(errors.SluisError) as raised:
        services.write(house.actor("bank"), house.group(), Draft("Titel", "Tekst", "green", kind="verzonnen"))
    assert raised.value.reason == "onbekende-soort"

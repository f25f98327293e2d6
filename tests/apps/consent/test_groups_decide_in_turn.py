"""Members decide in a group one after the other, so that no two counts of voices pass each other; steps are logged and told."""

from __future__ import annotations

import threading
from collections.abc import Callable
from uuid import UUID

import pytest
from django.db import connections
from make_groups import House

from sluis.apps.audit.models import Event
from sluis.apps.consent import services
from sluis.apps.consent.models import Group
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

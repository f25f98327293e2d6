"""Groups: who comes in, what only all members decide, and that the door stays shut."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from make_groups import House

from sluis.apps.consent import services
from sluis.apps.consent.models import Group, Membership, Motion
from sluis.apps.consent.selectors import group_page, my_groups
from sluis.apps.consent.selectors.rules import DAY
from sluis.apps.consent.services import Draft, Founding, ItemKind
from sluis.apps.partners.selectors import Role
from sluis.core import errors
from sluis.plumbing import viewing


def rule(house: House, group: UUID) -> str:
    with viewing.as_organisation(house.party("bank")):
        return Group.objects.get(id=group).rule


def members(house: House, group: UUID) -> list[str]:
    return [one.name for one in group_page(house.actor("bank"), group).members if one.since]


def test_a_group_begins_unanimous_with_its_founder_alone_inside(house: House) -> None:
    group = services.found(house.actor("bank"), Founding("Bankhelpdesk", (house.party("shop"), house.party("bank"))))
    assert rule(house, group) == "alle"
    assert members(house, group) == ["bank"]
    assert house.told("shop") == ["uitnodiging"]
    assert house.told("bank") == []
    services.join(house.actor("shop"), group)
    assert members(house, group) == ["bank", "shop"]


@pytest.mark.parametrize("name", ["", "   ", "x" * 121])
def test_a_group_has_a_name(house: House, name: str) -> None:
    with pytest.raises(errors.Malformed):
        services.found(house.actor("bank"), Founding(name))


def test_strangers_are_not_invited(house: House) -> None:
    with pytest.raises(errors.NotFound):
        services.found(house.actor("bank"), Founding("x", (bytes(16),)))
    with pytest.raises(errors.NotFound):
        services.propose_member(house.actor("bank"), house.group(), bytes(16))


def test_nobody_comes_in_uninvited_and_an_invitation_works_once(house: House) -> None:
    group = house.group("bank", "shop")
    for name in ("telecom", "shop"):
        with pytest.raises(errors.NotFound):
            services.join(house.actor(name), group)


def test_one_more_member_takes_the_yes_of_all(house: House) -> None:
    group = house.group("bank", "shop", "carrier")
    motion = services.propose_member(house.actor("bank"), group, house.party("telecom"))
    assert house.told("shop")[-1] == "groepsbesluit"
    services.vote(house.actor("shop"), motion, agrees=True)
    assert house.told("telecom") == []
    with pytest.raises(errors.NotFound):
        services.join(house.actor("telecom"), group)
    services.vote(house.actor("carrier"), motion, agrees=True)
    assert house.told("telecom") == ["uitnodiging"]
    services.join(house.actor("telecom"), group)
    assert members(house, group) == ["bank", "carrier", "shop", "telecom"]


def test_one_no_turns_a_motion_down(house: House) -> None:
    group = house.group("bank", "shop", "carrier")
    motion = services.propose_rule(house.actor("bank"), group, "meerderheid")
    services.vote(house.actor("shop"), motion, agrees=False)
    with pytest.raises(errors.Conflict) as raised:
        services.vote(house.actor("carrier"), motion, agrees=True)
    assert raised.value.reason == "al-besloten"
    assert rule(house, group) == "alle"


def test_a_rule_changes_only_by_a_decision_that_stays_on_record(house: House) -> None:
    group = house.group(rule="meerderheid")
    assert rule(house, group) == "meerderheid"
    with viewing.as_organisation(house.party("bank")):
        kept = Motion.objects.get()
    assert (kept.about, kept.value, kept.state) == ("regel", "meerderheid", "aangenomen")
    with pytest.raises(errors.Conflict):
        services.propose_rule(house.actor("bank"), group, "meerderheid")
    with pytest.raises(errors.Malformed):
        services.propose_rule(house.actor("bank"), group, "ik")


def test_a_release_keeps_the_rule_under_which_it_was_proposed(house: House) -> None:
    group = house.group("bank", "shop")
    release = house.propose(house.item(group, "bank", "shop"))
    motion = services.propose_rule(house.actor("bank"), group, "meerderheid")
    services.vote(house.actor("shop"), motion, agrees=True)
    assert (rule(house, group), house.release(release).rule) == ("meerderheid", "alle")


def test_who_joined_meanwhile_is_asked_too_and_who_left_is_not(house: House) -> None:
    group = services.found(house.actor("bank"), Founding("x", (house.party("shop"), house.party("carrier"))))
    services.join(house.actor("shop"), group)
    motion = services.propose_rule(house.actor("bank"), group, "meerderheid")
    services.join(house.actor("carrier"), group)
    services.vote(house.actor("shop"), motion, agrees=True)
    assert rule(house, group) == "alle"
    services.leave(house.actor("shop"), group)
    services.vote(house.actor("carrier"), motion, agrees=True)
    assert rule(house, group) == "meerderheid"


def test_what_only_waited_for_who_leaves_is_carried(house: House) -> None:
    group = house.group("bank", "shop", "carrier")
    rule_motion = services.propose_rule(house.actor("bank"), group, "meerderheid")
    services.vote(house.actor("shop"), rule_motion, agrees=True)
    member_motion = services.propose_member(house.actor("bank"), group, house.party("telecom"))
    services.leave(house.actor("carrier"), group)
    assert rule(house, group) == "meerderheid"
    assert house.told("telecom") == [], "the shop said nothing yet"
    services.vote(house.actor("shop"), member_motion, agrees=True)
    assert house.told("telecom") == ["uitnodiging"]


def test_an_organisation_votes_once_and_in_time(house: House, later) -> None:
    group = house.group("bank", "shop")
    motion = services.propose_rule(house.actor("bank"), group, "meerderheid")
    with pytest.raises(errors.Conflict) as raised:
        services.vote(house.actor("bank", Role.DATA_OFFICER), motion, agrees=True)
    assert raised.value.reason == "al-gezegd"
    with pytest.raises(errors.Conflict) as raised:
        services.propose_rule(house.actor("shop"), group, "meerderheid")
    assert raised.value.reason == "ligt-al-voor"
    later(14 * DAY)
    with pytest.raises(errors.Conflict) as raised:
        services.vote(house.actor("shop"), motion, agrees=True)
    assert raised.value.reason == "al-besloten"
    assert services.propose_rule(house.actor("shop"), group, "meerderheid") != motion


def test_the_worker_closes_motions_past_their_term(house: House, later, as_role) -> None:
    group = house.group("bank", "shop")
    services.propose_rule(house.actor("bank"), group, "meerderheid")
    later(14 * DAY)
    with as_role("sluis_worker"):
        services.close_overdue()
    with viewing.as_organisation(house.party("bank")):
        assert Motion.objects.get().state == "verlopen"


def test_who_is_no_member_votes_nothing(house: House) -> None:
    motion = services.propose_rule(house.actor("bank"), house.group("bank", "shop"), "meerderheid")
    for name, one in (("telecom", motion), ("bank", uuid4())):
        with pytest.raises(errors.NotFound):
            services.vote(house.actor(name), one, agrees=True)


def test_who_left_comes_back_by_the_will_of_all_and_keeps_its_contribution(house: House) -> None:
    group = house.group("bank", "shop")
    item = house.item(group, "shop")
    services.leave(house.actor("shop"), group)
    assert my_groups(house.actor("shop")).groups == ()
    with pytest.raises(errors.NotFound):
        services.edit(house.actor("shop"), item, services.Edit("a", "b", "red", 1))
    services.propose_member(house.actor("bank"), group, house.party("shop"))
    services.join(house.actor("shop"), group)
    with viewing.as_organisation(house.party("bank")):
        assert Membership.objects.filter(party=house.party("shop")).count() == 1
    assert my_groups(house.actor("shop")).groups[0].items == 1


def test_a_member_is_not_proposed_again(house: House) -> None:
    group = house.group("bank", "shop")
    for name in ("shop", "bank"):
        with pytest.raises(errors.Conflict):
            services.propose_member(house.actor("bank"), group, house.party(name))


def test_only_members_are_named_as_contributors(house: House) -> None:
    group = house.group("bank", "shop")
    item = house.item(group)
    with pytest.raises(errors.Malformed) as raised:
        services.credit(house.actor("bank"), item, house.party("telecom"))
    assert raised.value.reason == "geen-lid"


def test_any_room_uses_the_mechanism_for_its_own_kind(house: House) -> None:
    kind = ItemKind("proef-waarschuwing", "waarschuwing")
    services.register(kind)
    services.register(kind)
    with pytest.raises(errors.Conflict):
        services.register(ItemKind("proef-waarschuwing", "iets anders"))
    group = house.group("bank", "shop")
    draft = Draft("Titel", "Tekst", "amber", kind="proef-waarschuwing", reference="W-7")
    services.write(house.actor("bank"), group, draft)
    with pytest.raises(errors.Conflict) as raised:
        services.write(house.actor("bank"), group, draft)
    assert raised.value.reason == "bestaat-al"
    with pytest.raises(errors.Malformed):
        services.write(house.actor("bank"), group, Draft("Titel", "Tekst", "amber", kind="onbekend"))


def test_the_same_words_again_are_no_edit(house: House) -> None:
    item = house.item(house.group("bank", "shop"))
    same = services.Edit("Nieuwe  truc ", "Kenmerken van de werkwijze.  \r\n\r\nTweede alinea.\n", "binnenskamers", 1)
    assert services.edit(house.actor("shop"), item, same) == 1
    with viewing.as_organisation(house.party("bank")):
        from sluis.apps.consent.models import Contribution

        assert Contribution.objects.count() == 1


def test_two_who_edit_the_same_version_do_not_overwrite_each_other(house: House) -> None:
    item = house.item(house.group("bank", "shop"))
    assert services.edit(house.actor("shop"), item, services.Edit("a", "b", "red", 1)) == 2
    with pytest.raises(errors.Conflict) as raised:
        services.edit(house.actor("bank"), item, services.Edit("c", "d", "red", 1))
    assert raised.value.reason == "tekst-gewijzigd"

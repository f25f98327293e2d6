"""Who may do what: strangers find nothing, and each role does what is its own."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from hub_fixtures import Server
from make_groups import House

from sluis.apps.consent import selectors, services
from sluis.apps.consent.services import Edit, Proposal
from sluis.apps.partners.selectors import Role
from sluis.core import errors

Waiting = tuple[UUID, UUID]


@pytest.mark.parametrize("name", ["telecom", "other"])
def test_whoever_is_no_member_finds_no_release(house: House, waiting: Waiting, name: str) -> None:
    item, release = waiting
    acts = (
        lambda: services.agree(house.actor(name), release, digest="0" * 64),
        lambda: services.refuse(house.actor(name), release, digest="0" * 64, why="Nee."),
        lambda: services.withdraw_consent(house.actor(name), release),
        lambda: services.withdraw(house.actor(name), release),
        lambda: services.change_audience(house.actor(name), release, Proposal(house.audience(), "green", sure=True)),
        lambda: house.propose(item, name),
        lambda: services.edit(house.actor(name), item, Edit("a", "b", "red", 1)),
        lambda: services.credit(house.actor(name), item, house.party(name)),
        lambda: services.agree(house.actor("bank"), uuid4(), digest="0" * 64),
    )
    for act in acts:
        with pytest.raises(errors.NotFound):
            act()


@pytest.mark.parametrize("role", [one for one in Role.values if one not in ("privacy_officer", "data_officer")])
def test_only_data_and_privacy_officers_answer(house: House, waiting: Waiting, role: str) -> None:
    _item, release = waiting
    with pytest.raises(errors.NotAllowed):
        services.agree(house.actor("bank", role), release, digest=house.release(release).digest)


@pytest.mark.parametrize(
    "role", ["core_group", "programme_office", "org_admin", "supervisor", "operator", "auditor", "observer"]
)
def test_who_steers_or_observes_writes_nothing(house: House, role: str) -> None:
    group = house.group()
    with pytest.raises(errors.NotAllowed):
        services.write(house.actor("bank", role), group, services.Draft("a", "b", "red"))
    with pytest.raises(errors.NotAllowed):
        services.found(house.actor("bank", role), services.Founding("a"))


@pytest.fixture
def no_wall(house: House, database: Server) -> None:
    """Row security is off: only the application stands between a stranger and a group."""
    with database.connect("sluis_owner") as owner:
        names = owner.execute("SELECT tablename FROM pg_tables WHERE tablename LIKE 'consent\\_%'").fetchall()
        assert len(names) > 10
        for (name,) in names:
            owner.execute(f"ALTER TABLE {name} NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY")


def test_the_first_wall_stands_without_the_second(house: House, waiting: Waiting, no_wall: None) -> None:
    item, release = waiting
    group = house.release(release).group_id
    review = services.open_review(house.actor("bank"), item, readers=frozenset({house.party("shop")}))
    services.change_audience(house.actor("bank"), release, Proposal(house.audience("carrier"), "amber", sure=True))
    house.agree(release, "shop")
    services.agree(house.actor("bank", person="collega"), release, digest=house.release(release).digest)
    open_one, stranger = house.item(group), house.actor("telecom")
    house.propose(open_one)
    for read in (
        lambda: selectors.item_page(stranger, item),
        lambda: selectors.item_page(stranger, open_one),
        lambda: selectors.group_page(stranger, group),
        lambda: selectors.review_page(stranger, review),
        lambda: selectors.preview(stranger, item, audience=house.audience(), marking="green"),
        lambda: selectors.published_one(stranger, release),
        lambda: selectors.published_one(None, release),
    ):
        with pytest.raises(errors.NotFound):
            read()
    assert selectors.published(stranger) == selectors.published(None) == []
    assert selectors.my_groups(stranger).groups == ()
    assert [one.id for one in selectors.published(house.actor("carrier"))] == [release]

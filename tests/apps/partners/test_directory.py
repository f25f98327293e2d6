"""Who to ask for what; and that the members of a circle are hidden from who is not in it, until two members show them."""

from __future__ import annotations

import secrets

import pytest
from django.contrib.auth.models import User
from django.test import Client
from make import Circle
from make_people import PASSWORD

from sluis.apps.partners import selectors, services
from sluis.apps.partners.models import ContactPoint, ShownCircle
from sluis.apps.partners.selectors import Acting
from sluis.apps.partners.services import Person, circles, directory
from sluis.apps.partners.services.directory import Point
from sluis.core import errors

TITLE = "Kring proeftuin"


def someone(name: str, party: bytes, role: str = "org_admin") -> Acting:
    services.enrol(Person(name, PASSWORD, party, role))
    return Acting(User.objects.get(username=name).pk, name, party, name, role)


def page(name: str, path: str = "/wie-vraagt-u-waarvoor") -> str:
    client = Client()
    assert client.login(username=name, password=PASSWORD)
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def bank(circle: Circle) -> Acting:
    return someone("anna", circle.members["bank"].id)


@pytest.fixture
def shop(circle: Circle) -> Acting:
    return someone("winkelier", circle.members["shop"].id)


@pytest.fixture
def outsider(circle: Circle) -> Acting:
    """An organisation that takes part in no circle."""
    return someone("buiten", services.name_organisation("Buitenstaander", sector="hulp"))


DESK = Point(subject="treffer", who="Fraudedesk", email="desk@bank.example", phone="+31 20 000 00 00")


def test_contact_points_are_found_by_subject(bank: Acting, outsider: Acting) -> None:
    directory.set_contact_point(DESK, by=bank)
    shown = page("buiten", "/wie-vraagt-u-waarvoor?onderwerp=treffer")
    assert ("Fraudedesk" in shown, "<b>shop</b>" in shown) == (True, False)
    assert "Niemand noemde een contactpunt" in page("buiten", "/wie-vraagt-u-waarvoor?onderwerp=pers")
    assert "<b>shop</b>" in page("buiten", "/wie-vraagt-u-waarvoor?onderwerp=onzin")
    directory.set_contact_point(Point(subject="treffer", who="", email="", phone=""), by=bank)
    assert not ContactPoint.objects.exists()


def test_every_fault_of_a_contact_point_is_told_at_once(bank: Acting) -> None:
    with pytest.raises(errors.Malformed) as raised:
        directory.set_contact_point(Point(subject="x", who="y", email="z", phone="bel mij"), by=bank)
    assert [one.where for one in raised.value.faults] == ["onderwerp", "wie", "email", "telefoon"]


def test_only_an_administrator_sets_contact_points_and_only_of_their_own(bank: Acting, shop: Acting, circle: Circle) -> None:
    analyst = someone("chris", circle.members["bank"].id, "analyst")
    with pytest.raises(errors.NotAllowed):
        directory.set_contact_point(DESK, by=analyst)
    client = Client()
    client.login(username="winkelier", password=PASSWORD)
    client.post("/wie-vraagt-u-waarvoor/contactpunt", {"onderwerp": "treffer", "wie": "Desk", "email": "d@shop.example"})
    assert bytes(ContactPoint.objects.get().organisation_id) == shop.organisation


def test_an_address_of_a_contact_point_runs_nothing(bank: Acting, outsider: Acting) -> None:
    directory.set_contact_point(Point(subject="pers", who="<script>x</script>", email="a@b.example", phone=""), by=bank)
    assert "<script>" not in page("buiten")


def test_the_directory_is_for_partners_only(circle: Circle) -> None:
    assert Client().get("/wie-vraagt-u-waarvoor")["location"].startswith("/inloggen")
    User.objects.create_user("los", password=PASSWORD)
    client = Client()
    client.login(username="los", password=PASSWORD)
    assert client.get("/wie-vraagt-u-waarvoor").status_code == 403


def test_who_is_in_a_circle_is_hidden_from_outsiders_and_not_from_members(
    bank: Acting, outsider: Acting, circle: Circle
) -> None:
    assert TITLE in page("anna")
    assert TITLE not in page("buiten")
    assert selectors.visible_circles(outsider.organisation) == ()


def test_two_members_show_their_circle_and_hide_it_again(bank: Acting, shop: Acting, outsider: Acting) -> None:
    row = directory.propose_showing("proeftuin", by=bank, shown=True, reason="Wij willen vindbaar zijn.")
    directory.decide_showing(row.pk, by=shop)
    assert TITLE in page("buiten")
    row = directory.propose_showing("proeftuin", by=shop, shown=False, reason="Toch liever niet.")
    directory.decide_showing(row.pk, by=bank)
    assert TITLE not in page("buiten")
    assert not ShownCircle.objects.exists()


def test_no_outsider_and_nobody_of_the_same_member_shows_a_circle(bank: Acting, outsider: Acting, circle: Circle) -> None:
    with pytest.raises(errors.NotFound):
        directory.propose_showing("proeftuin", by=outsider, shown=True, reason="ik ben benieuwd")
    row = directory.propose_showing("proeftuin", by=bank, shown=True, reason="Wij willen vindbaar zijn.")
    colleague, analyst = someone("bas", bank.organisation), someone("ans", circle.members["shop"].id, "analyst")
    for by in (bank, colleague, outsider, analyst):
        with pytest.raises(errors.NotAllowed):
            directory.decide_showing(row.pk, by=by)
        with pytest.raises(errors.NotAllowed):
            circles.refuse(circles.SHOW, row.pk, by=by, answer="nee")
    assert not ShownCircle.objects.exists()
    row.refresh_from_db()
    assert row.state == "voorgesteld"


def test_an_outsider_reads_nothing_about_a_waiting_proposal(bank: Acting, shop: Acting, outsider: Acting) -> None:
    directory.propose_showing("proeftuin", by=bank, shown=True, reason="Wij willen vindbaar zijn.")
    assert "Wij willen vindbaar" in page("winkelier", "/wie-vraagt-u-waarvoor/eigen")
    assert "Wij willen vindbaar" not in page("buiten", "/wie-vraagt-u-waarvoor/eigen")


def test_who_left_is_in_the_directory_no_more(bank: Acting, shop: Acting, circle: Circle) -> None:
    from sluis.apps.partners.services import leaving

    directory.set_contact_point(DESK, by=bank)
    other = someone("bas", bank.organisation)
    leaving.decide_leaving(leaving.propose_leaving(by=bank, reason="klaar").pk, by=other)
    assert "Fraudedesk" not in page("winkelier")
    assert "<b>bank</b>" not in page("winkelier")


def test_the_directory_takes_as_many_queries_for_three_as_for_fifty(bank: Acting) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client, counts = Client(), []
    client.login(username="anna", password=PASSWORD)
    client.get("/wie-vraagt-u-waarvoor")
    for more in (0, 47):
        for _ in range(more):
            services.name_organisation(secrets.token_hex(4), sector="hulp")
        with CaptureQueriesContext(connection) as seen:
            client.get("/wie-vraagt-u-waarvoor")
        counts.append(len(seen))
    assert counts[0] == counts[1]

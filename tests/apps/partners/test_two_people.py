"""Roles: two people give, one ends; a person acts for one organisation at a time. Attacked."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.test import Client
from make import Circle
from make_people import PASSWORD
from signing_in import Phone, employee, signed_in

from sluis.apps.audit.models import Event
from sluis.apps.partners import selectors, services
from sluis.apps.partners.models import Invitation, Membership, TwoPersonChange
from sluis.apps.partners.selectors import Acting
from sluis.apps.partners.services import Invite, NewRole, Person, changes, roles
from sluis.core import errors
from sluis.wire import clock


def someone(circle: Circle, name: str, *, at: str = "bank", role: str = "org_admin") -> Acting:
    services.enrol(Person(name, PASSWORD, circle.members[at].id, role))
    user = User.objects.get(username=name)
    return Acting(user.pk, name, circle.members[at].id, at, role)


def browser(name: str) -> Client:
    client = Client()
    assert client.login(username=name, password=PASSWORD)
    return client


@pytest.fixture
def anna(circle: Circle) -> Acting:
    return someone(circle, "anna")


@pytest.fixture
def bas(circle: Circle) -> Acting:
    return someone(circle, "bas")


INVITE = Invite(username="nieuw", email="nieuw@bank.example", role="analyst")


def invited(by: Acting) -> int:
    return services.propose_invitation(INVITE, by=by, organisation=by.organisation, reason="extra analist").pk


def role_of(name: str) -> str:
    return Membership.objects.get(user__username=name, ended=None).role


def test_an_invited_colleague_makes_an_account_and_signs_in(anna: Acting, bas: Acting) -> None:
    form = {"naam": "nieuw", "email": "nieuw@bank.example", "rol": "analyst", "reden": "extra analist"}
    assert browser("anna").post("/mensen/uitnodigen", form).status_code == 302
    number = TwoPersonChange.objects.get().pk
    page = browser("bas").post(f"/mensen/voorstellen/{number}", {"besluit": "ja", "soort": "uitnodiging"}).content.decode()
    link = re.search(r"/uitnodiging/[\w-]{32}", page)
    assert link
    assert "Werken voor bank" in Client().get(link[0]).content.decode()
    weak = Client().post(link[0], {"wachtwoord": "password1234"})
    assert weak.status_code == 422
    assert Client().post(link[0], {"wachtwoord": PASSWORD}).status_code == 302
    assert role_of("nieuw") == "analyst"
    assert Client().post(link[0], {"wachtwoord": PASSWORD}).status_code == 404
    assert Client().get(link[0]).status_code == 404


def test_every_fault_of_an_invitation_is_told_at_once(anna: Acting) -> None:
    form = {"naam": "x", "email": "geen", "rol": "operator", "reden": "omdat"}
    answer = browser("anna").post("/mensen/uitnodigen", form)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert [words in page for words in ("3 tot 60 letters", "Vul een e-mailadres in", "Kies een rol")] == [True] * 3


def test_who_proposed_does_not_approve(anna: Acting, bas: Acting) -> None:
    number = invited(anna)
    with pytest.raises(errors.NotAllowed) as raised:
        services.approve_invitation(number, by=anna)
    assert raised.value.reason == "eigen-voorstel"
    answer = browser("anna").post(f"/mensen/voorstellen/{number}", {"besluit": "ja", "soort": "uitnodiging"})
    assert (answer.status_code, "Een tweede persoon moet beslissen" in answer.content.decode()) == (403, True)
    assert not Invitation.objects.exists()


def test_the_database_refuses_one_person_for_both(anna: Acting) -> None:
    number = invited(anna)
    with pytest.raises(IntegrityError), transaction.atomic():
        TwoPersonChange.objects.filter(pk=number).update(state="goedgekeurd", decider=anna.person)


@pytest.mark.parametrize(
    ("at", "role"), [("shop", "org_admin"), ("bank", "analyst"), ("bank", "auditor"), ("shop", "core_group")]
)
def test_no_stranger_and_no_other_role_proposes_or_approves(anna: Acting, circle: Circle, at: str, role: str) -> None:
    number, other = invited(anna), someone(circle, "ander", at=at, role=role)
    with pytest.raises(errors.NotAllowed):
        services.approve_invitation(number, by=other)
    with pytest.raises(errors.NotAllowed):
        services.propose_invitation(INVITE, by=other, organisation=anna.organisation, reason="ik wil")
    assert TwoPersonChange.objects.get(pk=number).state == "voorgesteld"


def test_a_refused_attempt_stays_in_the_log(anna: Acting, circle: Circle) -> None:
    number, other = invited(anna), someone(circle, "ander", at="shop")
    with pytest.raises(errors.NotAllowed):
        services.approve_invitation(number, by=other)
    assert Event.objects.filter(activity="uitnodiging besluit", outcome="refused").count() == 1


def test_the_programme_office_decides_where_there_is_one_administrator_and_never_proposes(anna: Acting, circle: Circle) -> None:
    office = someone(circle, "bureau", at="shop", role="programme_office")
    number = invited(anna)
    assert "nieuw</b> (bank)" in browser("bureau").get("/mensen").content.decode()
    assert services.approve_invitation(number, by=office)
    with pytest.raises(errors.NotAllowed):
        services.propose_invitation(INVITE, by=office, organisation=anna.organisation, reason="wij willen")


def test_a_role_changes_by_two_and_its_history_stays(anna: Acting, bas: Acting, circle: Circle) -> None:
    chris = someone(circle, "chris", role="analyst")
    number = propose_role(anna, chris, "data_officer")
    assert role_of("chris") == "analyst"
    services.approve_role(number, by=bas)
    assert role_of("chris") == "data_officer"
    page = browser("anna").get("/mensen").content.decode()
    assert "chris was analist" in page
    assert "chris, gegevensbeheerder: goedgekeurd (bas)" in page
    with pytest.raises(errors.Conflict):
        services.approve_role(number, by=bas)


def propose_role(by: Acting, whose: Acting, role: str) -> int:
    new = NewRole(person=whose.person, username=whose.name, role=role)
    return services.propose_role(new, by=by, organisation=by.organisation, reason="nieuwe taak").pk


def test_nobody_gives_themselves_a_role_with_a_friend_of_another_organisation(anna: Acting, circle: Circle) -> None:
    friend, chris = someone(circle, "vriend", at="shop"), someone(circle, "chris", role="analyst")
    number = propose_role(anna, chris, "org_admin")
    with pytest.raises(errors.NotAllowed):
        services.approve_role(number, by=friend)


def test_a_steering_role_is_not_given_by_an_organisation(anna: Acting, bas: Acting) -> None:
    with pytest.raises(errors.Malformed):
        propose_role(anna, bas, "programme_office")


def test_a_refusal_has_a_reason_and_is_final(anna: Acting, bas: Acting) -> None:
    number = invited(anna)
    with pytest.raises(errors.Malformed):
        services.refuse(roles.INVITE, number, by=bas, answer="  ")
    services.refuse(roles.INVITE, number, by=bas, answer="Eerst een opleiding.")
    assert TwoPersonChange.objects.get().answer == "Eerst een opleiding."
    with pytest.raises(errors.Conflict):
        services.approve_invitation(number, by=bas)


def test_silence_is_no(anna: Acting, bas: Acting, later: Callable[[int], None]) -> None:
    number = invited(anna)
    later(14 * 86_400)
    with pytest.raises(errors.Conflict):
        services.approve_invitation(number, by=bas)
    changes.lapse(clock.now())
    assert TwoPersonChange.objects.get().state == "verlopen"


def test_an_invitation_ends_after_a_week(anna: Acting, bas: Acting, later: Callable[[int], None]) -> None:
    secret = services.approve_invitation(invited(anna), by=bas)
    later(7 * 86_400)
    assert Client().get(f"/uitnodiging/{secret}").status_code == 404


def test_an_invitation_does_not_take_over_an_account_of_that_name(anna: Acting, bas: Acting, circle: Circle) -> None:
    someone(circle, "nieuw", at="shop", role="analyst")
    secret = services.approve_invitation(invited(anna), by=bas)
    with pytest.raises(errors.NotAllowed):
        services.accept_invitation(secret, password="een-ander-wachtwoord")
    services.accept_invitation(secret, password=PASSWORD)
    assert Membership.objects.filter(user__username="nieuw", ended=None).count() == 2


def test_what_somebody_proposed_goes_when_they_leave(anna: Acting, bas: Acting) -> None:
    number = invited(anna)
    row = Membership.objects.get(user=anna.person, ended=None)
    services.end_role(row.pk, by=bas)
    with pytest.raises(errors.Conflict):
        services.approve_invitation(number, by=bas)
    assert TwoPersonChange.objects.get().state == "ingetrokken"


def test_the_last_administrator_stays_and_another_organisation_is_left_alone(anna: Acting, circle: Circle) -> None:
    shop = someone(circle, "winkelier", at="shop")
    mine = Membership.objects.get(user=anna.person, ended=None)
    with pytest.raises(errors.Conflict):
        services.end_role(mine.pk, by=anna)
    with pytest.raises(errors.NotFound):
        services.end_role(mine.pk, by=shop)
    assert browser("winkelier").post(f"/mensen/{mine.pk}/stoppen").status_code == 404
    someone(circle, "chris", role="analyst")
    assert browser("chris").post(f"/mensen/{mine.pk}/stoppen").status_code == 403


def test_one_does_not_take_back_what_another_proposed(anna: Acting, bas: Acting) -> None:
    number = invited(anna)
    assert browser("bas").post(f"/mensen/voorstellen/{number}/terug").status_code == 404
    assert browser("anna").post(f"/mensen/voorstellen/{number}/terug").status_code == 302
    assert TwoPersonChange.objects.get().state == "ingetrokken"


# several organisations


@pytest.fixture
def both(circle: Circle) -> Phone:
    """Anna is an analyst of the bank and an administrator of the shop."""
    phone = employee(circle.members["bank"].id, name="anna")
    services.enrol(Person("anna", "een-lang-wachtwoord", circle.members["shop"].id, "org_admin"))
    return phone


@pytest.mark.usefixtures("in_earnest")
def test_who_has_two_organisations_acts_for_neither_until_one_is_chosen(both: Phone) -> None:
    client = signed_in(both)
    assert client.get("/kringen")["location"] == "/werkt-voor?next=%2Fkringen"
    shop = Membership.objects.get(role="org_admin")
    before = client.session.session_key
    answer = client.post("/werkt-voor", {"rol": shop.pk, "next": "/mensen"})
    assert (answer["location"], client.session.session_key != before) == ("/mensen", True)
    page = client.get("/mensen").content.decode()
    assert "Ingelogd als beheerder van shop" in page
    bank = Membership.objects.get(role="analyst")
    client.post("/werkt-voor", {"rol": bank.pk})
    assert "Ingelogd als analist van bank" in client.get("/kringen").content.decode()
    assert client.post("/mensen/uitnodigen", {"naam": "xyz"}).status_code in {403, 422}
    assert Event.objects.filter(activity="werkt nu voor").count() == 2


@pytest.mark.usefixtures("in_earnest")
def test_an_analyst_does_not_act_for_another_organisation_by_a_number(circle: Circle) -> None:
    phone = employee(circle.members["bank"].id)
    services.enrol(Person("winkelier", "een-lang-wachtwoord", circle.members["shop"].id, "org_admin"))
    theirs = Membership.objects.get(role="org_admin")
    client = signed_in(phone)
    assert client.post("/werkt-voor", {"rol": theirs.pk}).status_code == 422
    session = client.session
    session["membership"] = theirs.pk
    session.save()
    assert client.get("/kringen")["location"].startswith("/inloggen?")
    assert "_auth_user_id" not in client.session


def test_outside_a_session_who_has_several_acts_for_none(both: Phone) -> None:
    user = User.objects.get(username="anna")
    with pytest.raises(errors.NotAllowed):
        selectors.acting(user)
    services.end_membership("anna", bytes(Membership.objects.get(role="org_admin").organisation_id))
    assert selectors.acting(user).role == "analyst"


@pytest.mark.usefixtures("in_earnest")
def test_ending_one_role_leaves_the_other(both: Phone, circle: Circle) -> None:
    client = signed_in(both)
    client.post("/werkt-voor", {"rol": Membership.objects.get(role="org_admin").pk})
    services.end_membership("anna", circle.members["shop"].id)
    assert client.get("/mensen")["location"].startswith("/inloggen?")
    again = signed_in(both, ahead=1)
    assert "Ingelogd als analist van bank" in again.get("/kringen").content.decode()


def test_the_list_of_people_takes_as_many_queries_for_one_as_for_many(anna: Acting, circle: Circle) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = browser("anna")
    client.get("/mensen")
    counts = []
    for names in ((), ("p1", "p2", "p3", "p4")):
        for name in names:
            someone(circle, name, role="analyst")
        with CaptureQueriesContext(connection) as seen:
            client.get("/mensen")
        counts.append(len(seen))
    assert counts[0] == counts[1]

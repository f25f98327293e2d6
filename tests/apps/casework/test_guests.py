"""An adviser from outside: two members let in, one case, until a second; advice at the legal stage and nothing more."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from hub_fixtures import Server
from make_casework import ADVICE, Desk
from make_people import PASSWORD, reader, shown
from psycopg import errors as postgres

from sluis.apps.audit.models import Event
from sluis.apps.casework import selectors, services
from sluis.apps.casework.selectors import Adviser
from sluis.apps.casework.services import Invited
from sluis.apps.partners import selectors as partners
from sluis.apps.partners.selectors import Role
from sluis.core import errors
from sluis.wire import clock

Later = Callable[[int], None]
DAY = 86_400
INVITED = Invited("mr. Adviseur", "Kantoor Verzonnen", 30)


def test_a_guest_reads_one_case_and_gives_the_advice_that_its_gate_needs(desk: Desk) -> None:
    case = desk.passed(desk.case(), to=3)
    services.take_stage(desk.house.actor("bank"), case)
    who = desk.guest(case)
    page = selectors.advice_page(who, case)
    assert (page.title, page.is_asked) == ("Verdachte toestellen", True)
    assert [one.title for one in page.stages[0].evidence] == ["Analyse"]
    services.give_advice(who, case, ADVICE)
    desk.assessment(case)
    desk.ask(case)
    desk.answer(case)
    found = desk.page(case, "carrier")
    assert found.stage.number == 4
    assert [(one.kind, one.by) for one in found.stages[2].evidence if one.kind == "advies"] == [
        ("advies", "mr. Adviseur, Kantoor Verzonnen")
    ]


def test_another_member_than_who_proposed_confirms(desk: Desk) -> None:
    case = desk.case()
    guest = services.propose_guest(desk.house.actor("bank"), case, INVITED)
    for actor in (desk.house.actor("bank"), desk.house.actor("bank", Role.DATA_OFFICER, "2")):
        with pytest.raises(errors.NotAllowed) as raised:
            services.confirm_guest(actor, case, guest)
        assert raised.value.reason == "eigen-voordracht"
    services.confirm_guest(desk.house.actor("shop"), case, guest)
    with pytest.raises(errors.Conflict):
        services.confirm_guest(desk.house.actor("carrier"), case, guest)


@pytest.mark.parametrize("role", [Role.ANALYST, Role.OBSERVER, Role.ORG_ADMIN, Role.PROGRAMME_OFFICE])
def test_who_does_not_decide_lets_nobody_in(desk: Desk, role: str) -> None:
    case = desk.case()
    guest = services.propose_guest(desk.house.actor("bank"), case, INVITED)
    with pytest.raises(errors.NotAllowed):
        services.propose_guest(desk.house.actor("shop", role), case, INVITED)
    with pytest.raises(errors.NotAllowed):
        services.confirm_guest(desk.house.actor("shop", role), case, guest)


def test_every_fault_of_a_proposal_is_told_at_once(desk: Desk) -> None:
    with pytest.raises(errors.Malformed) as raised:
        services.propose_guest(desk.house.actor("bank"), desk.case(), Invited("", "x" * 201, 91))
    assert [one.where for one in raised.value.faults] == ["dagen", "naam", "kantoor"]


def test_at_the_second_of_the_term_the_adviser_reads_and_gives_nothing(desk: Desk, later: Later) -> None:
    case = desk.passed(desk.case(), to=3)
    who, begun = desk.guest(case, days=1), clock.now()
    (row,) = selectors.guests_page(desk.house.actor("bank"), case).guests
    later(row.until - begun - 5)
    assert selectors.advice_page(who, case).id == case
    later(row.until - begun)
    assert selectors.advice_cases(who) == ()
    with pytest.raises(errors.NotFound):
        selectors.advice_page(who, case)
    with pytest.raises(errors.NotFound):
        services.give_advice(who, case, ADVICE)
    (row,) = selectors.guests_page(desk.house.actor("bank"), case).guests
    assert row.state == "voorbij"


def test_one_member_ends_access_at_once(desk: Desk) -> None:
    case = desk.case()
    who = desk.guest(case)
    (row,) = selectors.guests_page(desk.house.actor("bank"), case).guests
    services.end_guest(desk.house.actor("carrier"), case, row.id)
    assert selectors.advice_cases(who) == ()
    with pytest.raises(errors.Conflict):
        services.end_guest(desk.house.actor("carrier"), case, row.id)


def test_an_invitation_works_once_and_not_past_its_term(desk: Desk, later: Later) -> None:
    case = desk.case()
    secret = desk.invited(case, days=1)
    assert services.invited_by(secret) == "mr. Adviseur"
    services.accept_guest(secret, username="adviseur", password=PASSWORD)
    for used in (secret, "een ander geheim"):
        with pytest.raises(errors.NotFound):
            services.accept_guest(used, username="iemand", password=PASSWORD)
    other = desk.invited(case, days=1)
    later(DAY)
    with pytest.raises(errors.NotFound):
        services.accept_guest(other, username="iemand", password=PASSWORD)
    assert not User.objects.filter(username="iemand").exists()


def test_a_name_that_is_taken_needs_its_own_password(desk: Desk) -> None:
    case = desk.case()
    reader(desk.house.circle, "telecom")
    with pytest.raises(errors.NotAllowed) as raised:
        services.accept_guest(desk.invited(case), username="privacy_officer.telecom", password="een-ander-lang-woord")
    assert raised.value.reason == "naam-bezet"


def test_advice_is_asked_at_the_legal_stage_only(desk: Desk) -> None:
    case = desk.case()
    with pytest.raises(errors.Conflict) as raised:
        services.give_advice(desk.guest(case), case, ADVICE)
    assert raised.value.reason == "geen-advies-gevraagd"


def test_a_guest_of_one_case_reads_no_other_of_the_same_group(desk: Desk) -> None:
    mine, other = desk.case(), desk.case()
    who = desk.guest(mine)
    assert [one for one, _title in selectors.advice_cases(who)] == [mine]
    for case in (other, uuid4()):
        with pytest.raises(errors.NotFound):
            selectors.advice_page(who, case)


def test_an_adviser_acts_for_no_organisation(desk: Desk) -> None:
    who = desk.guest(desk.case())
    with pytest.raises(errors.NotAllowed):
        partners.acting(User.objects.get(pk=who.person))


@pytest.fixture
def adviser(desk: Desk) -> tuple[Client, Desk]:
    """A browser of an adviser, signed in."""
    case = desk.passed(desk.case(), to=3)
    desk.guest(case)
    client = Client()
    assert client.login(username="adviseur", password=PASSWORD)
    return client, desk


def test_the_pages_from_proposal_to_advice(desk: Desk) -> None:
    case = desk.passed(desk.case(), to=3)
    bank, shop, adviser = reader(desk.house.circle, "bank"), reader(desk.house.circle, "shop"), Client()
    guests = reverse("casework:list-guests", args=[case])
    wrong = bank.post(guests, {"naam": "", "kantoor": "Kantoor Verzonnen", "dagen": "0"}).content.decode()
    assert "Naam: vul dit in" in wrong
    assert "Aantal dagen: kies 1 tot en met 90 dagen" in wrong
    bank.post(guests, {"naam": "mr. Adviseur", "kantoor": "Kantoor Verzonnen", "dagen": "30"})
    (row,) = selectors.guests_page(desk.house.actor("shop"), case).guests
    confirm = reverse("casework:confirm-guest", args=[case, row.id])
    assert "Een ander lid bevestigt" in bank.post(confirm, follow=True).content.decode()
    told = shop.post(confirm).content.decode()
    link = told.split('sluis-octetten">')[1].split("<")[0].replace("http://testserver", "")
    assert "mr. Adviseur is gevraagd om advies" in shown(adviser, link)
    assert adviser.post(link, {"naam": "adviseur", "wachtwoord": "kort"}).status_code == 422
    assert adviser.post(link, {"naam": "adviseur", "wachtwoord": PASSWORD})["location"].endswith("/casuistiek/advies")
    assert adviser.get(link).status_code == 404
    assert adviser.login(username="adviseur", password=PASSWORD)
    assert "Verdachte toestellen" in shown(adviser, reverse("casework:list-advice"))
    page = reverse("casework:show-advice", args=[case])
    adviser.post(page, {"titel": "Advies", "advies": "Vraag eerst een vergunning aan.", "vindplaats": ""})
    assert "Vraag eerst een vergunning aan." in shown(shop, reverse("casework:show-case", args=[case]))
    assert desk.house.told("bank")[-1] == "advies-gegeven"


def test_an_adviser_finds_none_of_the_pages_of_members(adviser: tuple[Client, Desk]) -> None:
    client, desk = adviser
    (case,) = [one.id for one in selectors.my_cases(desk.house.actor("bank")).cases]
    for name, ids in (("list-cases", []), ("show-inventory", [desk.group]), ("show-case", [case]), ("list-guests", [case])):
        assert client.get(reverse(f"casework:{name}", args=ids)).status_code == 403, name


def test_an_adviser_signs_out_on_every_page(adviser: tuple[Client, Desk]) -> None:
    client, _desk = adviser
    assert "Uitloggen" in shown(client, reverse("casework:list-advice"))
    assert "Uitloggen" not in shown(Client(), reverse("consent:list-published"))


READ = ("case", "owner", "evidence", "bottleneck")


def test_the_database_shows_a_guest_one_case_within_its_term_and_nothing_else(desk: Desk, database: Server) -> None:
    mine, other = desk.passed(desk.case(), to=2), desk.passed(desk.case(), to=2)
    who = desk.guest(mine)
    (row,) = selectors.guests_page(desk.house.actor("bank"), mine).guests
    with database.connect("sluis_web") as raw:
        raw.execute("SELECT set_config('sluis.person', %s, false)", [str(who.person)])
        for at, seen in ((row.until - 1, True), (row.until, False), (row.until + 1, False)):
            raw.execute("SELECT set_config('sluis.moment', %s, false)", [str(at)])
            for table in READ:
                key = "id" if table in {"case", "bottleneck"} else "case_id"
                rows = raw.execute(f"SELECT {key} FROM casework_{table}").fetchall()
                assert bool(rows) == seen, (table, at)
                assert table == "bottleneck" or {one for (one,) in rows} <= {mine}
                assert len(rows) <= 1
            for table in ("gate", "score", "workshop", "decision", "memo"):
                assert raw.execute(f"SELECT count(*) FROM casework_{table}").fetchone() == (0,)
        assert other != mine


@pytest.mark.parametrize("kind", ["document", "advies", "beoordeling"])
def test_the_database_takes_from_a_guest_nothing_but_advice_at_the_legal_stage(desk: Desk, database: Server, kind: str) -> None:
    case = desk.passed(desk.case(), to=2)
    who = desk.guest(case)
    with database.connect("sluis_web") as raw:
        raw.execute("SELECT set_config('sluis.person', %s, false)", [str(who.person)])
        raw.execute("SELECT set_config('sluis.moment', %s, false)", [str(clock.now())])
        with pytest.raises(postgres.InsufficientPrivilege):
            raw.execute(
                "INSERT INTO casework_evidence (id, case_id, group_id, stage, round, kind, title, link, text, outcome, "
                "articles, rules, person, name, time) "
                "VALUES (%s, %s, %s, 3, 1, %s, 'x', '', 'x', '', '[]', '', %s, 'x', 1)",
                [uuid4(), case, desk.group, kind, who.person],
            )


def test_a_member_gives_no_advice_from_outside(desk: Desk, database: Server) -> None:
    case, bank = desk.passed(desk.case(), to=3), desk.house.actor("bank")
    with database.connect("sluis_web") as raw:
        raw.execute("SELECT set_config('sluis.organisation', %s, false)", [bank.organisation.hex()])
        raw.execute("SELECT set_config('sluis.person', %s, false)", [str(bank.person)])
        with pytest.raises(postgres.InsufficientPrivilege):
            raw.execute(
                "INSERT INTO casework_evidence (id, case_id, group_id, stage, round, kind, title, link, text, outcome, "
                "articles, rules, party, person, name, time) "
                "VALUES (%s, %s, %s, 3, 1, 'advies', 'x', '', 'x', '', '[]', '', %s, %s, 'x', 1)",
                [uuid4(), case, desk.group, bank.organisation, bank.person],
            )


def test_every_step_of_access_is_logged(desk: Desk) -> None:
    case = desk.passed(desk.case(), to=3)
    who: Adviser = desk.guest(case)
    services.give_advice(who, case, ADVICE)
    told = set(Event.objects.filter(activity__contains="gast").values_list("activity", flat=True))
    assert told == {"casusgast voordragen", "casusgast bevestigen", "casusgast aanvaarden"}
    assert Event.objects.filter(activity="casusadvies inbrengen").count() == 1


def test_an_adviser_who_signs_in_begins_at_the_case_and_everybody_else_at_the_circles(desk: Desk) -> None:
    desk.guest(desk.passed(desk.case(), to=3), name="adviseur")
    guest = Client()
    assert guest.login(username="adviseur", password=PASSWORD)
    assert guest.get("/")["location"] == "/casuistiek/advies"
    assert reader(desk.house.circle).get("/")["location"] == Client().get("/")["location"] == "/kringen"

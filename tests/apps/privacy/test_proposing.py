"""From an answer to an open gate: a member proposes the assessment with its evidence, another approves, nobody alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from make import Circle
from make_law import RISK, SUSPICION, SYNTHETIC
from make_people import PASSWORD, reader, shown

from sluis.apps.partners import selectors as partners
from sluis.apps.partners import services as people
from sluis.apps.partners.services import Person
from sluis.apps.privacy import selectors
from sluis.apps.privacy.models import Evidence
from sluis.apps.privacy.services import proposing
from sluis.core import errors
from sluis.core.exchange.policy import Section
from sluis.wire import clock

PATH = "/privacykader/voorstel"
WAITING = "/privacykader/voorstellen/proeftuin"
EVIDENCE = "/privacykader/bewijs"
QUERY = "from=bank&to=webshop&data=synthetic&offence=none&subject=none&purpose=research&technique=plain"


def day(ahead: int) -> str:
    return (timezone.localdate() + timedelta(days=ahead)).isoformat()


def form(facts: dict[str, object], **changes: str) -> dict[str, object]:
    plain = {"kring": "proeftuin", "naam": "PK-7", "waarom": "Dit willen wij delen.", "tot": day(60), "herzien": day(30)}
    return {**facts, **plain, **changes}


def registered(browser: Client, name: str, kind: str = "regeling") -> None:
    given = {
        "name": name,
        "kind": kind,
        "title": f"Verzonnen {name}",
        "scope": "Deze kring",
        "starts": day(-1),
        "ends": day(90),
    }
    answer = browser.post(EVIDENCE, given)
    assert answer.status_code == 302, answer.content.decode()


def acting(name: str) -> partners.Acting:
    return partners.acting(User.objects.get(username=name))


def number(page: str) -> str:
    return page.partition("/voorstellen/proeftuin/")[2].partition('"')[0]


@pytest.fixture
def jurists(circle: Circle) -> tuple[Client, Client]:
    return reader(circle), reader(circle, "shop")


def version(circle: Circle) -> int:
    newest = selectors.assessment_of(circle.id)
    return newest.version if newest else 0


def gate(circle: Circle) -> str:
    section: Section = partners.snapshot().section(circle.id)
    ground = selectors.shut_by(selectors.assessment_of(circle.id), at=clock.now(), circle=section)
    return ground.code if ground else "open"


def test_an_answer_becomes_an_assessment_when_two_members_want_it(circle: Circle, jurists: tuple[Client, Client]) -> None:
    bank, shop = jurists
    circle.assess(exchanges=(SUSPICION,))
    assert gate(circle) == "beoordeling-zegt-nee"
    assert "Stel dit voor als beoordeling van een kring" in shown(bank, f"/privacykader?{QUERY}")
    assert "Voor welke uitwisselkring" in shown(bank, f"{PATH}?{QUERY}")
    answer = bank.post(PATH, form(SYNTHETIC, terug="on"))
    assert (answer.status_code, answer["location"]) == (302, WAITING)
    assert gate(circle) == "beoordeling-zegt-nee"
    assert "Iemand van een ander lid" in shown(bank, WAITING)
    assert shop.post(f"{WAITING}/{number(shown(shop, WAITING))}", {"besluit": "ja"}).status_code == 302
    newest = selectors.assessment_of(circle.id)
    assert newest is not None
    assert [(one["from"], one["to"]) for one in newest.exchanges] == [("bank", "webshop"), ("webshop", "bank")]
    assert newest.approver == "privacy_officer.bank, privacy_officer.shop"
    assert gate(circle) == "open"


def test_conditions_are_met_by_evidence_that_the_member_registered(circle: Circle, jurists: tuple[Client, Client]) -> None:
    bank, shop = jurists
    for one in ("DPIA-9", "REGELING-9"):
        registered(bank, one, "dpia" if one.startswith("DPIA") else "regeling")
    page = bank.post(PATH, {**RISK}).content.decode()
    codes = {one.partition('"')[0] for one in page.split('name="met-')[1:]}
    assert "C-DPIA" in codes
    assert "Verzonnen DPIA-9" in page
    chosen = {f"met-{code}": "DPIA-9" if code == "C-DPIA" else "REGELING-9" for code in codes}
    assert bank.post(PATH, form(RISK, **chosen)).status_code == 302
    assert "DPIA-9" in shown(shop, WAITING)
    assert shop.post(f"{WAITING}/{number(shown(shop, WAITING))}", {"besluit": "ja"}).status_code == 302
    assert gate(circle) == "open"
    assert Evidence.objects.get(name="DPIA-9").parties == ["bank"]


def test_evidence_of_others_is_not_there_to_choose(circle: Circle, jurists: tuple[Client, Client]) -> None:
    bank, shop = jurists
    registered(shop, "GEHEIM-1", "dpia")
    page = bank.post(PATH, {**RISK}).content.decode()
    assert "GEHEIM-1" not in page
    answer = bank.post(PATH, form(RISK, **{"met-C-DPIA": "GEHEIM-1"}))
    assert answer.status_code == 422
    assert proposing.circles.waiting(proposing.RULE, proposing.ProposedAssessment, by=acting("privacy_officer.bank")) == ()


def test_wrong_days_are_told_and_what_was_typed_stays(jurists: tuple[Client, Client]) -> None:
    answer = jurists[0].post(PATH, form(SYNTHETIC, tot=day(-3), herzien=day(300), naam="Mijn naam"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "De laatste dag ligt na vandaag." in page
    assert 'value="Mijn naam"' in page
    answer = jurists[0].post(PATH, form(SYNTHETIC, tot="morgen", naam=""))
    assert answer.content.decode().count('aria-invalid="true"') == 2


def test_a_reason_that_names_somebody_is_refused(circle: Circle, jurists: tuple[Client, Client]) -> None:
    answer = jurists[0].post(PATH, form(SYNTHETIC, waarom="Vanwege NL13TEST0123456789."))
    assert answer.status_code == 422
    assert "Haal het weg" in answer.content.decode()
    assert version(circle) == 1


def test_nobody_decides_alone_and_no_other_role_or_outsider_takes_part(circle: Circle, jurists: tuple[Client, Client]) -> None:
    bank, _shop = jurists
    assert bank.post(PATH, form(SYNTHETIC)).status_code == 302
    waits = int(number(shown(jurists[1], WAITING)))
    assert bank.post(f"{WAITING}/{waits}", {"besluit": "ja"}).status_code == 403
    people.enrol(Person("tweede.bank", PASSWORD, circle.members["bank"].id, "privacy_officer"))
    with pytest.raises(errors.NotAllowed) as raised:
        proposing.approve(waits, by=acting("tweede.bank"))
    assert raised.value.reason == "zelfde-organisatie"
    analyst = reader(circle, "shop", "analyst")
    assert analyst.post(f"{WAITING}/{waits}", {"besluit": "ja"}).status_code == 403
    assert analyst.get(EVIDENCE).status_code == analyst.post(PATH, form(SYNTHETIC)).status_code == 403
    assert version(circle) == 1


def test_evidence_taken_back_meanwhile_stops_the_approval(circle: Circle, jurists: tuple[Client, Client]) -> None:
    bank, shop = jurists
    registered(bank, "DPIA-9", "dpia")
    assert bank.post(PATH, form(RISK, **{"met-C-DPIA": "DPIA-9"})).status_code == 302
    Evidence.objects.get(name="DPIA-9").take_back(circle.now, "Verlopen.")
    answer = shop.post(f"{WAITING}/{number(shown(shop, WAITING))}", {"besluit": "ja"})
    assert answer.status_code == 422
    assert version(circle) == 1
    assert "Keur goed" in shown(shop, WAITING)


def test_a_refusal_keeps_the_gate_as_it_was(circle: Circle, jurists: tuple[Client, Client]) -> None:
    bank, shop = jurists
    bank.post(PATH, form(SYNTHETIC))
    waits = number(shown(shop, WAITING))
    assert shop.post(f"{WAITING}/{waits}", {"besluit": "nee", "reden": "Te lang."}).status_code == 302
    assert "Er wacht niets." in shown(bank, WAITING)
    assert version(circle) == 1

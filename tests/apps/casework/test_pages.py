"""The pages, through HTTP: a bottleneck goes through its stages by buttons alone, and refusals are told in words."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import UUID

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from make_casework import Desk, Panel, address
from make_people import reader, shown

from sluis.apps.casework import selectors, services
from sluis.apps.partners.selectors import Acting


@pytest.fixture
def client(desk: Desk) -> Callable[..., Client]:
    """`client("shop")`: a privacy officer of the shop, signed in."""
    return lambda name="bank", role="privacy_officer": reader(desk.house.circle, name, role)


def url(name: str, *ids: UUID | int | str) -> str:
    return reverse(f"casework:{name}", args=ids)


def button(client: Client, name: str, *ids: UUID | int, **fields: object) -> str:
    """Presses a button; the page it leads to."""
    answer = client.post(url(name, *ids), fields, follow=True)
    assert answer.status_code == 200, (name, answer.status_code)
    return answer.content.decode()


def made(client: Client, name: str, *ids: UUID, **fields: object) -> UUID:
    """Sends a form; the id of what it made."""
    answer = client.post(url(name, *ids), fields, follow=True)
    assert answer.status_code == 200, (name, answer.content.decode())
    return UUID(answer.redirect_chain[-1][0].rsplit("/", 1)[1])


def test_a_bottleneck_is_scored_chosen_and_passes_its_first_gate_by_the_pages_alone(
    desk: Desk, client: Callable[..., Client]
) -> None:
    people = [client(), client("shop"), client("carrier")]
    bank, shop, _carrier = people
    entry = made(bank, "bring-in", desk.group, soort="kans", titel="Verdachte toestellen", tekst="Iedereen ziet ze.")
    for one in people:
        page = button(one, "score-entry", entry, effect="5", feasibility="4", urgency="3")
    assert "12,0" in page
    assert "12,0" in shown(shop, url("show-inventory", desk.group))
    case = made(shop, "open-case", entry)
    assert "Nog geen eigenaar." in shown(bank, url("show-case", case))
    button(bank, "take-stage", case)
    assert "breng eerst een document in" in button(bank, "ask-gate", case)
    wrong = bank.post(url("add-document", case), {"titel": "", "samenvatting": "Bel 0612345678", "vindplaats": "Map 3"})
    assert wrong.status_code == 422
    told = wrong.content.decode()
    assert "Titel: vul dit in" in told
    assert "Samenvatting: er staat een rekening of mobiel nummer in" in told
    assert 'value="Map 3"' in told, "what was typed is kept"
    button(bank, "add-document", case, titel="Analyse", samenvatting="Elke week.", vindplaats="Map 3")
    assert button(bank, "add-assessment", case, titel="Toets", adres=address()).count("niet mogelijk") == 1
    button(bank, "ask-gate", case)
    question = re.search(r'name="vraag" value="(\d+)"', shown(shop, url("show-case", case)))[1]
    assert "Iemand van een ander lid beslist" in button(bank, "answer-gate", case, vraag=question, antwoord="ja")
    assert "Fase 2: Effectiviteit onderzoeken" in button(shop, "answer-gate", case, vraag=question, antwoord="ja")
    assert "Fase 1: Knelpunt analyseren" in button(bank, "go-back", case, fase="1", reden="De analyse klopt niet.")
    assert "Van voor de casus terugging" in shown(shop, url("show-case", case))


def test_an_entry_is_dropped_with_a_reason(desk: Desk, client: Callable[..., Client]) -> None:
    entry = desk.entry()
    assert "Geef een reden" in button(client(), "drop-entry", entry, reden=" ")
    assert "Dit is al geregeld." in button(client(), "drop-entry", entry, reden="Dit is al geregeld.")
    assert "al gekozen of afgevoerd" in button(client(), "open-case", entry)


def test_the_programme_office_sees_a_number_and_an_age(desk: Desk, client: Callable[..., Client]) -> None:
    case = desk.case()
    page = shown(client("other", "programme_office"), url("list-cases"))
    assert "1 van 6" in page
    for hidden in ("Verdachte toestellen", "Bankhelpdesk", str(case), str(desk.group)):
        assert hidden not in page
    for name in ("show-case", "add-document"):
        assert client("other", "programme_office").get(url(name, case)).status_code == 403


def test_a_stranger_finds_no_page(desk: Desk, client: Callable[..., Client]) -> None:
    entry, case, stranger = desk.entry(title="Een ander"), desk.case(), client("telecom")
    for name, where in (("show-inventory", desk.group), ("bring-in", desk.group), ("show-entry", entry), ("show-case", case)):
        assert stranger.get(url(name, where)).status_code == 404, name
    for name, where in (("score-entry", entry), ("open-case", entry), ("take-stage", case), ("ask-gate", case)):
        fields = {"effect": "1", "feasibility": "1", "urgency": "1"}
        assert stranger.post(url(name, where), fields).status_code == 404, name
    assert Client().get(url("show-case", case))["location"].startswith("/inloggen")


def test_who_was_asked_at_a_gate_hears_that_there_is_something_and_not_what(desk: Desk, client: Callable[..., Client]) -> None:
    case = desk.case()
    desk.document(case)
    services.ask_gate(desk.house.actor("bank"), case)
    assert desk.house.told("shop")[-1:] == ["poort-gevraagd"]
    page = shown(client("shop"), reverse("consent:list-groups"))
    assert "een casus wacht op een tweede lid" in page
    assert "Verdachte toestellen" not in page


def browser(who: Acting) -> Client:
    """A browser of somebody who has an account."""
    client = Client()
    client.force_login(User.objects.get(pk=who.person), backend="django.contrib.auth.backends.ModelBackend")
    return client


def digest(page: str) -> str:
    return re.search(r'name="afdruk" value="([0-9a-f]{64})"', page)[1]


def test_a_question_gets_a_signed_advice_and_a_public_answer_by_the_pages_alone(panel: Panel) -> None:
    asker, writer, peer, chair = map(browser, (panel.asker, panel.writer, panel.peer, panel.chair))
    wrong = asker.post(url("ask-question"), {"titel": "", "vraag": "Bel 0612345678"})
    assert (wrong.status_code, "Vraag: er staat een rekening" in wrong.content.decode()) == (422, True)
    question = made(asker, "ask-question", titel="Toestel delen", vraag="Mag een vervoerder dit melden?")
    where = url("show-question", question)
    assert "verdeling uiterlijk" in shown(asker, where)
    assert "Toestel delen" in shown(writer, url("show-desk"))
    assert "Geef een reden" in button(writer, "triage", question, keuze="weigeren")
    button(writer, "triage", question, keuze="aannemen")
    button(writer, "write-draft", question, advies="Ja, onder voorwaarden.")
    assert "Ja, onder voorwaarden." not in shown(asker, where)
    assert "Opmerkingen: vul dit in" in button(peer, "review-draft", question, concept="1", oordeel="nee")
    assert "Eerst is een andere deskundige het eens" in button(chair, "sign-draft", question, concept="1")
    button(peer, "review-draft", question, concept="1", oordeel="ja")
    button(chair, "sign-draft", question, concept="1")
    assert "Ja, onder voorwaarden." in shown(asker, where)
    button(writer, "write-answer", question, titel="Toestellen melden", vraag="Mag iemand dit?", antwoord="Soms wel.")
    button(chair, "check-answer", question, afdruk=digest(shown(chair, where)))
    assert "Toestellen melden" not in shown(browser(panel.actor("other")), url("list-answers"))
    button(asker, "agree-answer", question, afdruk=digest(shown(asker, where)))
    reader = browser(panel.actor("other"))
    assert "Toestellen melden" in shown(reader, url("list-answers") + "?q=soms")
    page = shown(reader, url("show-answer", question))
    assert "Soms wel." in page
    for hidden in ("Toestel delen", "carrier", panel.writer.name, panel.chair.name):
        assert hidden not in page
    assert reader.get(where).status_code == 404


def test_seats_are_given_by_two_on_the_page(panel: Panel) -> None:
    office, core = (browser(panel.actor("other", role)) for role in ("programme_office", "core_group"))
    who = panel.actor("bank")
    assert "Naam: noem iemand" in office.post(url("list-seats"), {"naam": "x", "zetel": "deskundige"}).content.decode()
    given = {"naam": who.name, "zetel": "deskundige", "reden": "Kent het recht."}
    page = office.post(url("list-seats"), given, follow=True).content.decode()
    assert "Een tweede persoon moet beslissen" in page
    number = int(re.search(r"voorstellen/(\d+)", shown(core, url("list-seats")))[1])
    assert f"{who.name} (bank)" in button(core, "decide-seat", number, besluit="ja")
    assert "Kent het recht." not in shown(browser(who), url("list-seats"))
    assert "Nog niemand." in button(core, "end-seat", selectors.seats()[0].id)


def test_the_programme_office_sees_that_a_question_waits(panel: Panel) -> None:
    panel.question(title="GEHEIM-551")
    page = shown(browser(panel.actor("other", "programme_office")), url("show-desk"))
    assert "vraag 1" in page
    for hidden in ("GEHEIM-551", "carrier"):
        assert hidden not in page

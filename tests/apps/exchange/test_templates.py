"""Pages of templates: what each still needs, a draft to take along, and the exchange that is off with what would open it."""

from __future__ import annotations

import json
import re

import msgspec
import pytest
from django.test import Client
from make import Circle
from make_people import reader, shown

from sluis.core.exchange import templates
from sluis.core.exchange.policy import Section

IN_CALL = {
    "from": "telecom",
    "to": "bank",
    "data": ["traffic_data"],
    "offence": "none",
    "subject": "customer",
    "purpose": "stop_payment",
    "technique": "pet_hit_no_hit",
    "flags": [],
}
TELECOM = "Telecommunicatiewet 11.5"


def links(body: str, to: str) -> list[str]:
    return [one.replace("&amp;", "&") for one in re.findall(rf'href="({to}\?[^"]+)"', body)]


@pytest.mark.parametrize("template", list(templates.every()))
def test_a_template_says_what_is_still_needed_and_gives_a_draft_without_assessment(circle: Circle, template: str) -> None:
    person = reader(circle, "shop", "analyst")
    body = shown(person, f"/sjablonen/{template}")
    assert "Ook bij een ja gaat er pas iets door" in body
    answer = person.get(f"/sjablonen/{template}", {"naam": "nieuwe-kring", "titel": "Een nieuwe kring"})
    told = json.loads(answer.content)
    section = msgspec.convert(told["section"], Section, builtin_types=(bytes,), strict=False)
    assert (section.assessment, section.members, section.name) == (None, (), "nieuwe-kring")
    assert bool(told["needed"]["open"]) == (template != "pilot")
    assert "attachment" in answer["content-disposition"]


def test_a_draft_that_does_not_hold_is_said_on_the_page(circle: Circle) -> None:
    answer = reader(circle).get("/sjablonen/sector", {"naam": "Met Spatie", "titel": "x"})
    body = answer.content.decode()
    assert (answer.status_code, "kleine letters" in body, "5 tot 120" in body) == (422, True, True)
    assert reader(circle).get("/sjablonen/alles-mag").status_code == 404


def test_the_exchange_that_is_off_says_its_article_and_leads_to_what_would_open_it(circle: Circle) -> None:
    person = reader(circle)
    body = shown(person, "/sjablonen")
    assert TELECOM in body
    assert "geen-grondslag" in body
    opened_by(person, body)


def opened_by(person: Client, body: str) -> None:
    """The links: the question as it is, which is answered with no, and under the law to come, with conditions."""
    answers = [shown(person, one) for one in links(body, "/privacykader")]
    assert any("Uitkomst: niet mogelijk" in one and TELECOM in one for one in answers)
    assert any("Uitkomst: mogelijk onder voorwaarden" in one for one in answers)


def test_the_circle_itself_is_shut_by_law_and_its_page_leads_there_too(circle: Circle) -> None:
    circle.assess(exchanges=(IN_CALL,), reason="Verkeersgegevens mogen nu niet.")
    body = shown(reader(circle), "/kringen/proeftuin")
    assert "De beoordeling van deze uitwisseling zegt nee." in body
    assert TELECOM in body
    opened_by(reader(circle), body)


def test_a_call_in_that_circle_is_refused_with_the_article(circle: Circle) -> None:
    circle.assess(exchanges=(IN_CALL,), reason="Verkeersgegevens mogen nu niet.")
    answer = circle.post("/v1/verstrekkingen", circle.disclosure(), key=circle.members["shop"].key)
    told = json.loads(answer.content)
    assert (answer.status_code, told["code"]) == (403, "geen-grondslag")
    assert any(TELECOM in one for one in told["articles"])

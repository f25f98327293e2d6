"""The portal in English: grounds of refusal, and the switch in the footer."""

from __future__ import annotations

import pytest
from django.test import Client
from make import Circle

from sluis.apps.partners import services as partners
from sluis.apps.partners.services import Person
from sluis.core.law.decision import GROUNDS


def test_every_ground_of_refusal_has_both_languages() -> None:
    for ground in GROUNDS.values():
        words = (ground.reason_nl, ground.reason_en, ground.instead_nl, ground.instead_en)
        assert all(words), ground.code
        assert len(set(words)) == 4, ground.code


@pytest.fixture
def person(circle: Circle) -> Client:
    """A lawyer of the bank, signed in; one call was refused."""
    partners.enrol(Person("jurist", "een-lang-wachtwoord", circle.members["bank"].id, "privacy_officer"))
    refused = circle.disclosure(purpose="werving")
    assert circle.post("/v1/verstrekkingen", refused, key=circle.members["bank"].key).status_code == 403
    client = Client()
    assert client.login(username="jurist", password="een-lang-wachtwoord")
    return client


def test_the_footer_switches_to_english_and_back(person: Client) -> None:
    path = "/kringen/proeftuin"
    dutch = person.get(path).content.decode()
    assert '<html lang="nl"' in dutch
    assert 'name="language" value="en" lang="en"' in dutch
    answer = person.post("/i18n/setlang/", {"language": "en", "next": path}, follow=True)
    english = answer.content.decode()
    assert answer.redirect_chain[-1][0] == path
    for words in (
        '<html lang="en"',
        "Who takes part",
        "Gate 2 is open",
        "This purpose is not in the assessment of the circle.",
    ):
        assert words in english
    for words in ("Wie doet mee", "Uitloggen", "Dit doel staat niet", "privacyjurist", "Noem een doel"):
        assert words in dutch
        assert words not in english
    assert '<html lang="nl"' in person.post("/i18n/setlang/", {"language": "nl", "next": path}, follow=True).content.decode()


def test_the_switch_leads_nowhere_else(person: Client) -> None:
    answer = person.post("/i18n/setlang/", {"language": "en", "next": "https://elsewhere.test/"})
    assert answer["location"] == "/"

"""What every answer of the API carries, and what signing in allows."""

from __future__ import annotations

import pytest
from django.test import Client
from django.test.utils import override_settings
from hub_fixtures import Server
from make import Circle

from sluis.apps.exchange.views import words
from sluis.apps.partners import services as partners
from sluis.apps.partners.services import Person

PASSWORD = "een-lang-wachtwoord"


@pytest.mark.parametrize("path", ["/v1/health", "/v1/openapi.json", "/v1/nergens", "/v1/beleid"])
def test_every_answer_of_the_api_names_its_version(database: Server, path: str) -> None:
    assert Client().get(path)["api-version"] == "1.0.0"


def test_the_description_is_open_to_every_origin(database: Server) -> None:
    answer = Client().get("/v1/openapi.json")
    assert answer["access-control-allow-origin"] == "*"
    assert "/v1/verstrekkingen" in answer.json()["paths"]
    assert "access-control-allow-origin" not in Client().get("/v1/health")


def test_an_unknown_address_of_the_api_is_a_problem_and_of_the_portal_a_page(database: Server) -> None:
    machine, person = Client().get("/v1/nergens"), Client().get("/nergens")
    assert (machine.status_code, machine["content-type"]) == (404, "application/problem+json")
    assert machine.json()["code"] == "niet-gevonden"
    assert (person.status_code, "Deze pagina is er niet" in person.content.decode()) == (404, True)
    assert "Verzonnen gegevens" in person.content.decode()


def test_five_wrong_passwords_shut_the_door_for_the_right_one_too(circle: Circle) -> None:
    partners.enrol(Person("jurist", PASSWORD, circle.members["bank"].id, "privacy_officer"))
    with override_settings(AXES_ENABLED=True):
        statuses = [_signing_in("fout") for _ in range(5)]
        assert (statuses, _signing_in(PASSWORD)) == ([200, 200, 200, 200, 429], 429)
    assert _signing_in(PASSWORD) == 302


def _signing_in(password: str) -> int:
    return Client().post("/inloggen", {"username": "jurist", "password": password}).status_code


def test_a_person_without_organisation_sees_no_circle(circle: Circle) -> None:
    from django.contrib.auth.models import User

    User.objects.create_user("niemand", password=PASSWORD)
    client = Client()
    assert client.login(username="niemand", password=PASSWORD)
    for path in ("/kringen", "/kringen/proeftuin"):
        answer = client.get(path)
        assert (answer.status_code, "Kring proeftuin" in answer.content.decode()) == (403, False)


def test_pages_want_a_person_and_never_leave_a_cache_behind(circle: Circle) -> None:
    for path in ("/kringen", "/kringen/proeftuin"):
        assert Client().get(path)["location"] == f"/inloggen?next={path}"
    partners.enrol(Person("jurist", PASSWORD, circle.members["bank"].id, "privacy_officer"))
    client = Client()
    client.login(username="jurist", password=PASSWORD)
    assert "private" in client.get("/kringen/proeftuin")["cache-control"]


def test_the_page_promises_no_longer_than_the_assessment_lasts(circle: Circle) -> None:
    ends = circle.now + 20 * 86_400
    circle.assess(until=ends)
    partners.enrol(Person("jurist", PASSWORD, circle.members["bank"].id, "privacy_officer"))
    client = Client()
    client.login(username="jurist", password=PASSWORD)
    page = client.get("/kringen/proeftuin").content.decode()
    assert f"tot en met {words.day(ends - 1)}. Daarna" in page

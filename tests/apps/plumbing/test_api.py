"""What every call shares: size, form, problem documents, nonces that are forgotten."""

from __future__ import annotations

from collections.abc import Callable

import make
import pytest
from django.test import Client
from make import Circle

from sluis.apps.exchange import api as exchange
from sluis.plumbing import api, signed
from sluis.plumbing.models import Nonce
from sluis.site import urls as site_urls
from sluis.wire import replay


def test_a_body_over_the_limit_is_refused(circle: Circle) -> None:
    answer = Client().post("/v1/beleid", b" " * (api.LIMIT + 1), content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "te-groot")


def test_a_body_over_what_the_server_takes_is_refused_too(circle: Circle) -> None:
    answer = circle.post(circle.path(), b" " * (6 * 1024 * 1024), key=circle.members["bank"].key)
    assert (answer.status_code, answer.json()["code"]) == (400, "te-groot")


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b'{"lines"', "The body does not read: Input data was truncated."),
        (b'{"lines": [{"batch": 1}]}', "The body does not read at `$.lines[0].batch`: Expected `bytes`, got `int`."),
        (b'{"lines": [], "NL13TEST0123456789": 1}', "The body does not read."),
    ],
)
def test_what_does_not_read_is_told_without_its_value(circle: Circle, body: bytes, detail: str) -> None:
    answer = make.call("POST", "/v1/sleutelhouders/logregels", body, key=circle.holders[0].key)
    assert (answer.status_code, answer.json()["detail"]) == (400, detail)


def test_an_unknown_failure_tells_nothing_of_itself(circle: Circle, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("secret NL02ABNA0123456789")

    monkeypatch.setattr(exchange.services, "disclose", fail)
    answer = circle.post("/v1/verstrekkingen", circle.disclosure(), key=circle.members["shop"].key)
    assert (answer.status_code, answer["content-type"]) == (500, "application/problem+json")
    assert answer.json() == {"type": answer.json()["type"], "status": 500, "title": "Something went wrong.", "code": "fout"}


def test_answers_are_kept_by_no_cache(circle: Circle) -> None:
    for answer in (Client().get("/v1/health"), make.call("GET", "/v1/beleid", key=make.Party().key)):
        assert answer["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/v1/health", "/v1/openapi.json"])
def test_what_is_open_to_all_answers(circle: Circle, path: str) -> None:
    assert Client().get(path).status_code == 200


def test_nonces_are_forgotten_after_the_window(circle: Circle, later: Callable[[int], None]) -> None:
    make.call("GET", "/v1/beleid", key=circle.edge.key)
    later(replay.WINDOW)
    assert signed.forget_old_nonces() == 0
    later(replay.WINDOW + 5)
    assert signed.forget_old_nonces() == 1
    assert Nonce.objects.count() == 0


def _description() -> dict[str, object]:
    return Client().get("/v1/openapi.json").json()


def _operations(told: dict[str, object]) -> list[tuple[str, str, dict[str, object]]]:
    return [(path, method, call) for path, calls in told["paths"].items() for method, call in calls.items()]


def _named(part: object) -> set[str]:
    """The names of all schemas that a part of the description points at."""
    if isinstance(part, dict):
        inner = set().union(*map(_named, part.values()))
        return inner | ({part["$ref"].removeprefix("#/components/schemas/")} if "$ref" in part else set())
    return set().union(*map(_named, part)) if isinstance(part, list) else set()


def test_every_call_that_posts_describes_its_body_and_every_call_its_answer(circle: Circle) -> None:
    told = _description()
    operations = _operations(told)
    assert len(operations) > 20
    for path, method, call in operations:
        assert ("requestBody" in call) == (method == "post"), path
        done, *others = [one for status, one in call["responses"].items() if status != "default"]
        assert _named(done), path
        assert not others, path
    assert _named(told) == set(told["components"]["schemas"])


def test_the_body_that_is_described_is_the_one_that_is_read(circle: Circle) -> None:
    routers = [site_urls.exchange.router, site_urls.partners.router]
    views = [one for router in routers for paths in router.path_operations.values() for one in paths.operations]
    posting = [one for one in views if one.methods == ["POST"]]
    assert len(posting) > 15
    for one in posting:
        (name,) = _named(one.openapi_extra["requestBody"])
        assert name in one.view_func.__code__.co_names, one.path


@pytest.mark.parametrize(("method", "path"), [("DELETE", "/v1/beleid"), ("GET", "/v1/verstrekkingen"), ("POST", "/v1/health")])
def test_another_method_is_told_which_ones_there_are(circle: Circle, method: str, path: str) -> None:
    answer = Client().generic(method, path)
    assert (answer.status_code, answer["content-type"]) == (405, "application/problem+json")
    assert answer["allow"] == {"/v1/beleid": "GET, POST", "/v1/verstrekkingen": "POST", "/v1/health": "GET"}[path]
    assert (answer.json()["status"], answer.json()["code"]) == (405, "andere-methode")
    assert answer["api-version"] == "1.0.0"

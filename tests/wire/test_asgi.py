"""What every service on Starlette answers alike: the version of the API, and problems where no call is."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from sluis.wire import asgi, sse


async def _well(_request: Request) -> Response:
    return asgi.json(b"{}")


async def _broken(_request: Request) -> Response:
    raise RuntimeError("NL13TEST0123456789")


async def _stream(_request: Request) -> Response:
    async def events():
        yield sse.HEARTBEAT

    return sse.answer(events())


async def _page(_request: Request) -> Response:
    return PlainTextResponse("een bladzijde")


def client() -> TestClient:
    calls = {"/v1/goed": ("GET", _well), "/v1/kapot": ("GET", _broken), "/v1/stroom": ("GET", _stream)}
    made = asgi.application(calls, routes=[Route("/bladzijde", _page)])
    return TestClient(made, raise_server_exceptions=False)


def test_every_answer_of_the_api_names_its_version_once() -> None:
    statuses = {}
    for path in ("/v1/goed", "/v1/kapot", "/v1/stroom", "/v1/nergens"):
        answer = client().get(path)
        statuses[path] = answer.status_code
        assert answer.headers.get_list("api-version") == ["1.0.0"], path
    assert statuses == {"/v1/goed": 200, "/v1/kapot": 500, "/v1/stroom": 200, "/v1/nergens": 404}


def test_a_page_for_people_is_no_answer_of_the_api() -> None:
    for path, status in (("/bladzijde", 200), ("/nergens", 404)):
        answer = client().get(path)
        assert (answer.status_code, "api-version" in answer.headers) == (status, False)
        assert answer.headers["content-type"].startswith("text/plain")


def test_an_unknown_address_of_the_api_is_a_problem() -> None:
    answer = client().get("/v1/nergens")
    assert (answer.headers["content-type"], answer.json()["code"]) == ("application/problem+json", "niet-gevonden")


def test_a_failure_tells_nothing_of_itself() -> None:
    assert "NL13" not in client().get("/v1/kapot").text

"""Signing in at the desk: a name and a code, sessions that end, wrong codes that cost time, forms of other sites refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from desks import CODE, Desk, DeskSluis
from starlette.testclient import TestClient

from sluis.client.gateway import app
from sluis.client.gateway.member import Member
from sluis.client.gateway.pages import signin
from sluis.wire import clock


@pytest.fixture
def desk() -> Desk:
    return Desk(DeskSluis())


@pytest.fixture
def later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    file = tmp_path / "clock"
    monkeypatch.setenv(clock.VARIABLE, str(file))
    return lambda seconds: file.write_text(str(seconds))


def test_every_page_first_asks_who_you_are_and_brings_you_back(desk: Desk) -> None:
    for path in ("/attenderingen", "/bevragen", "/delen", "/bewaken", "/mijn-signalen", "/ontvangstbewijzen", "/kringen"):
        assert desk.client.get(path).url.path == "/inloggen"
    answer = desk.sign_in(next="/kringen")
    assert answer.url.path == "/kringen"
    assert "Ingelogd als Anna" in answer.text


def test_the_cookie_is_for_this_desk_only_and_no_script_reads_it(desk: Desk) -> None:
    answer = desk.client.post("/inloggen", data={"naam": "Anna", "code": CODE.decode()}, follow_redirects=False)
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "samesite=strict" in cookie.lower()
    assert "Secure" not in cookie
    assert f"Max-Age={8 * 3600}" in cookie
    assert desk.session.key.hex()[:8] in cookie.partition("=")[0]


def test_behind_a_tls_proxy_the_cookie_is_secure(desk: Desk) -> None:
    client = desk.browser(secure=True)
    answer = client.post("/inloggen", data={"naam": "Anna", "code": CODE.decode()}, follow_redirects=False)
    assert "Secure" in answer.headers["set-cookie"]


def test_what_is_wrong_stands_beside_its_field_and_the_name_is_kept(desk: Desk) -> None:
    answer = desk.sign_in(code=b"verkeerd")
    assert answer.status_code == 422
    assert "Deze code klopt niet." in answer.text
    assert 'value="Anna"' in answer.text
    assert "verkeerd" not in answer.text
    assert "Vul uw naam in." in desk.sign_in(name="  ").text


def test_wrong_codes_cost_ever_more_time_and_a_right_one_does_not_help_meanwhile(desk: Desk, later) -> None:
    for _ in range(signin.FREE_TRIES):
        desk.sign_in(code=b"verkeerd")
    refused = desk.sign_in()
    assert refused.status_code == 429
    assert "Te veel verkeerde codes" in refused.text
    later(signin.FIRST_WAIT + 1)
    assert desk.sign_in(code=b"verkeerd").status_code == 429
    later(2 * signin.FIRST_WAIT)
    assert desk.sign_in().status_code == 429
    later(3 * signin.FIRST_WAIT + 2)
    assert desk.sign_in().url.path == "/attenderingen"
    assert desk.session.store.desk.wrong_codes() == (0, 0)


def test_a_session_ends_after_eight_hours_and_by_signing_out(desk: Desk, later) -> None:
    desk.sign_in()
    later(signin.LASTS - 60)
    assert desk.client.get("/kringen").url.path == "/kringen"
    later(signin.LASTS + 60)
    assert desk.client.get("/kringen").url.path == "/inloggen"
    desk.sign_in()
    kept = dict(desk.client.cookies)
    assert desk.client.post("/uitloggen").url.path == "/inloggen"
    desk.client.cookies.update(kept)
    assert desk.client.get("/kringen").url.path == "/inloggen"


def test_another_code_ends_every_session_that_the_old_one_opened(desk: Desk) -> None:
    desk.sign_in()
    session = desk.client.cookies
    left = TestClient(app.application(Member.of(desk.session, token=b"token", desk_code=b"een nieuwe bureaucode")))
    left.cookies.update(session)
    assert left.get("http://127.0.0.1/kringen").url.path == "/inloggen"
    assert desk.page("/kringen")


def test_a_session_outlives_a_restart_of_the_gateway_and_the_file_holds_no_token(tmp_path: Path) -> None:
    store = str(tmp_path / "shop.sqlite")
    fake = DeskSluis()
    first = Desk(fake, store=store)
    first.sign_in()
    cookies = dict(first.client.cookies)
    again = Desk(fake, store=store)
    again.client.cookies.update(cookies)
    assert again.client.get("/kringen").url.path == "/kringen"
    octets = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert all(token.encode() not in octets for token in cookies.values())
    assert b"Anna" not in octets


@pytest.mark.parametrize("said", [{"sec-fetch-site": "cross-site"}, {"origin": "https://example.com"}])
def test_another_site_can_post_nothing(desk: Desk, said: dict[str, str]) -> None:
    desk.sign_in()
    for path in ("/bevragen", "/delen", "/bewaken/stoppen", "/uitloggen", "/inloggen", "/dossiers/1/besluit"):
        answer = desk.client.post(path, data={"naam": "x"}, headers=said)
        assert answer.status_code == 403, path
        assert answer.headers["content-type"].startswith("text/html")
    assert desk.client.get("/kringen").url.path == "/kringen"


def test_without_a_code_there_are_no_pages_and_the_token_still_works(desk: Desk) -> None:
    bare = TestClient(app.application(Member.of(desk.session, token=b"token")), base_url="http://127.0.0.1")
    assert bare.get("/inloggen").status_code == 404
    assert bare.get("/v1/health").status_code == 200
    assert desk.client.get("/v1/alarmen").status_code == 403


def test_a_page_that_is_not_there_is_a_page_and_a_call_that_is_not_there_a_problem(desk: Desk) -> None:
    page, call = desk.client.get("/nergens"), desk.client.get("/v1/nergens")
    assert (page.status_code, call.status_code) == (404, 404)
    assert "Deze pagina is er niet." in page.text
    assert call.headers["content-type"] == "application/problem+json"


def test_the_stream_is_for_who_is_signed_in(desk: Desk) -> None:
    assert desk.client.get("/stroom").status_code == 403

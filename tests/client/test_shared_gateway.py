"""Several members behind one gateway: keys, cases, alerts and desks apart; what they may share is told at once."""

from __future__ import annotations

import json
import os
from pathlib import Path

import msgspec
import pytest
from desks import CODE
from starlette.testclient import TestClient

from sluis.client import config, testing
from sluis.client.gateway import address, app, openapi
from sluis.client.gateway.desk import ShareItem
from sluis.client.gateway.member import Member
from sluis.client.sdk import About, Gateway
from sluis.client.testing import FakeSluis
from sluis.core import errors
from sluis.core.exchange.envelope import Context

IBAN = "NL13TEST0123456789"
OTHER_CODE = b"een andere bureaucode"
ABOUT = About(testing.CIRCLE, case="zaak-1", purpose=testing.PURPOSE, type="iban")


@pytest.fixture
def shared() -> TestClient:
    fake = FakeSluis(members=("bank", "shop", "stall"))
    shop = Member.of(fake.session("shop"), token=b"shop", desk_code=CODE)
    stall = Member.of(fake.session("stall"), token=b"stall", desk_code=OTHER_CODE)
    client = TestClient(app.application(shop, stall), base_url="http://127.0.0.1")
    client.slugs = {"shop": shop.slug, "stall": stall.slug}  # type: ignore[attr-defined]
    return client


def test_each_token_is_its_own_member(shared: TestClient) -> None:
    shop, stall = (Gateway("http://127.0.0.1", name, http=shared) for name in ("shop", "stall"))
    shop.share(ABOUT, [ShareItem(IBAN, "B", Context("AVF.AANKOOP"))])
    assert [one.outcome for one in shop.check(ABOUT, [IBAN])] == ["no-hit"]
    assert [one.outcome for one in stall.check(ABOUT, [IBAN])] == ["hit"]
    with pytest.raises(errors.NotAllowed):
        Gateway("http://127.0.0.1", "", http=shared).check(ABOUT, [IBAN])


def test_a_desk_opens_with_its_own_code_only_and_shows_its_own_cases_only(shared: TestClient) -> None:
    stall = Gateway("http://127.0.0.1", "stall", http=shared)
    stall.share(ABOUT, [ShareItem(IBAN, "B", Context("AVF.AANKOOP"))])
    slugs = shared.slugs  # type: ignore[attr-defined]
    wrong = shared.post("/inloggen", data={"lid": slugs["shop"], "naam": "Sam", "code": OTHER_CODE.decode()})
    assert wrong.status_code == 422
    shared.post("/inloggen", data={"lid": slugs["shop"], "naam": "Sam", "code": CODE.decode()})
    assert IBAN not in own_signals(shared)
    shared.post("/uitloggen")
    shared.post("/inloggen", data={"lid": slugs["stall"], "naam": "Kim", "code": OTHER_CODE.decode()})
    assert IBAN in own_signals(shared)


def test_what_persons_ask_of_one_member_another_does_not_see(shared: TestClient) -> None:
    slugs, form = shared.slugs, {"recht": "inzage", "soort": "iban", "kenmerk": IBAN, "bereik": "J. Jansen"}  # type: ignore[attr-defined]
    shared.post("/inloggen", data={"lid": slugs["shop"], "naam": "Sam", "code": CODE.decode()})
    at = shared.post("/betrokkenen/nieuw", data=form).url.path
    assert "B-1" in shared.get("/betrokkenen").text
    shared.post("/uitloggen")
    shared.post("/inloggen", data={"lid": slugs["stall"], "naam": "Kim", "code": OTHER_CODE.decode()})
    assert "B-1" not in shared.get("/betrokkenen").text
    for path in (at, f"{at}/brieven/ontvangst"):
        answer = shared.get(path)
        assert answer.status_code == 404
        assert "Jansen" not in answer.text
    assert shared.post(f"{at}/sluiten").status_code == 404


def own_signals(client: TestClient) -> str:
    return client.get("/mijn-signalen").text.replace(" ", "")


def test_the_form_names_both_members(shared: TestClient) -> None:
    page = shared.get("/inloggen").text
    assert "shop" in page
    assert "stall" in page


def partner(folder: Path, name: str, **gateway: object) -> config.Partner:
    told = config.GatewayConfig(**{"port": 8405, "token": f"{name}.token", "desk_code": f"{name}.desk", **gateway})
    keys = tuple(os.urandom(32).hex() for _ in range(3))
    plain = config.Config("http://127.0.0.1:1", "http://127.0.0.1:2", f"{name}.key", f"{name}.sqlite", keys, gateway=told)
    return config.Partner(plain, folder)


def test_what_members_may_not_share_is_told_of_each_at_once(tmp_path: Path) -> None:
    first = partner(tmp_path, "a")
    assert address.where([first, partner(tmp_path, "b")]).port == 8405
    second = partner(tmp_path, "b", token="a.token", desk_code="./a.desk", port=8406)
    third = config.Partner(msgspec.structs.replace(first.config, gateway=None), tmp_path)
    with pytest.raises(errors.Malformed) as refused:
        address.where([first, second])
    assert [fault.where for fault in refused.value.faults] == ["[1].gateway.token", "[1].gateway.desk-code", "[1].gateway.port"]
    with pytest.raises(errors.Malformed, match="gateway"):
        address.where([first, third])


def test_the_description_names_every_call_and_every_body_in_it_reads(shared: TestClient) -> None:
    answer = shared.get("/v1/openapi.json")
    assert answer.headers["access-control-allow-origin"] == "*"
    told = json.loads(answer.content)
    assert set(told["paths"]) == {*openapi.CALLS, "/v1/alarmen", "/v1/health"}
    for path in openapi.CALLS:
        assert shared.post(path, content=b"{}", headers={"authorization": "Bearer shop"}).status_code == 400
    named = {part["$ref"].split("/")[-1] for part in _references(told)}
    assert named == set(told["components"]["schemas"])


def _references(part: object) -> list[dict[str, str]]:
    if isinstance(part, dict):
        return [part] if "$ref" in part else [one for value in part.values() for one in _references(value)]
    return [one for value in part for one in _references(value)] if isinstance(part, list) else []


def test_another_method_is_told_which_ones_there_are(shared: TestClient) -> None:
    answer = shared.get("/v1/bevragingen")
    assert (answer.status_code, answer.headers["content-type"]) == (405, "application/problem+json")
    assert (answer.headers["allow"], answer.headers["api-version"]) == ("POST", "1.0.0")
    assert answer.json()["code"] == "andere-methode"

"""Signing in by an organisation's own identity provider, against one that runs, also when it lies."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import identity_provider
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.contrib.auth.models import User
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.test.utils import override_settings
from identity_provider import CLIENT, SECRET, Issuer
from make import Circle, base64ed
from signing_in import Phone, employee

from sluis.apps.partners import services
from sluis.apps.partners.models import Membership, OutsideIdentity
from sluis.apps.partners.services import outside
from sluis.wire import credentials

pytestmark = pytest.mark.usefixtures("in_earnest")


@pytest.fixture
def issuer(circle: Circle, tmp_path: Path) -> Iterator[Issuer]:
    """The bank's own provider, known to the hub."""
    with identity_provider.running() as found:
        file = tmp_path / "oidc.json"
        credentials.write(file, json.dumps([told(found, circle)]).encode())
        with override_settings(SLUIS_OIDC_FILE=str(file)):
            yield found


def told(provider: Issuer, circle: Circle, **changes: Any) -> dict[str, Any]:
    plain = {
        "slug": "bank",
        "name": "Bank",
        "organisation": base64ed(circle.members["bank"].id),
        "issuer": provider.url,
        "client-id": CLIENT,
        "client-secret": SECRET,
    }
    return plain | changes


@pytest.fixture
def phone(circle: Circle) -> Phone:
    return employee(circle.members["bank"].id, email="anna@bank.example")


def walk(client: Client, *, change: dict[str, str] | None = None) -> Any:
    """There and back as a browser goes; `change` is of the address back."""
    begun = client.get("/inloggen/via/bank?next=/kringen")
    assert begun.status_code == 302, begun.content.decode()
    back = httpx.get(begun["location"], follow_redirects=False).headers["location"]
    url = httpx.URL(back)
    assert (url.host, url.path) == ("testserver", "/inloggen/via/bank/terug")
    return client.get("/inloggen/via/bank/terug", dict(url.params) | (change or {}))


def test_the_provider_vouches_and_the_code_is_asked_still(issuer: Issuer, phone: Phone) -> None:
    client = Client()
    assert "Inloggen bij Bank" in client.get("/inloggen").content.decode()
    assert walk(client)["location"] == "/kringen"
    assert client.get("/kringen")["location"].startswith("/inloggen/code?")
    client.post("/inloggen/code", {"code": phone.code()})
    assert client.get("/kringen").status_code == 200


def test_whom_the_provider_knows_and_the_hub_does_not_is_not_made(issuer: Issuer, phone: Phone) -> None:
    issuer.claims = {"sub": "u-2", "email": "nieuw@bank.example", "email_verified": True}
    answer = walk(Client())
    assert (answer.status_code, "u hebt hier geen rol" in answer.content.decode()) == (403, True)
    assert list(User.objects.values_list("username", flat=True)) == ["anna"]


@pytest.mark.parametrize("verified", [False, None, "true"])
def test_an_address_that_the_provider_did_not_verify_links_nobody(issuer: Issuer, phone: Phone, verified: object) -> None:
    issuer.claims = {"sub": "u-1", "email": "anna@bank.example", "email_verified": verified}
    assert walk(Client()).status_code == 403
    assert not OutsideIdentity.objects.exists()


def test_after_the_first_time_the_subject_counts_and_the_address_no_more(issuer: Issuer, phone: Phone, circle: Circle) -> None:
    walk(Client())
    issuer.claims = {"sub": "u-1", "email": "anders@bank.example", "email_verified": False}
    assert walk(Client()).status_code == 302
    employee(circle.members["bank"].id, "org_admin", name="baas", email="baas@bank.example")
    issuer.claims = {"sub": "u-1", "email": "baas@bank.example", "email_verified": True}
    client = Client()
    walk(client)
    assert client.session["_auth_user_id"] == str(User.objects.get(username="anna").pk)


def test_a_provider_does_not_vouch_for_people_of_another_organisation(issuer: Issuer, circle: Circle) -> None:
    employee(circle.members["shop"].id, "org_admin", name="winkelier", email="winkelier@shop.example")
    issuer.claims = {"sub": "u-9", "email": "winkelier@shop.example", "email_verified": True}
    assert walk(Client()).status_code == 403


def test_who_came_by_the_banks_provider_does_not_act_for_the_shop(issuer: Issuer, phone: Phone, circle: Circle) -> None:
    services.enrol(services.Person("anna", "een-lang-wachtwoord", circle.members["shop"].id, "org_admin"))
    client = Client()
    walk(client)
    client.post("/inloggen/code", {"code": phone.code()})
    shop = Membership.objects.get(role="org_admin")
    page = client.get("/werkt-voor").content.decode()
    assert ("bank" in page, f'value="{shop.pk}"' in page) == (True, False)
    assert client.post("/werkt-voor", {"rol": shop.pk}).status_code == 422
    assert "Ingelogd als analist van bank" in client.get("/kringen").content.decode()


def test_an_ended_role_shuts_the_door_at_once(issuer: Issuer, phone: Phone, circle: Circle) -> None:
    walk(Client())
    services.end_membership("anna", circle.members["bank"].id)
    assert walk(Client()).status_code == 403


SPOILT = [
    {"iss": "https://elsewhere.test"},
    {"aud": "another-client"},
    {"nonce": "another"},
    {"nonce": None},
    {"exp": int(time.time()) - 3600},
    {"exp": None},
    {"iat": int(time.time()) + 3600},
    {"sub": None},
    {"azp": "another-client"},
]


@pytest.mark.parametrize("spoil", SPOILT, ids=lambda one: next(iter(one)))
def test_a_token_that_does_not_hold_lets_nobody_in(issuer: Issuer, phone: Phone, spoil: dict[str, Any]) -> None:
    issuer.spoil = spoil
    client = Client()
    answer = walk(client)
    assert (answer.status_code, "klopt niet" in answer.content.decode()) == (403, True)
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("algorithm", ["HS256", "none"])
def test_a_token_signed_otherwise_lets_nobody_in(issuer: Issuer, phone: Phone, algorithm: str) -> None:
    issuer.algorithm = algorithm
    assert walk(Client()).status_code == 403


def test_a_token_of_another_key_lets_nobody_in(issuer: Issuer, phone: Phone) -> None:
    issuer.published = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    assert walk(Client()).status_code == 403


def test_an_answer_counts_once_and_only_in_the_browser_that_asked(issuer: Issuer, phone: Phone) -> None:
    client = Client()
    begun = client.get("/inloggen/via/bank")
    back = httpx.URL(httpx.get(begun["location"], follow_redirects=False).headers["location"])
    stranger = Client().get("/inloggen/via/bank/terug", dict(back.params))
    assert (stranger.status_code, "hoort niet bij een vraag" in stranger.content.decode()) == (403, True)
    assert client.get("/inloggen/via/bank/terug", dict(back.params)).status_code == 302
    client.logout()
    assert client.get("/inloggen/via/bank/terug", dict(back.params)).status_code == 403


def test_a_code_without_its_verifier_is_worth_nothing(issuer: Issuer, phone: Phone) -> None:
    """An attacker brings the victim's code into a flow of their own: the verifier is another."""
    victim, thief = Client(), Client()
    stolen = httpx.URL(httpx.get(victim.get("/inloggen/via/bank")["location"]).headers["location"]).params["code"]
    assert walk(thief, change={"code": stolen}).status_code == 403


def test_a_silent_provider_is_said_in_words(issuer: Issuer, phone: Phone) -> None:
    outside._discovered.cache_clear()
    issuer.is_down = True
    answer = Client().get("/inloggen/via/bank")
    assert (answer.status_code, "geeft geen antwoord" in answer.content.decode()) == (403, True)
    assert Client().get("/inloggen").status_code == 200


def test_a_provider_that_says_to_be_another_is_not_followed(issuer: Issuer, phone: Phone) -> None:
    outside._discovered.cache_clear()
    issuer.says_issuer = "https://elsewhere.test"
    assert Client().get("/inloggen/via/bank").status_code == 403
    outside._discovered.cache_clear()


def test_there_is_no_provider_unless_one_is_set(circle: Circle) -> None:
    assert Client().get("/inloggen/via/bank").status_code == 404
    assert "Inloggen bij Bank" not in Client().get("/inloggen").content.decode()


@pytest.mark.parametrize("change", [{"issuer": "http://elsewhere.test"}, {"algorithm": "HS256"}, {"slug": 1}])
def test_a_wrong_file_is_refused_whole(issuer: Issuer, circle: Circle, tmp_path: Path, change: dict[str, Any]) -> None:
    file = tmp_path / "wrong.json"
    credentials.write(file, json.dumps([told(issuer, circle, **change)]).encode())
    with override_settings(SLUIS_OIDC_FILE=str(file)), pytest.raises(ImproperlyConfigured):
        outside.providers()

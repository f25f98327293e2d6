"""Every call of the hub, tried unsigned, by a stranger, and by a member of another circle; every desk of administrators.

The calls are those of the descriptions that the hub serves, so that one built later is tried too. What counts as failure: an
answer that succeeds, a marker in it, an error of the server.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from make import Party, call
from planted import APPLICATION, CASEFILE, CIRCLE, ITEM, QUESTION, Planted

from sluis.wire import clock

DESCRIPTIONS = {"": "/v1/openapi.json", "/access": "/access/v1/openapi.json"}
# Open to all by design: whether the hub works, and documents that carry their own signatures (an empty one has none).
OPEN = {("get", "/v1/health")}
MARKERS = (ITEM, CASEFILE, QUESTION, CIRCLE, APPLICATION)
BLANK = re.compile(r"{(\w+)}")


def calls() -> Iterator[tuple[str, str]]:
    """(method, path with blanks) of everything the hub answers for machines."""
    for description in DESCRIPTIONS.values():
        told = json.loads(Client().get(description).content)
        for path, ways in told["paths"].items():
            yield from ((method, path) for method in ways if method in {"get", "post", "put", "patch", "delete"})


def filled(path: str, planted: Planted) -> str:
    known = {"circle": planted.samples["circle"], "identity": secrets.token_hex(16), "day": "20600"}
    return BLANK.sub(lambda found: known[found[1]], path)


def refused(answer: HttpResponse) -> bool:
    body = answer.content.decode(errors="replace")
    return 400 <= answer.status_code < 500 and not any(marker in body for marker in MARKERS)


def test_what_is_described_is_what_is_tried(planted: Planted) -> None:
    found = set(calls())
    assert len(found) > 30
    assert found >= OPEN
    assert ("post", "/access/v1/evaluation") in found


def test_nothing_answers_a_call_that_nobody_signed(planted: Planted) -> None:
    client, wrong = Client(raise_request_exception=False), []
    for method, path in set(calls()) - OPEN:
        answer = client.generic(method.upper(), filled(path, planted), b"{}", content_type="application/json")
        wrong += [] if refused(answer) else [(method, path, answer.status_code)]
    assert wrong == []


@pytest.mark.parametrize("body", [b"{}", b"[]", b"not json", b'{"circle":"AAAA"}'])
def test_a_stranger_who_signs_gets_nothing(planted: Planted, body: bytes) -> None:
    stranger, wrong = Party().key, []
    for method, path in set(calls()) - OPEN:
        answer = call(method.upper(), filled(path, planted), body if method == "post" else b"", key=stranger)
        wrong += [] if refused(answer) else [(method, path, answer.status_code)]
    assert wrong == []


def test_a_member_of_another_circle_reads_nothing_of_this_one(planted: Planted) -> None:
    shop, wrong = planted.house.circle.members["shop"].key, []
    for method, path in set(calls()) - OPEN:
        if "{circle}" in path:
            answer = call(method.upper(), filled(path, planted), b"{}" if method == "post" else b"", key=shop)
            wrong += [] if refused(answer) else [(method, path, answer.status_code)]
    assert wrong == []
    policy = call("GET", "/v1/beleid", key=shop).content.decode()
    assert CIRCLE not in policy
    assert planted.samples["circle"] not in policy


def test_a_signature_counts_once(planted: Planted) -> None:
    bank, nonce = planted.house.circle.members["bank"].key, secrets.token_bytes(16)
    now = clock.now()
    answers = [call("GET", "/v1/beleid", key=bank, nonce=nonce, created=now).status_code for _ in range(2)]
    assert answers == [200, 409]


@pytest.fixture
def root(planted: Planted) -> Client:
    """The administrator of the hub's own desk, with every right that Django knows."""
    user = User.objects.create_superuser("root", password=secrets.token_hex(16))
    client = Client(raise_request_exception=False)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def desks() -> list[tuple[str, Any]]:
    return [(f"{model._meta.app_label}_{model._meta.model_name}", model) for model in admin.site._registry]


def test_the_desk_of_administrators_shows_nothing_confidential_and_no_secret(root: Client) -> None:
    wrong = []
    for name, model in desks():
        pages = [reverse(f"admin:{name}_changelist"), reverse(f"admin:{name}_add")]
        pages += [reverse(f"admin:{name}_change", args=[row.pk]) for row in model.objects.all()[:3]]
        for path in pages:
            answer = root.get(path)
            body = answer.content.decode(errors="replace")
            wrong += [(path, marker) for marker in (ITEM, APPLICATION) if marker in body]
            wrong += [(path, answer.status_code)] if answer.status_code >= 500 else []
    assert wrong == []
    assert not [name for name, _model in desks() if name.startswith(("consent_", "otp_", "partners_totp"))]


def test_the_desk_of_administrators_gives_nobody_a_role(root: Client) -> None:
    asked = RequestFactory().get("/")
    asked.user = User.objects.get(username="root")
    for name, model in desks():
        if name.startswith(("partners_", "privacy_", "exchange_", "audit_")):
            told = admin.site._registry[model]
            assert not any(getattr(told, f"has_{verb}_permission")(asked) for verb in ("add", "change", "delete")), name

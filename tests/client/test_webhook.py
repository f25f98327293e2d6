"""Alerts by webhook: an outside library verifies signature and event; nothing names the identifier."""

from __future__ import annotations

import base64
import json

import httpx
import pytest
from cloudevents.v1.http import from_http
from standardwebhooks import Webhook as Verifier

from sluis.client.casebook import Alert, Followed
from sluis.client.gateway.webhook import Webhook
from sluis.core import errors
from sluis.wire import clock

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
FOLLOWED = Followed("iban", "", "NL13TEST0123456789", "klant-7", "doel", "kring", bytes(64), bytes(32))


def alert(**more: object) -> Alert:
    return Alert("treffer", clock.now(), FOLLOWED, "2-3", "B", "warn", "AVF.AANKOOP", 20_000, number=3, **more)


def sender(answer: int, seen: list[httpx.Request]) -> Webhook:
    def handle(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(answer)

    return Webhook("https://eigen.test/haak", SECRET, "ab" * 32, httpx.Client(transport=httpx.MockTransport(handle)))


def test_a_standard_webhooks_library_takes_it_and_reads_a_cloud_event() -> None:
    seen: list[httpx.Request] = []
    sender(204, seen).deliver(alert())
    (request,) = seen
    told = Verifier(SECRET).verify(request.content, dict(request.headers))
    assert told["data"]["reference"] == "klant-7"
    event = from_http(dict(request.headers), request.content)
    assert (event["type"], event["specversion"]) == ("nl.sluis.treffer", "1.0")
    assert event["source"].startswith("urn:nld:sluis:")
    assert event["time"].endswith("Z")


def test_the_identifier_does_not_travel() -> None:
    seen: list[httpx.Request] = []
    sender(200, seen).deliver(alert())
    assert FOLLOWED.identifier not in seen[0].content.decode() + str(seen[0].headers)


def test_again_the_same_alert_has_the_same_id() -> None:
    seen: list[httpx.Request] = []
    for _ in range(2):
        sender(200, seen).deliver(alert())
    assert seen[0].headers["webhook-id"] == seen[1].headers["webhook-id"] == json.loads(seen[0].content)["id"]


@pytest.mark.parametrize("answer", [301, 400, 500])
def test_anything_but_success_is_no_delivery(answer: int) -> None:
    with pytest.raises(errors.Unavailable):
        sender(answer, []).deliver(alert())

"""Alerts by webhook: an outside library verifies signature and event; nothing names the identifier."""

from __future__ import annotations

import base64
import json
import threading
import time
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import ClassVar

import httpx
import msgspec
import pytest
from cloudevents.v1.http import from_http
from standardwebhooks import Webhook as Verifier

from sluis.client import config, groups
from sluis.client.casebook import Alert, Followed
from sluis.client.gateway.upkeep import Upkeep
from sluis.client.gateway.webhook import Webhook
from sluis.client.testing import FakeSluis
from sluis.core import errors
from sluis.core.exchange.groups import Message, Messages
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


class Receiver(BaseHTTPRequestHandler):
    """A partner's own system: away for the first calls, then it takes what comes."""

    seen: ClassVar[list[str]] = []
    refuse = 2

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.seen.append(self.headers["webhook-id"])
        self.send_response(503 if len(self.seen) <= self.refuse else 204)
        self.end_headers()

    def log_message(self, *_words: object) -> None:
        pass


def test_the_gateway_delivers_what_waits_again_and_again_until_it_is_taken_and_then_no_more() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    session = FakeSluis().session("shop")
    session.store.casebook.keep_alert(alert())
    hook = Webhook(f"http://127.0.0.1:{server.server_port}/", SECRET, "ab" * 32, httpx.Client())
    upkeep = Upkeep(session, hook)
    threading.Thread(target=upkeep._deliver, daemon=True).start()
    end = time.monotonic() + 10
    while session.store.casebook.alerts(undelivered=True) and time.monotonic() < end:
        time.sleep(0.05)
    time.sleep(0.5)
    upkeep.stop()
    server.shutdown()
    assert session.store.casebook.alerts(undelivered=True) == []
    assert len(Receiver.seen) == 3
    assert len(set(Receiver.seen)) == 1


def test_a_webhook_without_secret_or_over_plain_http_is_told_at_once(tmp_path: Path) -> None:
    keys = [f"{number:064x}" for number in (1, 2, 3)]
    plain = f'web = "https://w"\nedge = "https://e"\nkey = "k"\nstore = "s"\npolicy-keys = {keys}\n'
    file = tmp_path / "sluis.toml"
    file.write_text(f'{plain}[gateway]\nport = 1\ntoken = "t"\nwebhook = "http://elders.test/haak"\n')
    with pytest.raises(errors.Malformed) as refused:
        config.load(file)
    assert [(one.where, one.code) for one in refused.value.faults] == [
        ("gateway.webhook-secret", "ontbreekt"),
        ("gateway.webhook", "adres"),
    ]


def test_a_message_of_a_group_is_sent_once_with_kind_and_link_and_nothing_else() -> None:
    fake, seen = FakeSluis(), list[httpx.Request]()
    session = fake.session("bank")
    told = Messages((Message(7, "instemming-gevraagd", 1_800_000_000, "https://knooppunt.example/stukken/1"),), 7)
    hook = sender(204, seen)
    asked = SimpleNamespace(get=lambda url: msgspec.json.encode(told if url.endswith("na=0") else Messages((), 7)))
    listening = replace(session, transport=asked)
    assert [groups.relay(listening, hook.deliver_message) for _again in range(2)] == [1, 0]
    (request,) = seen
    event = from_http(dict(request.headers), request.content)
    assert (event["type"], event.data) == (
        "nl.sluis.groep.instemming-gevraagd",
        {"link": "https://knooppunt.example/stukken/1"},
    )
    assert Verifier(SECRET).verify(request.content, dict(request.headers))


def test_a_message_that_the_receiver_did_not_take_comes_again() -> None:
    session = FakeSluis().session("bank")
    told = Messages((Message(7, "herinnering", 1_800_000_000, "https://knooppunt.example/stukken/1"),), 7)
    listening = replace(session, transport=SimpleNamespace(get=lambda _url: msgspec.json.encode(told)))
    with pytest.raises(errors.Unavailable):
        groups.relay(listening, sender(500, []).deliver_message)
    assert session.store.heard(groups.STREAM) == 0

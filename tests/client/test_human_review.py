"""AVG 22 as a control: by page, by call and by command alike no adverse measure is recorded without a person's review."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from desks import CASE, IBAN, Desk, DeskSluis, share
from typer.testing import CliRunner

from sluis.client import config, testing
from sluis.client.casebook import Alert
from sluis.client.cli.main import app
from sluis.client.gateway import desk as calls
from sluis.client.gateway.webhook import Webhook
from sluis.wire import clock

REASON = "Zelfde rekening in twee eigen zaken."
ABOUT = {"circle": testing.CIRCLE, "case": CASE, "purpose": testing.PURPOSE, "type": "iban"}
REVIEW = {"reviewer": "T. de Wit", "saw": ["treffer"], "outcome": "akkoord", "reason": REASON}


@pytest.fixture
def desk() -> Desk:
    fake = DeskSluis()
    share(fake.session("bank"))
    found = Desk(fake)
    found.sign_in()
    found.check()
    return found


def post(desk: Desk, **more: Any) -> httpx.Response:
    body = {**ABOUT, "identifier": IBAN, "measure": "betaling-geweigerd", **more}
    return desk.client.post("/v1/terugkoppelingen", json=body, headers={"authorization": "Bearer token"})


def test_the_page_asks_for_what_was_seen_and_why(desk: Desk) -> None:
    refused = desk.send("/dossiers/1/besluit", 422, besluit="maatregel", maatregel="levering-gestopt").text
    assert "AVG 22, UAVG 40" in refused
    half = desk.send("/dossiers/1/besluit", 422, besluit="maatregel", maatregel="levering-gestopt", reden=REASON).text
    assert "Kies wat u zelf hebt gezien" in half
    assert (desk.fake.heard, desk.session.store.desk.read(1).state) == ([], "nieuw")
    unseen = {"gezien": ["context"], "reden": REASON}
    desk.send("/dossiers/1/besluit", 422, besluit="maatregel", maatregel="levering-gestopt", **unseen)
    done = {"gezien": ["treffer"], "reden": REASON}
    desk.send("/dossiers/1/besluit", besluit="maatregel", maatregel="levering-gestopt", **done)
    (kept,) = desk.session.store.casebook.reviews()
    assert (kept.measure, kept.review.reviewer, kept.review.reason) == ("levering-gestopt", "Anna", REASON)


def test_a_call_without_review_is_refused_with_reason_and_article(desk: Desk) -> None:
    refused = post(desk)
    told = refused.json()
    assert (refused.status_code, told["articles"]) == (403, ["AVG 22", "UAVG 40"])
    assert "mens" in told["reason_nl"]
    assert post(desk, review={**REVIEW, "outcome": "niet-akkoord"}).status_code == 403
    assert post(desk, review=REVIEW).json() == {"signals": 1}
    assert desk.fake.heard == ["betaling-geweigerd"]


def test_what_is_sent_to_the_hub_names_no_reviewer_and_no_reason(desk: Desk) -> None:
    post(desk, review=REVIEW)
    sent = b"".join(body for _url, body in desk.fake.requests)
    assert b"Wit" not in sent
    assert REASON.encode() not in sent


def test_a_refusal_stands_in_the_own_log(desk: Desk) -> None:
    post(desk)
    assert desk.session.store.processing()[-1].outcome == "geweigerd: geen-menselijke-toets"


def test_the_command_is_refused_alike(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    class Given:
        config = msgspec.structs.replace(_config(), region="")

        def session(self) -> Any:
            return desk.session

    monkeypatch.setattr(config, "load", lambda _file: Given())
    argv = ["feedback", IBAN, "--measure", "betaling-geweigerd", "--config", "x", "--json"]
    refused = CliRunner().invoke(app, argv)
    assert refused.exit_code != 0
    assert json.loads(refused.stdout)["error"]["code"] == "geen-menselijke-toets"
    done = CliRunner().invoke(app, [*argv, "--reviewer", "T. de Wit", "--saw", "treffer", "--reason", REASON])
    assert json.loads(done.stdout) == {"signals": 1}


def _config() -> config.Config:
    return config.Config("https://w", "https://e", "k", "s", ("a", "b", "c"))


def test_machines_read_that_a_human_must_decide(desk: Desk, tmp_path: Path) -> None:
    body = {**ABOUT, "identifiers": [IBAN]}
    found = desk.client.post("/v1/bevragingen", json=body, headers={"authorization": "Bearer token"}).json()
    assert found["results"][0]["hit"]["human_must_decide"] is True
    followed = desk.session.store.casebook.hits()[0][1]
    alert = Alert("treffer", clock.now(), followed, "1", "B", "hold", "AVF", 20_000, number=1)
    assert calls.alarm(alert).human_must_decide
    assert not calls.alarm(Alert("gecorrigeerd", clock.now(), followed, note="ingetrokken")).human_must_decide
    sent: list[bytes] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request.content)
        return httpx.Response(204)

    http = httpx.Client(transport=httpx.MockTransport(answer))
    Webhook("https://partner.test", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "aa", http).deliver(alert)
    told = json.loads(sent[0])["data"]
    assert (told["advice"], told["human_must_decide"]) == ("hold", True)

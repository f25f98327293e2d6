"""What came from the police stays: labelled with its case, and refused wherever it would travel on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from desks import CASE, IBAN, Desk, DeskSluis, ibans, share
from typer.testing import CliRunner

from sluis.client import config, publish, testing
from sluis.client.casebook import Alert
from sluis.client.cli.main import app as commands
from sluis.client.gateway.upkeep import Upkeep
from sluis.client.gateway.webhook import Webhook
from sluis.client.session import Matter
from sluis.core import errors
from sluis.core.exchange.envelope import Context
from sluis.core.exchange.words import Grade, Origin
from sluis.core.identifiers import normalise
from sluis.core.law import provenance
from sluis.wire import clock

OTHER = "NL39TEST0200300400"
ABOUT = {"circle": testing.CIRCLE, "purpose": testing.PURPOSE, "type": "iban"}
TOKEN = {"authorization": "Bearer token"}
SHARED = {"doel": f"{testing.CIRCLE}|0", "soort": "iban", "vorm": "AVF.AANKOOP", "graad": "B", "advies": "warn"}


@pytest.fixture(params=["page", "call"])
def desk(request: pytest.FixtureRequest) -> Desk:
    """A shop that got the context of a signal of the police, at its page or by a call of its own system."""
    fake = DeskSluis(members=("police", "shop", "bank"))
    share(fake.session("police"))
    share(fake.session("bank"), OTHER)
    found = Desk(fake)
    found.sign_in()
    found.check()
    if request.param == "page":
        found.send("/dossiers/1/context", niveau="context")
        return found
    body = {**ABOUT, "case": CASE, "identifier": IBAN}
    (one,) = found.client.post("/v1/verstrekkingen", json=body, headers=TOKEN).json()["contexts"]
    assert one["provenance"] == "politie"
    return found


def test_the_rule_names_its_articles_and_that_they_are_inferred() -> None:
    refused = provenance.refused()
    assert refused.reason == "herkomst-politie"
    assert refused.fields["articles"] == ["Wpg 7", "Wpg 16-20 (gesloten verstrekkingenstelsel)"]
    assert refused.fields["inferred"] == "true"


def test_the_page_shows_the_label_with_the_context(desk: Desk) -> None:
    text = desk.send("/dossiers/1/context", niveau="context").text
    assert "herkomst: politie" in text
    assert desk.session.store.desk.read(1).dossier.disclosure.contexts[0].provenance == "politie"


def test_what_another_shared_is_not_labelled(desk: Desk) -> None:
    at = desk.check(OTHER, zaak="ORD-2").url.path
    assert "herkomst: politie" not in desk.send(f"{at}/context", niveau="context").text
    assert not desk.session.store.labels.has_case("ORD-2")


@pytest.mark.parametrize("about", [IBAN, OTHER])
def test_nothing_is_shared_from_the_case_by_page_or_call(desk: Desk, about: str) -> None:
    text = desk.send("/delen", 403, **SHARED, zaak=CASE, kenmerk=about).text
    assert "politiegegevens" in text
    assert "Wpg 7" in text
    body = {**ABOUT, "case": CASE, "items": [{"identifier": about, "grade": "B", "context": {"form": "AVF.AANKOOP"}}]}
    refused = desk.client.post("/v1/signalen", json=body, headers=TOKEN)
    assert (refused.status_code, refused.json()["code"]) == (403, "herkomst-politie")
    assert desk.session.store.own_ids(today=0) == []


def test_an_echo_in_another_case_is_refused_and_an_own_case_is_one_s_own(desk: Desk) -> None:
    matter, account = Matter(testing.CIRCLE, "eigen-zaak", testing.PURPOSE), normalise.parse("iban", IBAN)
    echo = publish.Draft(account, Context("AVF.AANKOOP"), Grade.B, origin=Origin.HIT)
    with pytest.raises(errors.NotPermitted) as refused:
        publish.publish(desk.session, [echo], matter=matter)
    assert refused.value.reason == "herkomst-politie"
    own = publish.Draft(account, Context("AVF.AANKOOP"), Grade.B, confirmed=True)
    assert publish.publish(desk.session, [own], matter=matter)


def test_the_command_refuses_alike_one_and_a_file(desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    class Given:
        config = config.Config("https://w", "https://e", "k", "s", ("a", "b", "c"))

        def session(self) -> Any:
            return desk.session

        def matter(self, **given: str) -> Matter:
            return Matter(given["circle"], given["case"], given["purpose"])

    monkeypatch.setattr(config, "load", lambda _file: Given())
    file = tmp_path / "zaken.csv"
    file.write_text(f"identifier,form\n{ibans(1)[0]},AVF.AANKOOP\n")
    about = ("--circle", testing.CIRCLE, "--purpose", testing.PURPOSE, "--case", CASE, "--config", "x", "--json")
    for argv in (("publish", ibans(2)[1], "--form", "AVF.AANKOOP", "--grade", "B"), ("publish-file", str(file))):
        done = CliRunner().invoke(commands, [*argv, *about])
        assert json.loads(done.stdout)["error"]["code"] == "herkomst-politie"
        assert done.exit_code == 1


@pytest.mark.parametrize("kind", ["csv", "xlsx", "json"])
def test_an_export_with_it_is_refused_whole_and_goes_without_it_when_asked_so(desk: Desk, kind: str) -> None:
    desk.check(OTHER, zaak="ORD-2")
    path = f"/attenderingen/uitvoer?lijst=alles&vorm={kind}"
    refused = desk.client.get(path)
    assert refused.status_code == 403
    assert "zonder=politie" in refused.text
    assert IBAN not in refused.text
    without = desk.client.get(f"{path}&zonder=politie")
    assert without.status_code == 200
    if kind == "json":
        assert [row["kenmerk"] for row in without.json()] == [OTHER]


def test_a_question_about_many_is_exported_without_it_only(desk: Desk) -> None:
    job = desk.send("/bevragen", doel=f"{testing.CIRCLE}|0", zaak="partij", soort="iban", veel=f"{IBAN}\n{OTHER}").url.path
    desk.finished(desk.client.get(job))
    assert desk.client.get(f"{job}/uitvoer?vorm=json").status_code == 403
    rows = desk.client.get(f"{job}/uitvoer?vorm=json&zonder=politie").json()
    assert [row["kenmerk"] for row in rows] == [OTHER]


def test_a_webhook_carries_it_nowhere_and_the_own_log_says_so(desk: Desk) -> None:
    sent: list[bytes] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request.content)
        upkeep.stop()
        return httpx.Response(204)

    http = httpx.Client(transport=httpx.MockTransport(answer))
    hook = Webhook("https://partner.test", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "aa", http)
    upkeep, casebook = Upkeep(desk.session, hook), desk.session.store.casebook
    desk.check(OTHER, zaak="ORD-2")
    for _place, followed in sorted(casebook.hits(), key=lambda one: one[1].reference != CASE):
        casebook.keep_alert(Alert("gecorrigeerd", clock.now(), followed, note="ingetrokken"))
    upkeep._deliver()
    assert [json.loads(one)["data"]["reference"] for one in sent] == ["ORD-2"]
    refused = [one for one in desk.session.store.processing() if one.activity == "doorsturen"]
    assert [one.outcome for one in refused] == ["geweigerd: herkomst-politie"]


def test_the_label_outlives_the_dossier_and_says_nothing_in_clear(tmp_path: Path) -> None:
    fake = DeskSluis(members=("police", "shop"))
    share(fake.session("police"))
    desk = Desk(fake, store=str(tmp_path / "shop.sqlite"))
    desk.sign_in()
    desk.check()
    desk.send("/dossiers/1/context", niveau="context")
    desk.session.store.desk.forget_before(clock.now() + 1)
    again = fake.session("shop", store=str(tmp_path / "shop.sqlite"))
    with pytest.raises(errors.NotPermitted):
        again.store.labels.require_free(CASE)
    octets = b"".join(file.read_bytes() for file in tmp_path.iterdir() if "labels" in file.name)
    assert octets
    for secret in (IBAN, CASE):
        assert secret.encode() not in octets

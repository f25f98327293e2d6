"""Disclosing context: `POST /v1/verstrekkingen`, through the legal gate against a receipt."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable
from typing import Any

import make
import make_law
import msgspec
import pytest
from hub_fixtures import Server
from make import Circle

from sluis.apps.audit.models import Event as LogEvent
from sluis.apps.exchange.models import Disclosure
from sluis.core.exchange import documents, envelope, policy, signal
from sluis.core.exchange.documents import Signed
from sluis.core.exchange.words import Origin

PATH = "/v1/verstrekkingen"


def ask(circle: Circle, name: str, **changes: Any) -> Any:
    return circle.post(PATH, circle.disclosure(**changes), key=circle.members[name].key)


def refusal(answer: Any) -> tuple[int, str, str | None]:
    assert answer["content-type"] == "application/problem+json"
    problem = answer.json()
    return answer.status_code, problem["code"], problem.get("ground")


def refused() -> list[tuple[str, str]]:
    return list(LogEvent.objects.filter(outcome="refused").values_list("activity", "ground"))


def test_the_context_of_another_opens_and_the_hub_signs_for_it(circle: Circle) -> None:
    published = circle.signal("bank")
    circle.publish("bank", published)
    commitment = secrets.token_bytes(32)
    answer = ask(circle, "shop", commitment=commitment).json()
    (found,) = answer["signals"]
    assert set(found) == {"context", "id", "salt"}
    signal_id, salt, context = (base64.b64decode(found[name]) for name in ("id", "salt", "context"))
    y, key_id = circle.output(make.IBAN), circle.record.id
    opened = envelope.open_sealed(context, envelope.Seal(y, key_id, circle.tag(), signal_id, salt))
    assert opened.form == make.FORM
    receipt = msgspec.json.decode(msgspec.json.encode(answer["receipt"]), type=Signed)
    assert documents.signers("disclosure", receipt) == {circle.hub.public}
    told = msgspec.json.decode(receipt.payload)
    assert base64.b64decode(told["commitment"]) == commitment
    assert (told["purpose"], told["level"]) == (make.PURPOSE, "context")
    assert [base64.b64decode(one) for one in told["signals"]] == [signal_id] == [published.header[16:32]]
    assert Disclosure.objects.get().signals == [signal_id.hex()]


def test_ones_own_signal_is_not_disclosed(circle: Circle) -> None:
    circle.publish("bank")
    assert refusal(ask(circle, "bank"))[:2] == (404, "geen-signaal")
    circle.publish("shop")
    own = circle.signal("bank").header[32:48]
    (found,) = ask(circle, "bank").json()["signals"]
    assert own == circle.members["bank"].id
    assert base64.b64decode(found["id"]) != own


def test_a_wrong_voucher_finds_nothing(circle: Circle) -> None:
    circle.publish("bank")
    assert refusal(ask(circle, "shop", voucher=secrets.token_bytes(32)))[:2] == (404, "geen-signaal")
    assert refusal(ask(circle, "shop", voucher=bytes(31)))[:2] == (400, "lengte")
    assert refusal(ask(circle, "shop", voucher=circle.tag() + bytes(16)))[:2] == (404, "geen-signaal")


def test_an_unknown_key_is_not_found(circle: Circle) -> None:
    circle.publish("bank")
    assert refusal(ask(circle, "shop", key=secrets.token_bytes(16)))[:2] == (404, "onbekende-sleutel")


def test_another_purpose_is_refused_with_articles_and_logged(circle: Circle) -> None:
    circle.publish("bank")
    answer = ask(circle, "shop", purpose="werving")
    assert refusal(answer) == (403, "geen-grondslag", "doel-past-niet")
    assert answer.json()["articles"] == ["AVG 5 lid 1 b"]
    assert answer.json()["reason_nl"]
    assert refused() == [("verstrekken", "doel-past-niet")]
    assert Disclosure.objects.count() == 0


def test_after_the_term_nothing_is_disclosed(circle: Circle, later: Callable[[int], None]) -> None:
    circle.publish("bank")
    later(61 * make.DAY)
    circle.accept()
    assert refusal(ask(circle, "shop")) == (403, "geen-grondslag", "kring-buiten-termijn")
    assert refused() == [("verstrekken", "kring-buiten-termijn")]


def test_an_assessment_that_ended_at_the_hub_shuts_the_gate(circle: Circle, later: Callable[[int], None]) -> None:
    circle.publish("bank")
    circle.assess(until=circle.now + 3600, reason="Korter.")
    assert ask(circle, "shop").status_code == 200
    later(3601)
    assert refusal(ask(circle, "shop")) == (403, "geen-grondslag", "beoordeling-verlopen")


@pytest.mark.parametrize("facts", [make_law.SUSPICION, make_law.UNHEARD])
def test_an_assessment_that_says_no_shuts_the_gate(circle: Circle, facts: dict[str, Any]) -> None:
    circle.publish("bank")
    circle.assess(exchanges=(facts,))
    assert refusal(ask(circle, "shop")) == (403, "geen-grondslag", "beoordeling-zegt-nee")


def test_without_assessment_nothing_is_disclosed(database: Server) -> None:
    circle = Circle()
    circle.arrive(assessed=False)
    assert refusal(ask(circle, "shop")) == (403, "geen-grondslag", "geen-beoordeling")
    assert refused() == [("verstrekken", "geen-beoordeling")]


@pytest.mark.parametrize(("context", "publisher", "level"), [("off", "off", "context"), ("automatic", "off", "publisher")])
def test_what_the_circle_does_not_disclose_is_refused(database: Server, context: Any, publisher: Any, level: str) -> None:
    circle = Circle()
    circle.arrive(circle.section(disclosure=policy.Disclosure(context=context, publisher=publisher)))
    circle.publish("bank")
    assert refusal(ask(circle, "shop", level=level)) == (403, "geen-grondslag", "verstrekken-staat-uit")


def test_who_may_not_check_gets_no_context(database: Server) -> None:
    circle = Circle()
    circle.arrive(circle.section(members=(circle.member("bank"), circle.member("shop", uses=("publish",)))))
    circle.publish("bank")
    assert refusal(ask(circle, "shop")) == (403, "geen-recht", "gebruik-niet-toegekend")


def test_who_is_no_member_is_refused(circle: Circle) -> None:
    answer = circle.post(PATH, circle.disclosure(), key=make.Party().key)
    assert refusal(answer)[:2] == (403, "geen-lid")


def test_an_expired_signal_is_not_disclosed(circle: Circle, later: Callable[[int], None]) -> None:
    today = circle.now // make.DAY
    circle.publish("bank", circle.signal("bank", make.Draft(expires=today + 1)))
    later(2 * make.DAY)
    assert refusal(ask(circle, "shop"))[:2] == (404, "geen-signaal")


def test_the_voucher_is_kept_nowhere(circle: Circle, database: Server) -> None:
    circle.publish("bank")
    ask(circle, "shop")
    with database.connect() as owner:
        tables = [name for (name,) in owner.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        text = "".join(str(row) for table in tables for row in owner.execute(f"SELECT t::text FROM {table} t"))
    assert circle.tag().hex() in text
    assert circle.voucher().hex() not in text
    assert signal.voucher(circle.output(make.IBAN), circle.record.id) == circle.voucher()


@pytest.mark.parametrize("path", [PATH, "/v1/terugkoppelingen"])
def test_below_k_a_voucher_tells_no_more_than_the_entries(database: Server, path: str) -> None:
    circle = Circle()
    circle.arrive(circle.section(k=2))
    body = circle.disclosure() if path == PATH else circle.shown(measure="betaling-geweigerd", within="1u")

    def code(name: str) -> str:
        return str(circle.post(path, body, key=circle.members[name].key).json().get("code"))

    circle.publish("bank")
    circle.publish("carrier", circle.signal("carrier", make.Draft(origin=Origin.HIT)))
    assert code("shop") == "geen-signaal"
    circle.publish("carrier", circle.signal("carrier", make.Draft(revision=2)))
    assert code("shop") == "None"


@pytest.mark.parametrize(("sector", "label"), [("police", "politie"), ("bank", None)])
def test_what_the_police_shared_is_labelled_and_nothing_else(database: Server, sector: str, label: str | None) -> None:
    made = Circle("bank", "shop")
    made.arrive(made.section(members=(made.member("bank", sector=sector), made.member("shop"))))
    made.publish("bank")
    (found,) = ask(made, "shop").json()["signals"]
    assert found.get("provenance") == label

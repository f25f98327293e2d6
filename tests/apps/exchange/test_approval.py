"""Disclosure by approval: each publisher is asked, silence refuses, and nobody learns more than agreed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import make
import pytest
from hub_fixtures import Server
from make import DAY, Circle

from sluis.apps.exchange import services
from sluis.apps.exchange.models import Approval
from sluis.core.exchange import policy, signal

PATH = "/v1/verstrekkingen"


@pytest.fixture
def careful(database: Server) -> Circle:
    circle = Circle()
    circle.arrive(circle.section(disclosure=policy.Disclosure(context="approval", publisher="approval")))
    circle.publish("bank")
    return circle


def ask(circle: Circle, name: str = "shop", **changes: Any) -> Any:
    return circle.post(PATH, circle.disclosure(**changes), key=circle.members[name].key)


def answer(circle: Circle, asked: Any, decision: str, *, name: str = "bank", place: int = 0) -> Any:
    body = {"decision": decision, "signal": asked.json()["pending"][place]["id"]}
    return circle.post(f"{PATH}/{make.hexed(asked.json()['request'])}/besluiten", body, key=circle.members[name].key)


def fetch(circle: Circle, asked: Any, name: str = "shop") -> Any:
    return make.call("GET", f"{PATH}/{make.hexed(asked.json()['request'])}", key=circle.members[name].key)


def test_nothing_opens_before_the_publisher_agreed(careful: Circle) -> None:
    asked = ask(careful)
    assert asked.json()["signals"] == []
    assert fetch(careful, asked).json()["signals"] == []
    assert answer(careful, asked, "toestaan").json() == {"state": "toegestaan"}
    (found,) = fetch(careful, asked).json()["signals"]
    assert set(found) == {"context", "id", "salt"}


def test_the_publisher_sees_sector_purpose_and_article_but_not_who(careful: Circle) -> None:
    ask(careful)
    (notice,) = careful.notices("bank")
    assert (notice.kind, notice.sector, notice.purpose) == ("verstrekking-gevraagd", "bank", make.PURPOSE)
    assert notice.articles
    told = make.octets(notice)
    assert careful.members["shop"].id.hex().encode() not in told
    assert make.base64ed(careful.members["shop"].id).encode() not in told


def test_silence_refuses_after_a_day(careful: Circle, later: Callable[[int], None]) -> None:
    asked = ask(careful)
    later(DAY - 60)
    assert fetch(careful, asked).json()["pending"]
    later(DAY)
    assert [one["reason"] for one in fetch(careful, asked).json()["refused"]] == ["geen-antwoord"]
    assert answer(careful, asked, "toestaan").json()["code"] == "te-laat"
    assert services.refuse_the_silent() == 1
    assert services.refuse_the_silent() == 0
    assert [one.outcome for one in careful.notices("shop")] == ["geen-antwoord"]


def test_a_refusal_stays(careful: Circle) -> None:
    asked = ask(careful)
    assert answer(careful, asked, "weigeren").status_code == 200
    assert answer(careful, asked, "toestaan").json()["code"] == "al-besloten"
    told = fetch(careful, asked).json()
    assert (told["signals"], [one["reason"] for one in told["refused"]]) == ([], ["geweigerd"])


def test_each_publisher_decides_about_its_own(careful: Circle) -> None:
    careful.publish("carrier")
    asked = ask(careful)
    mine = [careful.notices(name)[0].signal for name in ("bank", "carrier")]
    first = make.octets_of(asked.json()["pending"][0]["id"])
    owner = ("bank", "carrier")[mine.index(first)]
    other = "carrier" if owner == "bank" else "bank"
    assert answer(careful, asked, "toestaan", name=other).json()["code"] == "onbekend-verzoek"
    assert answer(careful, asked, "toestaan", name=owner).status_code == 200
    told = fetch(careful, asked).json()
    assert (len(told["signals"]), len(told["pending"])) == (1, 1)


def test_asking_again_asks_nobody_twice(careful: Circle) -> None:
    assert ask(careful).json()["request"] == ask(careful).json()["request"]
    assert len(careful.notices("bank")) == Approval.objects.count() == 1


def test_only_the_asker_fetches(careful: Circle) -> None:
    asked = ask(careful)
    assert fetch(careful, asked, "carrier").json()["code"] == "onbekend-verzoek"
    assert fetch(careful, asked, "bank").json()["code"] == "onbekend-verzoek"


def test_the_name_of_the_publisher_takes_both(careful: Circle) -> None:
    asked = ask(careful, level="publisher")
    assert asked.json()["signals"] == []
    assert careful.notices("bank")[0].level == "publisher"
    answer(careful, asked, "toestaan")
    (found,) = fetch(careful, asked).json()["signals"]
    header = signal.Header.parse(make.octets_of(found["header"]))
    assert header.publisher == careful.members["bank"].id
    octets = signal.signed_octets(
        header.octets(),
        careful.tag(),
        salt=make.octets_of(found["salt"]),
        context=make.octets_of(found["context"]),
    )
    signal.check_signature(careful.members["bank"].public, make.octets_of(found["signature"]), octets)


def test_after_the_term_agreement_opens_nothing(careful: Circle, later: Callable[[int], None]) -> None:
    asked = ask(careful)
    answer(careful, asked, "toestaan")
    careful.accept(careful.section(until=careful.now))
    assert fetch(careful, asked).json()["code"] == "geen-grondslag"


def test_a_circle_that_names_no_publisher_asks_nobody(database: Server) -> None:
    circle = Circle()
    circle.arrive()
    circle.publish("bank")
    assert ask(circle, level="publisher").json()["ground"] == "verstrekken-staat-uit"
    assert circle.notices("bank") == []


def test_what_was_agreed_to_stays_shut_while_it_is_disputed(database: Server) -> None:
    circle = Circle("bank", "shop", "desk")
    every = circle.rights_kept()
    circle.arrive(circle.section(members=every, disclosure=policy.Disclosure(context="approval", publisher="off")))
    circle.publish("bank")
    asked = ask(circle)
    answer(circle, asked, "toestaan")
    checked = {"person": "balie", "control": "bankafschrift"}
    body = circle.shown(ground="naamgenoot", verified=checked)
    assert circle.post("/v1/betwistingen", body, key=circle.members["desk"].key).status_code == 201
    fetched = fetch(circle, asked).json()
    assert fetched["signals"] == []
    assert [one["reason"] for one in fetched["refused"]] == ["betwist"]

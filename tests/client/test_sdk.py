"""The SDK for a partner's programs, over the gateway's own application."""

from __future__ import annotations

import builtins
from typing import Any

import pytest
from starlette.testclient import TestClient

from sluis.client import testing
from sluis.client.gateway import app, desk
from sluis.client.gateway.member import Member
from sluis.client.sdk import About, Gateway
from sluis.client.testing import FakeSluis
from sluis.core import errors
from sluis.core.exchange.envelope import Context

TOKEN = "c0ffee"
ABOUT = About(testing.CIRCLE, case="zaak-1", purpose=testing.PURPOSE, type="iban")


def iban(number: int) -> str:
    """An IBAN with right check digits of a bank code no bank has."""
    bban = f"TEST{number:010d}"
    digits = "".join(str(int(sign, 36)) for sign in f"{bban}NL00")
    return f"NL{98 - int(digits) % 97:02d}{bban}"


@pytest.fixture
def fake() -> FakeSluis:
    return FakeSluis()


def gateway(fake: FakeSluis, name: str, token: str = TOKEN) -> Gateway:
    served = app.application(Member.of(fake.session(name), token=TOKEN.encode()))
    return Gateway("http://127.0.0.1/", token, http=TestClient(served, base_url="http://127.0.0.1"))


def item(number: int) -> desk.ShareItem:
    return desk.ShareItem(iban(number), "B", Context("AVF.AANKOOP"))


def test_shared_with_one_gateway_found_with_another_as_records_and_as_a_table(fake: FakeSluis) -> None:
    shared = gateway(fake, "bank").share(ABOUT, [item(1), item(2)])
    assert [one.state for one in shared] == ["stored", "stored"]
    found = gateway(fake, "shop").check(ABOUT, [iban(1), iban(3)])
    assert [one.outcome for one in found] == ["hit", "no-hit"]
    table = found.frame()
    assert list(table["identifier"]) == [iban(1), iban(3)]
    assert table.loc[0, "hit.grade"] == "B"


def test_a_hit_is_disclosed_and_what_it_led_to_is_told(fake: FakeSluis) -> None:
    gateway(fake, "bank").share(ABOUT, [item(1)])
    shop = gateway(fake, "shop")
    shop.check(ABOUT, [iban(1)])
    (told,) = shop.disclose(ABOUT, iban(1)).contexts
    assert told.context.form == "AVF.AANKOOP"
    with pytest.raises(errors.NotFound) as none:
        shop.disclose(ABOUT, iban(2))
    assert none.value.reason == "geen-treffer"


def test_more_than_a_call_takes_is_sent_in_calls_and_comes_back_in_order(
    fake: FakeSluis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "MAX_CHECKS", 2)
    gateway(fake, "bank").share(ABOUT, [item(4)])
    found = gateway(fake, "shop").check(ABOUT, [iban(number) for number in range(5)])
    assert [one.outcome for one in found] == ["no-hit"] * 4 + ["hit"]


def test_errors_come_back_as_they_were_raised_with_every_fault(fake: FakeSluis) -> None:
    with pytest.raises(errors.Malformed) as wrong:
        gateway(fake, "shop").check(ABOUT, [iban(1), "NL00", "?"])
    assert [fault.where for fault in wrong.value.faults] == ["[1]", "[2]"]
    with pytest.raises(errors.NotAllowed) as stranger:
        gateway(fake, "shop", token="guess").check(ABOUT, [iban(1)])
    assert stranger.value.reason == "geen-toegang"
    with pytest.raises(errors.Unavailable) as away:
        Gateway("http://127.0.0.1:1", TOKEN).health()
    assert away.value.reason == "niet-bereikbaar"


def test_without_pandas_a_table_says_what_to_install(fake: FakeSluis, monkeypatch: pytest.MonkeyPatch) -> None:
    found, real = gateway(fake, "shop").check(ABOUT, [iban(1)]), builtins.__import__

    def refuse(name: str, *rest: Any, **more: Any) -> Any:
        if name == "pandas":
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(errors.Unavailable) as missing:
        found.frame()
    assert missing.value.reason == "extra-ontbreekt"

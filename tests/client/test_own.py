"""Who shares looks for its own signals: one that others cannot see is told, once."""

from __future__ import annotations

import pytest

from sluis.client import own, publish, testing
from sluis.client.session import Matter
from sluis.client.testing import FakeSluis
from sluis.core.exchange.envelope import Context
from sluis.core.exchange.words import Grade, Origin
from sluis.core.identifiers import normalise

IBAN = normalise.parse("iban", "NL13 TEST 0123 4567 89")
MATTER = Matter(testing.CIRCLE, "zaak-1", testing.PURPOSE)


def share(session: object, **more: object) -> bytes:
    (state,) = publish.publish(session, [publish.Draft(IBAN, Context("AVF.AANKOOP"), Grade.B, **more)], matter=MATTER)
    return state.id


def test_a_signal_that_is_there_is_not_missed() -> None:
    bank = FakeSluis().session("bank")
    share(bank)
    assert own.look(bank) == []
    assert bank.store.casebook.alerts() == []


def test_a_signal_the_hub_hides_is_told_once_with_the_case() -> None:
    fake = FakeSluis()
    bank = fake.session("bank")
    signal_id = share(bank)
    fake.withdraw_all()
    assert own.look(bank) == own.look(bank) == [signal_id]
    (alert,) = bank.store.casebook.alerts()
    assert (alert.kind, alert.followed.reference) == ("eigen-signaal-ontbreekt", "zaak-1")


@pytest.mark.parametrize("origin", [Origin.HIT])
def test_an_echo_is_never_seen_and_never_missed(origin: Origin) -> None:
    bank = FakeSluis().session("bank")
    share(bank, origin=origin)
    assert own.look(bank) == []


def test_what_one_took_back_oneself_is_not_missed() -> None:
    fake = FakeSluis()
    bank = fake.session("bank")
    bank.store.forget_own([share(bank)])
    fake.withdraw_all()
    assert own.look(bank) == []

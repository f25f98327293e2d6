"""Living a wave through gateways: hits get a measure later, refusals end nothing, a stop does not tell a story twice."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from sluis.client import testing
from sluis.client.gateway import app
from sluis.client.gateway.member import Member
from sluis.client.sdk import Gateway
from sluis.client.testing import FakeSluis
from sluis.sim import invented, waves
from sluis.sim.living import Life
from sluis.sim.progress import Progress
from sluis.sim.waves import Deed, Told

MULE = invented.iban("ezel")


@pytest.fixture
def fake() -> FakeSluis:
    return FakeSluis()


def life(fake: FakeSluis, file: Path, *, stops_after: int = 1_000) -> Life:
    """A life of two parties, that is told to stop after so many deeds."""
    pauses = iter(range(stops_after))
    served = {name: app.application(Member.of(fake.session(name), token=b"t")) for name in ("bank", "shop")}
    opened = {name: Gateway("http://127.0.0.1", "t", http=TestClient(one)) for name, one in served.items()}
    return Life(opened, Progress(file), lambda _seconds: next(pauses, None) is not None, "zaad")


def deed(party: str, verb: str, *identifiers: str, **more: object) -> Deed:
    told = Told("AVF.AANKOOP", "B")
    return Deed(party, verb, testing.CIRCLE, "iban", "Z-1", identifiers, purpose=testing.PURPOSE, told=told, **more)


def test_a_hit_waits_for_somebody_to_look_and_a_refusal_ends_nothing(fake: FakeSluis, tmp_path: Path) -> None:
    one = life(fake, tmp_path / "stand")
    one.do(deed("bank", "share", MULE))
    one.do(deed("shop", "check", "onzin"))
    one.do(deed("shop", "check", invented.iban("eerlijk"), MULE, leads_to="levering-gestopt"))
    assert [(waiting.identifier, waiting.led_to) for waiting in one._waiting] == [(MULE, "levering-gestopt")]


def test_a_broken_off_wave_is_not_told_again(fake: FakeSluis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[int] = []

    def wave(_seed: str, number: int, **_more: object) -> list[Deed]:
        told.append(number)
        return [deed("bank", "share", invented.iban(f"{number} {step}")) for step in range(3)]

    monkeypatch.setattr(waves, "wave", wave)
    life(fake, tmp_path / "stand", stops_after=4).live()
    life(fake, tmp_path / "stand", stops_after=1).live()
    assert told == [0, 1, 2]
    assert Progress(tmp_path / "stand").stand.deeds == 7

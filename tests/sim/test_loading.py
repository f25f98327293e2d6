"""Sharing long lists: what a protected list stops is left out, a stop in between loses and doubles nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from sluis.client import testing
from sluis.client.gateway import app
from sluis.client.gateway.desk import ShareItem
from sluis.client.gateway.member import Member
from sluis.client.sdk import About, Gateway
from sluis.client.testing import FakeSluis
from sluis.core import errors
from sluis.sim import loading, waves
from sluis.sim.progress import Progress

NAMES = tuple(f"nep{number}.nl" for number in range(30))


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> Gateway:
    monkeypatch.setattr(loading, "BATCH", 10)
    monkeypatch.setattr(loading, "AT_ONCE", 10)
    monkeypatch.setattr(loading, "REPORTED", "C")
    monkeypatch.setattr(waves, "DOMAINS", testing.CIRCLE)
    monkeypatch.setattr(waves, "PREVENT", testing.PURPOSE)
    monkeypatch.setattr(loading, "domains", lambda: (*NAMES[:12], "google.com", "geen domein", *NAMES[12:]))
    served = app.application(Member.of(FakeSluis(kind="domain").session("bank"), token=b"t"))
    return Gateway("http://127.0.0.1", "t", http=TestClient(served))


def loader(gateway: Gateway, file: Path, *, goes_on: bool = True) -> loading.Loader:
    progress = Progress(file)
    progress.stand.addresses = True
    return loading.Loader(dict.fromkeys(loading.PUBLISHERS, gateway), progress, lambda _seconds: goes_on)


def test_first_some_at_once_then_the_others_without_what_is_protected_or_does_not_read(
    gateway: Gateway, tmp_path: Path
) -> None:
    one = loader(gateway, tmp_path / "stand")
    one.first()
    assert (one.progress.stand.published, one.progress.stand.wanted) == (10, 32)
    one.others()
    assert (one.progress.stand.published, one.progress.stand.left_out) == (30, 2)


def test_a_stop_in_between_goes_on_where_it_was(gateway: Gateway, tmp_path: Path) -> None:
    first = loader(gateway, tmp_path / "stand", goes_on=False)
    first.first()
    first.others()
    assert first.progress.stand.done == 20
    second = loader(gateway, tmp_path / "stand")
    second.others()
    assert (second.progress.stand.done, second.progress.stand.published) == (32, 30)


def test_an_unreadable_stand_begins_anew_and_shares_nothing_twice(gateway: Gateway, tmp_path: Path) -> None:
    (tmp_path / "stand").write_bytes(b'{"published": 10')
    one = loader(gateway, tmp_path / "stand")
    one.others()
    loader(gateway, tmp_path / "other").others()
    about = About(testing.CIRCLE, "x", testing.PURPOSE, "domain")
    assert gateway.share(about, [ShareItem(NAMES[0], "C", loading._SITE)])[0].state in ("same", "replaced", "stored")


def test_a_refusal_of_the_whole_is_raised(gateway: Gateway) -> None:
    about = About("geen-kring", "x", testing.PURPOSE, "domain")
    with pytest.raises(errors.NotFound):
        loading.share_what_may(gateway, about, [ShareItem(NAMES[0], "C", loading._SITE)])

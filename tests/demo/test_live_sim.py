"""The simulation on the live page: how far it is, and that it comes back when it is killed."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from demo_running import Running, end, wait_for

from sluis.demo.live import trail

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    found = Running(tmp_path_factory.mktemp("alive") / "demo", whole=True)
    found.argv = tuple(word for word in found.argv if word != "--still")
    found.start()
    yield found
    end(found)


def stand(running: Running) -> dict[str, Any]:
    try:
        return httpx.get(f"{running.state()['urls']['live']}/v1/stand", timeout=10).json()
    except (httpx.HTTPError, KeyError, ValueError):
        return {}


def test_the_page_tells_how_far_the_simulation_is(running: Running) -> None:
    wait_for(lambda: (stand(running).get("life") or {}).get("published", 0) > 0, 60)
    page = httpx.get(f"{running.state()['urls']['live']}/", timeout=10).text
    assert re.search(r"[\d.]+ van [\d.]+ nepdomeinen gedeeld", page)


def test_a_first_signal_is_followed_without_asking(running: Running) -> None:
    wait_for(lambda: trail.read(running.folder / "data" / "live").newest is not None, 120)
    newest = trail.read(running.folder / "data" / "live").newest
    assert newest is not None
    assert newest.error == ""


def test_a_killed_simulation_comes_back_and_the_page_says_so(running: Running) -> None:
    wait_for(lambda: "sim" in running.state().get("services", {}), 30)
    os.killpg(running.state()["services"]["sim"], signal.SIGKILL)
    wait_for(lambda: state_of(running, "sim") == ("mended", "SIGKILL"), 30)


def state_of(running: Running, name: str) -> tuple[str, str]:
    told = (one["connection"] for one in stand(running).get("services", ()) if one["name"] == name)
    return next(((one["state"], one["ended"]) for one in told), ("", ""))

"""The real services under the supervisor, beside a stub of the hub: three holders, the edge, two gateways."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from demo_running import Running, end, wait_for

from sluis.demo import world

QUESTION = {"identifiers": ["NL13TEST0123456789"], "case": "zaak-1", "purpose": world.PURPOSES[0], "type": "iban"}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    found = Running(tmp_path_factory.mktemp("services") / "demo", "services")
    found.start()
    wait_for(lambda: all(health(found, holder.slug)["status"] == "ok" for holder in world.HOLDERS), 20)
    yield found
    end(found)


def health(running: Running, name: str) -> dict[str, Any]:
    try:
        return httpx.get(f"{running.state()['urls'][name]}/v1/health").json()
    except httpx.HTTPError:
        return {"status": "down"}


def check(running: Running) -> httpx.Response:
    token = (running.folder / "keys" / "lantaarn.token").read_text()
    url = f"{running.state()['urls']['lantaarn']}/v1/bevragingen"
    body = {**QUESTION, "circle": world.CIRCLE_NAME}
    return httpx.post(url, json=body, headers={"authorization": f"Bearer {token}"}, timeout=20)


def test_a_gateway_checks_an_iban_through_holders_and_edge(running: Running) -> None:
    answer = check(running)
    assert answer.status_code == 200, answer.text
    assert "NL91" not in "".join(file.read_text() for file in (running.folder / "logs").glob("*.log"))


def test_a_check_succeeds_with_a_holder_killed_and_the_holder_comes_back_with_its_shares(running: Running) -> None:
    before = running.state()["services"]["rekenhuis"]
    os.kill(before, signal.SIGKILL)
    assert check(running).status_code == 200
    wait_for(lambda: running.state()["services"].get("rekenhuis", before) != before, 20)
    wait_for(lambda: health(running, "rekenhuis")["status"] == "ok", 20)
    os.kill(running.state()["services"]["archief"], signal.SIGKILL)
    assert check(running).status_code == 200


def test_a_holder_without_its_passphrase_comes_back_closed(running: Running) -> None:
    secret = running.folder / "keys" / "sluiswacht.passphrase"
    secret.rename(secret.with_suffix(".away"))
    os.kill(running.state()["services"]["sluiswacht"], signal.SIGKILL)
    wait_for(lambda: health(running, "sluiswacht")["status"] == "closed", 20)
    assert check(running).status_code == 200

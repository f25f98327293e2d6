"""The whole demo as `sluis-demo run` starts it: one signal through both gates, and back after every kind of end."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from demo_running import Running, end, wait_for

from sluis.demo import world

pytestmark = pytest.mark.slow
IBAN = "NL13TEST0123456789"
MATTER = {"circle": world.CIRCLE_NAME, "case": "zaak-1", "purpose": world.PURPOSES[0], "type": "iban"}
CONTEXT = {"amount": 1, "channels": [], "form": "AVF.AANKOOP", "phases": [], "role": "payee", "status": "open", "v": 1}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    found = Running(tmp_path_factory.mktemp("whole") / "demo", whole=True)
    began = time.monotonic()
    found.start()
    print(f"page up after {time.monotonic() - began:.1f} s")
    wait_for_keys(found)
    yield found
    end(found)


def wait_for_keys(running: Running) -> None:
    wait_for(lambda: all(status(running, name) == "ok" for name in ("edge", *(one.slug for one in world.HOLDERS))), 90)


def status(running: Running, name: str) -> str:
    try:
        return httpx.get(f"{running.state()['urls'][name]}/v1/health").json()["status"]
    except httpx.HTTPError:
        return "down"


def call(running: Running, partner: str, path: str, **body: Any) -> httpx.Response:
    token = (running.folder / "keys" / f"{partner}.token").read_text()
    url = f"{running.state()['urls'][partner]}/v1/{path}"
    return httpx.post(url, json={**MATTER, **body}, headers={"authorization": f"Bearer {token}"}, timeout=30)


def outcome(running: Running) -> str:
    answer = call(running, "lantaarn", "bevragingen", identifiers=[IBAN])
    assert answer.status_code == 200, answer.text
    return answer.json()["results"][0]["outcome"]


def share(running: Running) -> None:
    item = {"identifier": IBAN, "grade": "B", "context": CONTEXT}
    answer = call(running, "kadebank", "signalen", items=[item])
    assert answer.status_code == 200, answer.text


def test_a_bank_shares_an_iban_and_a_shop_gets_a_hit_and_the_context(running: Running) -> None:
    assert outcome(running) == "no-hit"
    share(running)
    wait_for(lambda: outcome(running) == "hit", 5)
    answer = call(running, "lantaarn", "verstrekkingen", identifier=IBAN)
    assert answer.status_code == 200, answer.text
    assert "AVF.AANKOOP" in answer.text


def test_no_log_file_holds_the_identifier(running: Running) -> None:
    assert all(IBAN not in file.read_text() for file in (running.folder / "logs").glob("*.log"))


@pytest.mark.parametrize("name", ["web", "worker", "edge", "rekenhuis", "lantaarn", "postgres"])
def test_any_killed_service_comes_back_and_the_hit_with_it(running: Running, name: str) -> None:
    before = running.state()["services"][name]
    os.kill(before, signal.SIGKILL)
    wait_for(lambda: running.state()["services"].get(name, before) != before, 30)
    wait_for(lambda: works(running), 30)


def works(running: Running) -> bool:
    try:
        return outcome(running) == "hit"
    except (AssertionError, httpx.HTTPError):
        return False


def test_after_kill_9_nothing_is_left_and_a_new_start_finds_the_hit(running: Running) -> None:
    running.remember()
    running.process.kill()
    running.process.wait()
    wait_for(lambda: running.left() == [], 20)
    running.start()
    wait_for_keys(running)
    assert outcome(running) == "hit"


def test_after_the_circles_end_the_gate_is_shut(running: Running) -> None:
    (running.folder / "clock").write_text(str((world.CIRCLE_DAYS + 1) * 86_400))
    refused = ("geen-grondslag", 403)

    def code(path: str, **body: Any) -> tuple[str, int]:
        answer = call(running, "lantaarn", path, **body)
        return answer.json()["code"], answer.status_code

    wait_for(lambda: code("bevragingen", identifiers=[IBAN]) == refused, 90)
    wait_for(lambda: code("verstrekkingen", identifier=IBAN) == refused, 30)


def test_a_stop_leaves_nothing(running: Running) -> None:
    running.remember()
    running.process.terminate()
    assert running.process.wait(60) == 0
    wait_for(lambda: running.left() == [], 5)

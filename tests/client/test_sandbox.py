"""The sandbox: a koppelpunt anyone may start before any agreement, with real pages and invented partners, gone when it ends."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from sluis.client.gateway import sandbox
from sluis.client.testing import CIRCLE, PURPOSE
from sluis.demo.layout import free_ports
from sluis.demo.services import program


@pytest.fixture(scope="module")
def started() -> Iterator[tuple[str, str]]:
    """Its address, and what it printed."""
    (port,) = free_ports(1)
    process = subprocess.Popen([program("sluis"), "sandbox", "--port", str(port)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        lines = [process.stdout.readline() for _ in range(10)]
        yield f"http://127.0.0.1:{port}", _waited(f"http://127.0.0.1:{port}", "".join(lines))
    finally:
        process.terminate()
        assert process.wait(20) in {0, -15}


def _waited(address: str, told: str) -> str:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        try:
            httpx.get(f"{address}/v1/health")
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return told
    raise AssertionError("the sandbox does not answer")


def checked(started: tuple[str, str], *identifiers: str) -> list[dict[str, Any]]:
    address, told = started
    (token,) = re.findall(r"Bearer ([\w-]+)", told)
    body = {"circle": CIRCLE, "case": "zaak-1", "purpose": PURPOSE, "type": "iban", "identifiers": identifiers}
    answer = httpx.post(f"{address}/v1/bevragingen", json=body, headers={"authorization": f"Bearer {token}"})
    assert answer.status_code == 200, answer.text
    return list(answer.json()["results"])


def test_what_it_says_to_try_is_so(started: tuple[str, str]) -> None:
    assert "Everything in it is invented" in started[1]
    known, twice, unknown = checked(started, sandbox.KNOWN, sandbox.KNOWN_TWICE, sandbox.UNKNOWN)
    assert [one["outcome"] for one in (known, twice, unknown)] == ["hit", "hit", "no-hit"]
    assert [one["hit"]["others"] for one in (known, twice)] == ["1", "2-3"]


def test_its_pages_are_signed_in_to_with_the_code_it_printed(started: tuple[str, str]) -> None:
    address, told = started
    (code,) = re.findall(r"desk code (\w+)", told)
    with httpx.Client(base_url=address, follow_redirects=True) as browser:
        answer = browser.post("/inloggen", data={"naam": "Anna", "code": code})
        assert answer.status_code == 200, answer.text
        assert answer.url.path != "/inloggen"
        assert browser.post("/inloggen", data={"naam": "Anna", "code": "0" * 16}).status_code != 200


def test_a_port_that_is_none_is_told() -> None:
    done = subprocess.run([program("sluis"), "sandbox", "--port", "80"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "1024" in done.stderr

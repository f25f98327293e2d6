"""A shop of three people runs a koppelpunt from one file and an invitation, beside the running demo."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from journeys.test_wheel_without_extras import uv
from journeys.world import Demo, invented_iban, until
from sluis.client.sdk import About, Gateway
from sluis.demo import world
from sluis.demo.layout import free_ports
from sluis.wire import clock

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "koppelpunt" / "koppelpunt.py"
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bouw")
    uv("build", "--wheel", "--no-build-isolation", "--python", sys.executable, "--out-dir", folder)
    (found,) = folder.glob("sluis-*.whl")
    return found


@pytest.fixture(scope="module")
def shop(demo: Demo, wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """The folder of the shop, and the command line it types; the carrier's key, so that the demo knows it."""
    folder = tmp_path_factory.mktemp("winkel")
    config = demo.partner("pakketboot").config
    lines = {"web": config.web, "edge": config.edge, "policy-keys": list(config.policy_keys), "circle": world.CIRCLE_NAME}
    invitation = folder / "uitnodiging.toml"
    invitation.write_text("\n".join(f"{name} = {json.dumps(value)}" for name, value in lines.items()))
    key = demo.folder / "keys" / "pakketboot.key"
    (port,) = free_ports(1)
    argv = [sys.executable, "-I", str(SCRIPT), str(invitation), "--key", str(key), "--port", str(port), "--source", str(wheel)]
    return folder / "sluis-koppelpunt", argv


@pytest.fixture(scope="module")
def running(demo: Demo, shop: tuple[Path, list[str]]) -> Iterator[str]:
    environment = {**os.environ, clock.VARIABLE: str(demo.folder / "clock")}
    process = subprocess.Popen(shop[1], env=environment)
    url = f"http://127.0.0.1:{shop[1][shop[1].index('--port') + 1]}"
    yield until(lambda: url if _is_up(url) else None, 420)
    process.terminate()
    process.wait(30)


def _is_up(url: str) -> bool:
    try:
        return bool(httpx.get(f"{url}/v1/health").json()["status"] == "ok")
    except (httpx.HTTPError, KeyError):
        return False


def test_its_desk_opens_with_the_code_it_made(running: str, shop: tuple[Path, list[str]]) -> None:
    code = (shop[0] / "bureaucode").read_text()
    with httpx.Client(base_url=running, follow_redirects=True) as browser:
        page = browser.post("/inloggen", data={"naam": "Sam", "code": code})
        assert page.url.path == "/attenderingen"
        assert "Pakketboot" in page.text


def test_its_check_finds_what_another_shared(running: str, shop: tuple[Path, list[str]], demo: Demo) -> None:
    iban = invented_iban(8405)
    done = demo.run("publish", iban, "--form", "AVF.AANKOOP", "--grade", "B", "--case", "e-1", slug="tolhuis")
    assert done.returncode == 0, done.stderr
    gateway = Gateway(running, (shop[0] / "token").read_text())
    about = About(world.CIRCLE_NAME, case="PKT-1", purpose=world.PURPOSES[0], type="iban")
    assert until(lambda: gateway.check(about, [iban])[0].outcome == "hit")


def test_nothing_it_keeps_can_be_read_by_others_and_again_changes_nothing(running: str, shop: tuple[Path, list[str]]) -> None:
    kept = [shop[0] / name for name in ("sleutel", "token", "bureaucode", "koppelpunt.toml")]
    before = [file.read_bytes() for file in kept]
    assert [oct(file.stat().st_mode)[-3:] for file in kept] == ["600"] * 4
    begun = time.monotonic()
    subprocess.run([*shop[1], "--prepare"], check=True, capture_output=True)
    assert time.monotonic() - begun < 30
    assert [file.read_bytes() for file in kept] == before


def test_without_a_wheel_beside_it_nothing_is_fetched_by_name(tmp_path: Path) -> None:
    alone = tmp_path / "map" / "koppelpunt.py"
    alone.parent.mkdir()
    alone.write_bytes(SCRIPT.read_bytes())
    (tmp_path / "u.toml").write_text('web = "x"\nedge = "y"\npolicy-keys = ["z"]')
    answer = subprocess.run([sys.executable, str(alone), str(tmp_path / "u.toml")], capture_output=True, text=True, check=False)
    assert (answer.returncode, "put the wheel" in answer.stderr) == (1, True)
    assert not (tmp_path / "sluis-koppelpunt").exists()


@pytest.mark.parametrize(("text", "said"), [('web = "x"', "edge, policy-keys"), ("web = ", "does not read"), (None, "no such")])
def test_a_wrong_invitation_is_told_and_nothing_is_made(tmp_path: Path, text: str | None, said: str) -> None:
    file = tmp_path / "u.toml"
    if text is not None:
        file.write_text(text)
    answer = subprocess.run([sys.executable, str(SCRIPT), str(file)], capture_output=True, text=True, check=False)
    assert answer.returncode == 1
    assert said in answer.stderr
    assert not (tmp_path / "sluis-koppelpunt").exists()

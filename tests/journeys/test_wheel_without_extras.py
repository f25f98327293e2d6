"""A partner's own installation: the wheel without extras in an empty environment, against the running demo."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from journeys.world import Demo, invented_iban, until
from sluis.wire import clock

ROOT = Path(__file__).resolve().parents[2]
PINS = ROOT / "requirements" / "run.txt"
ABSENT = ("django", "starlette", "uvicorn", "psycopg", "granian", "jinja2")
pytestmark = pytest.mark.slow


def uv(*argv: str | Path) -> None:
    environment = {**os.environ, "VIRTUAL_ENV": ""}
    if links := environment.get("PIP_FIND_LINKS"):
        environment.setdefault("UV_FIND_LINKS", links)
    command = [str(Path(sys.executable).with_name("uv")), "--quiet", *map(str, argv)]
    answer = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of an environment with the wheel and the base's pinned requirements, and nothing else."""
    folder = tmp_path_factory.mktemp("wheel")
    python = folder / "venv" / "bin" / "python"
    # The build tools of this environment are the pinned ones: nothing is fetched for them.
    uv("build", "--wheel", "--no-build-isolation", "--python", sys.executable, "--out-dir", folder)
    (wheel,) = folder.glob("sluis-*.whl")
    base = folder / "base.in"
    base.write_text("\n".join(tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]))
    pinned = folder / "base.txt"
    uv("pip", "compile", "--generate-hashes", "-c", PINS, "--python", sys.executable, "-o", pinned, base)
    uv("venv", "--python", sys.executable, folder / "venv")
    uv("pip", "sync", "--require-hashes", "--python", python, pinned)
    uv("pip", "install", "--no-deps", "--python", python, wheel)
    return python.parent


def run(installed: Path, demo: Demo, *argv: str, slug: str = "lantaarn") -> subprocess.CompletedProcess[str]:
    config = demo.folder / "config" / f"{slug}.toml"
    environment = {"PATH": "/usr/bin:/bin", "SLUIS_CONFIG": str(config), clock.VARIABLE: str(demo.folder / "clock")}
    command = [str(installed / "sluis"), *argv]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize("name", ABSENT)
def test_no_package_of_an_extra_can_be_imported(installed: Path, name: str) -> None:
    command = [str(installed / "python"), "-I", "-c", f"import {name}"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    assert f"No module named '{name}'" in answer.stderr


def test_a_check_finds_what_another_shared_before(installed: Path, demo: Demo) -> None:
    iban = invented_iban(8801)
    shared = demo.run("publish", iban, "--form", "AVF.AANKOOP", "--grade", "B", "--case", "wiel-1", slug="kadebank")
    assert shared.returncode == 0, shared.stderr

    def checked() -> subprocess.CompletedProcess[str] | None:
        answer = run(installed, demo, "check", iban, "--case", "wiel-2")
        assert answer.returncode == 0, answer.stderr
        return answer if "HIT" in answer.stdout else None

    assert until(checked).stdout.startswith(f"{iban}  HIT: 1 other(s), grade B")
    answer = run(installed, demo, "disclose", iban, "--case", "wiel-2")
    assert "AVF.AANKOOP" in answer.stdout, answer.stderr


def test_the_doctor_finds_everything_well(installed: Path, demo: Demo) -> None:
    answer = run(installed, demo, "doctor")
    assert answer.returncode == 0, answer.stdout
    assert all(line.startswith("ok ") for line in answer.stdout.splitlines())


def test_the_gateway_says_which_extra_it_needs(installed: Path, demo: Demo) -> None:
    answer = run(installed, demo, "gateway", "serve")
    assert answer.returncode == 1
    assert "extra-ontbreekt" in answer.stderr
    assert "sluis[gateway]" in answer.stderr


def test_the_commands_that_the_demo_prints_work_as_they_stand(demo: Demo) -> None:
    told = subprocess.run(
        [str(Path(sys.executable).with_name("sluis-demo")), "status", "--dir", str(demo.folder)],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    commands = [line.strip() for line in told.splitlines() if " --config " in line]
    for command in commands:
        answer = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
        assert answer.returncode == 0, answer.stderr
    assert len(commands) == 2
    assert "jurist.kadebank" in told

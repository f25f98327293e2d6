"""Each contract of .importlinter is broken once, on purpose, in a tiny house; lint-imports must notice."""

from __future__ import annotations

import configparser
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STOREYS = ["demo", "site", "apps", "plumbing", "sim", "client", "keyholder", "edge", "wire", "core"]
CORE = ["errors", "packaged", "identifiers", "taxonomy", "exchange", "law", "barriers", "routing", "plan", "overlap"]
APPS = [
    "programme", "insight", "followup", "victims", "resilience", "barriers", "lab", "casework", "exchange", "privacy",
    "figures", "taxonomy", "consent", "partners", "audit",
]  # fmt: skip
FILES = ["urls", "api", "views", "admin", "tasks", "forms", "services", "selectors", "models", "errors"]

# name of the contract, file in src/sluis, line planted in it
BREACHES = [
    ("Storeys", "core/law.py", "from sluis import wire"),
    ("Storeys", "wire/__init__.py", "from sluis import client"),
    ("Storeys", "client/__init__.py", "from sluis import keyholder"),
    ("Storeys", "edge/__init__.py", "from sluis import client"),
    ("Storeys", "plumbing/__init__.py", "from sluis.apps.audit import services"),
    ("Storeys", "apps/audit/services.py", "from sluis import site"),
    ("Storeys", "site/__init__.py", "from sluis import demo"),
    ("Storeys", "attic.py", ""),
    ("The server tower stays out of the client tower", "apps/exchange/services.py", "from sluis import client"),
    ("The server tower stays out of the client tower", "plumbing/__init__.py", "from sluis import edge"),
    ("The server tower stays out of the client tower", "site/__init__.py", "from sluis import sim"),
    ("No Django outside the server tower", "edge/__init__.py", "import django.db"),
    ("No Django outside the server tower", "wire/__init__.py", "from django import conf"),
    ("No Django outside the server tower", "client/__init__.py", "import django"),
    ("Core rooms", "core/identifiers.py", "from sluis.core import taxonomy"),
    ("Core rooms", "core/law.py", "from sluis.core import exchange"),
    ("Core rooms", "core/plan.py", "from sluis.core import overlap"),
    ("Core rooms", "core/cupboard.py", ""),
    *(("Core is pure", "core/exchange.py", f"import {name}") for name in ("os", "time", "secrets", "random")),
    *(("Core is pure", "core/packaged.py", f"import {name}") for name in ("socket", "sqlite3", "httpx", "django")),
    ("Apps", "apps/audit/services.py", "from sluis.apps.exchange import services"),
    ("Apps", "apps/victims/services.py", "from sluis.apps.barriers import services"),
    ("Apps", "apps/shed/__init__.py", ""),
    ("Inside an app", "apps/privacy/models.py", "from sluis.apps.privacy import services"),
    ("Inside an app", "apps/privacy/api.py", "from sluis.apps.privacy import views"),
    ("Inside an app", "apps/privacy/helpers.py", ""),
    ("Doors", "apps/exchange/services.py", "from sluis.apps.partners import models"),
    ("Doors", "apps/exchange/models.py", "from sluis.apps.partners.models import Member"),
    ("Doors", "apps/exchange/api.py", "from sluis.apps import privacy"),
]  # fmt: skip


@pytest.fixture(scope="module")
def plain_house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    house = tmp_path_factory.mktemp("house")
    shutil.copy(ROOT / ".importlinter", house)
    (house / "tools").mkdir()
    shutil.copy(ROOT / "tools" / "house_contracts.py", house / "tools")
    sluis = house / "src" / "sluis"
    packages = [sluis, *(sluis / storey for storey in STOREYS), *(sluis / "apps" / app for app in APPS)]
    for package in packages:
        package.mkdir(parents=True)
        (package / "__init__.py").touch()
    for room in CORE:
        (sluis / "core" / f"{room}.py").touch()
    for app in APPS:
        for file in FILES:
            (sluis / "apps" / app / f"{file}.py").touch()
    return house


def lint(house: Path) -> str:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    environment = {**os.environ, "PYTHONPATH": str(house / "src"), "NO_COLOR": "1", "COLUMNS": "200"}
    answer = subprocess.run(command, cwd=house, env=environment, capture_output=True, text=True, check=False)
    return answer.stdout + answer.stderr


def verdicts(report: str) -> dict[str, str]:
    lines = [line.rsplit(maxsplit=1) for line in report.splitlines()]
    return {line[0]: line[1] for line in lines if len(line) == 2 and line[1] in {"KEPT", "BROKEN"}}


def test_a_plain_house_keeps_every_contract(plain_house: Path) -> None:
    report = lint(plain_house)
    found = verdicts(report)
    assert set(found.values()) == {"KEPT"}, report
    assert set(found) == {name for name, _, _ in BREACHES}, "a contract has no breach that proves it"


@pytest.mark.parametrize(("contract", "file", "line"), BREACHES)
def test_a_breach_is_caught(plain_house: Path, tmp_path: Path, contract: str, file: str, line: str) -> None:
    house = tmp_path / "house"
    shutil.copytree(plain_house, house)
    planted = house / "src" / "sluis" / file
    planted.parent.mkdir(exist_ok=True)
    planted.write_text(f"{line}\n")
    report = lint(house)
    assert verdicts(report).get(contract) == "BROKEN", report


def test_nothing_is_ignored() -> None:
    contracts = configparser.ConfigParser()
    contracts.read(ROOT / ".importlinter")
    ignoring = [section for section in contracts if contracts.has_option(section, "ignore_imports")]
    assert ignoring == [], "an ignored import needs a decision record and a change of this test"

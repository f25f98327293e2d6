"""What a partner installs without extras runs without the packages of the extras."""

from __future__ import annotations

import subprocess
import sys
import tomllib

import pytest
from architecture import tree

SCRIPT = """
import importlib, sys
class Wall:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {walls}:
            raise ModuleNotFoundError(f"{{name}} is not in this installation", name=name)
sys.meta_path.insert(0, Wall())
importlib.import_module({module!r})
"""
SERVER = {"django", "ninja", "csp", "axes", "whitenoise", "granian", "procrastinate", "psycopg", "psycopg_pool"}
WALLS = {
    "sluis.client.cli": SERVER | {"starlette", "uvicorn", "jinja2"},
    "sluis.client.testing": SERVER | {"starlette", "uvicorn", "jinja2"},
    "sluis.keyholder.cli": SERVER | {"jinja2"},
    "sluis.edge.cli": SERVER - {"psycopg", "psycopg_pool"},
}


@pytest.mark.parametrize("module", WALLS)
def test_it_starts_without_what_it_did_not_ask_for(module: str) -> None:
    command = [sys.executable, "-c", SCRIPT.format(walls=WALLS[module], module=module)]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr[-1500:]


def test_the_base_names_no_server_package() -> None:
    project = tomllib.loads((tree.ROOT / "pyproject.toml").read_text())["project"]
    text = " ".join(project["dependencies"]).lower()
    assert [name for name in ("django", "starlette", "uvicorn", "psycopg", "granian", "jinja2") if name in text] == []


def test_every_pin_has_a_hash_and_covers_the_dependencies() -> None:
    for name in ("dev", "run", "uv"):
        text = (tree.ROOT / "requirements" / f"{name}.txt").read_text()
        pins = [block for block in text.replace("\\\n", " ").splitlines() if "==" in block]
        assert pins, name
        assert [pin.split()[0] for pin in pins if "--hash=sha256:" not in pin] == []

"""The docs say all there is: every command, every setting, every error code; and no link is dead."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from architecture import tree

REFERENCE = tree.ROOT / "docs" / "reference"
SETTING = re.compile(r"\b(?:SLUIS_[A-Z][A-Z0-9_]*[A-Z0-9]|DATABASE_URL)\b")
LINK = re.compile(r"(?<!\\)\[[^\]]*\]\(<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)|<img[^>]+src=\"([^\"]+)\"")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#+\s+(.*)$", re.MULTILINE)


def scripts() -> dict[str, str]:
    project = tomllib.loads((tree.ROOT / "pyproject.toml").read_text())["project"]
    return dict(project["scripts"])


def anchors(text: str) -> set[str]:
    headings = (re.sub(r"[^\w\- ]", "", heading.lower()).strip() for heading in HEADING.findall(text))
    return {heading.replace(" ", "-") for heading in headings}


def commands(name: str, command: Any) -> Iterator[str]:
    inner = getattr(command, "commands", {})
    if not inner:
        yield name
    for word, deeper in inner.items():
        yield from commands(f"{name} {word}", deeper)


def commands_of(script: str, target: str) -> list[str]:
    typer = importlib.import_module("typer")
    module_name, _, function = target.partition(":")
    entry = getattr(importlib.import_module(module_name), function)
    return list(commands(script, typer.main.get_command(entry.__globals__["app"])))


@pytest.mark.parametrize(("script", "target"), scripts().items())
def test_every_command_is_documented(script: str, target: str) -> None:
    text = (REFERENCE / "cli.md").read_text()
    assert [command for command in commands_of(script, target) if f"`{command}" not in text] == []


def test_every_setting_is_documented_and_every_documented_setting_exists() -> None:
    sources = [path for path in tree.named(".py", ".sh", ".html") if path.is_relative_to(tree.SOURCE)]
    used = {name for path in sources for name in SETTING.findall(path.read_text())}
    documented = set(SETTING.findall((REFERENCE / "settings.md").read_text()))
    assert {"missing in settings.md": used - documented, "used nowhere": documented - used} == {
        "missing in settings.md": set(),
        "used nowhere": set(),
    }


def test_every_kind_of_error_is_documented() -> None:
    errors = importlib.import_module("sluis.core.errors")
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.SluisError)]
    text = (REFERENCE / "errors.md").read_text()
    assert [kind.__name__ for kind in kinds if f"`{kind.code}`" not in text] == []


def test_the_made_parts_of_the_reference_are_fresh() -> None:
    command = [sys.executable, "tools/reference.py", "--check"]
    answer = subprocess.run(command, cwd=tree.ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, f"run `make docs`: {answer.stdout}{answer.stderr}"


def test_no_link_in_the_docs_is_dead() -> None:
    dead = []
    for path in tree.named(".md"):
        for first, second in LINK.findall(FENCE.sub("", path.read_text())):
            target, _, anchor = (first or second).partition("#")
            if re.match(r"[a-z]+:", target):
                continue
            there = (path.parent / target).resolve() if target else path
            if not there.exists():
                dead.append(f"{tree.short(path)} -> {target}")
            elif anchor and there.suffix == ".md" and anchor not in anchors(there.read_text()):
                dead.append(f"{tree.short(path)} -> {target}#{anchor}")
    assert dead == []


def test_every_doc_stands_in_the_index_of_its_folder() -> None:
    folders = [tree.ROOT / "docs" / name for name in ("tutorials", "howto", "reference", "architecture", "decisions")]
    lost = [
        tree.short(page)
        for folder in folders
        for page in folder.glob("*.md")
        if page.name != "README.md" and f"({page.name})" not in (folder / "README.md").read_text()
    ]
    assert lost == []


def test_every_test_that_the_threat_table_names_exists() -> None:
    text = (tree.ROOT / "docs" / "architecture" / "threats.md").read_text()
    named = re.findall(r'\(\.\./\.\./(tests/[\w/]+\.py) "(\w+)"\)', text)
    assert len(named) >= 15
    missing = [name for file, name in named if f"def {name}(" not in (tree.ROOT / file).read_text()]
    assert missing == []

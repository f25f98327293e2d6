"""Limits of grain: a file, a function, an app; and nothing of one machine in the repository."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from architecture import tree

FILE_LINES = 400
FUNCTION_LINES = 60
HOMES = re.compile(r"(?<![\w.])/(?:work|root|home/\w+|Users/\w+)/|(?<![\w.])/tmp/\w")
INDEX_ADDRESS = re.compile(r"--(?:extra-)?index-url|registry\s*=\s*https?:")


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def is_history(path: Path) -> bool:
    return "migrations" in path.parts


def test_no_file_is_longer_than_the_limit() -> None:
    python = [path for path in tree.named(".py") if not is_history(path)]
    long = {tree.short(path): len(path.read_text().splitlines()) for path in python}
    assert {name: lines for name, lines in long.items() if lines > FILE_LINES} == {}


def test_no_function_is_longer_than_the_limit() -> None:
    long = {
        f"{tree.short(path)}:{node.lineno} {node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for path in tree.named(".py")
        if not is_history(path)
        for node in functions(path)
    }
    assert {name: lines for name, lines in long.items() if lines > FUNCTION_LINES} == {}


def test_every_app_has_a_readme() -> None:
    apps = [path.parent for path in tree.files() if path.match("src/sluis/apps/*/__init__.py")]
    assert [tree.short(app) for app in apps if not (app / "README.md").exists()] == []


def test_every_package_and_module_says_what_it_is() -> None:
    python = [path for path in tree.named(".py") if path.is_relative_to(tree.SOURCE) and not is_history(path)]
    silent = [tree.short(path) for path in python if ast.get_docstring(ast.parse(path.read_text())) is None]
    assert silent == []


def test_no_utils_helpers_or_common() -> None:
    names = {"utils", "helpers", "common", "util", "misc"}
    assert [tree.short(path) for path in tree.named(".py") if path.stem in names or path.parent.name in names] == []


def test_no_path_of_a_machine_and_no_index_address() -> None:
    found = []
    for path in tree.files():
        if path == Path(__file__).resolve() or path.suffix in {".woff2", ".png", ".ico"}:
            continue
        text = path.read_text(errors="replace")
        found += [f"{tree.short(path)}: {hit.group()}" for hit in HOMES.finditer(text)]
        if path.parent.name == "requirements":
            found += [f"{tree.short(path)}: {hit.group()}" for hit in INDEX_ADDRESS.finditer(text)]
    assert found == []


def test_every_file_has_a_licence() -> None:
    reuse = Path(sys.executable).with_name("reuse")
    answer = subprocess.run([reuse, "lint", "--quiet"], cwd=tree.ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, "run `reuse lint`"


def test_no_model_changes_without_a_migration() -> None:
    answer = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "django", "makemigrations", "--check", "--dry-run"],
        cwd=tree.ROOT,
        env={"DJANGO_SETTINGS_MODULE": "sluis.site.settings.test", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr

"""Writes the made parts of docs/reference: narrow error codes and commands. `--check` only tells whether they are fresh."""

from __future__ import annotations

import ast
import importlib
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "sluis"
REFERENCE = ROOT / "docs" / "reference"
KINDS = {"Malformed", "NotFound", "NotAllowed", "NotPermitted", "Conflict", "TooMany", "Unavailable", "ProtocolFailure"}
OPEN, CLOSE = "<!-- made by `make docs`: begin -->", "<!-- made by `make docs`: end -->"


def words(node: ast.expr | None) -> str:
    """The text of a literal, with … where something is filled in; nothing for anything else."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(words(part) or "…" for part in parts)
        case ast.BinOp(left=left, right=right):
            return words(left) + words(right)
        case _:
            return ""


def refusals(tree: ast.Module) -> Iterator[tuple[str, str, str]]:
    """Code, kind and words of every error raised with a code of its own, and of every fault."""
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        given = {keyword.arg: keyword.value for keyword in call.keywords}
        if name == "Fault":
            where_code_next = [*call.args, *(given[key] for key in ("where", "code", "next_step") if key in given)]
            if len(where_code_next) == 3 and words(where_code_next[1]):
                yield words(where_code_next[1]), "a fault in a list", words(where_code_next[2])
        elif name in KINDS and words(given.get("code")):
            yield words(given["code"]), f"`{name}`", words(call.args[0] if call.args else None)


def codes() -> str:
    """The table of narrow codes."""
    found: dict[str, tuple[str, str]] = {}
    for path in sorted(SOURCE.rglob("*.py")):
        for code, kind, text in refusals(ast.parse(path.read_text())):
            if code not in found or not found[code][1]:
                found[code] = (kind, text)
    rows = [f"| `{code}` | {kind} | {text.replace('|', '/')} |" for code, (kind, text) in sorted(found.items())]
    return "\n".join(["| code | kind | what it says |", "|---|---|---|", *rows])


def commands(name: str, command: Any) -> Iterator[str]:
    """One row for every command that does something: how it is called and the first line of its help."""
    inner = getattr(command, "commands", {})
    for word, deeper in inner.items():
        yield from commands(f"{name} {word}", deeper)
    if not inner:
        arguments = [each.name.upper() for each in command.params if each.param_type_name == "argument"]
        options = [max(each.opts, key=len) for each in command.params if each.param_type_name == "option"]
        said = (command.help or "").strip().splitlines()
        shown = ", ".join(f"`{option}`" for option in options if option != "--help")
        yield f"| `{' '.join([name, *arguments])}` | {said[0] if said else ''} | {shown} |"


def scripts() -> str:
    """The table of commands of the scripts that are built."""
    typer = importlib.import_module("typer")
    rows = ["| command | does | options |", "|---|---|---|"]
    for script, target in tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"].items():
        module_name, _, function = target.partition(":")
        try:
            entry = getattr(importlib.import_module(module_name), function)
        except ModuleNotFoundError as missing:
            if (missing.name or "").startswith("sluis."):
                continue
            raise
        rows += commands(script, typer.main.get_command(entry.__globals__["app"]))
    return "\n".join(rows)


def renewed(text: str, table: str) -> str:
    """The page with its made part replaced."""
    pattern = re.compile(f"{re.escape(OPEN)}.*?{re.escape(CLOSE)}", re.DOTALL)
    return pattern.sub(lambda _: f"{OPEN}\n{table}\n{CLOSE}", text)


def main() -> int:
    """Writes both pages, or with `--check` returns 1 when one is stale."""
    stale = []
    for page, table in ((REFERENCE / "errors.md", codes()), (REFERENCE / "cli.md", scripts())):
        text = page.read_text()
        fresh = renewed(text, table)
        if fresh != text:
            stale.append(page.name)
            if "--check" not in sys.argv:
                page.write_text(fresh)
    if stale:
        sys.stdout.write(f"stale: {', '.join(stale)}\n" if "--check" in sys.argv else f"renewed: {', '.join(stale)}\n")
    return int(bool(stale) and "--check" in sys.argv)


if __name__ == "__main__":
    sys.exit(main())

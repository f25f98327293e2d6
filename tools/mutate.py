"""Mutants of a module, one at a time, against its tests: what lives shows a rule that no test would miss.

A mutant turns one comparison, `and`/`or`, `not`, truth value, number or choice of a module, or leaves out one statement that is
only a call. Tests run on a copy of `src`, stop at the first failure, and the whole is never part of CI.

    python tools/mutate.py src/sluis/core/law/decision.py tests/core/test_decision.py

Prints each mutant that lives with its line, and how many died. docs/reference/mutants.md explains those that live.
"""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
LONGEST: Final = 600
TURNED: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}


@dataclass(frozen=True)
class Mutant:
    """A changed module: where, what was changed, and its whole text."""

    line: int
    what: str
    text: str


def mutants(source: str) -> Iterator[Mutant]:
    """Every mutant of a module's text, in the order of its nodes."""
    for place, node in enumerate(ast.walk(ast.parse(source))):
        for turn in range(_ways(node)):
            tree = ast.parse(source)
            changed = list(ast.walk(tree))[place]
            what = _mutate(changed, turn)
            yield Mutant(getattr(node, "lineno", 0), what, ast.unparse(ast.fix_missing_locations(tree)))


def _ways(node: ast.AST) -> int:
    match node:
        case ast.Compare(ops=ops):
            return len(ops)
        case ast.BoolOp() | ast.IfExp() | ast.UnaryOp(op=ast.Not()) | ast.Expr(value=ast.Call()):
            return 1
        case ast.Constant(value=bool() | int()):
            return 1
    return 0


def _mutate(node: ast.AST, turn: int) -> str:
    """Changes the node in place, and says how."""
    match node:
        case ast.Compare():
            node.ops[turn] = TURNED[type(node.ops[turn])]()
        case ast.BoolOp():
            node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        case ast.UnaryOp():
            node.operand = ast.UnaryOp(ast.Not(), node.operand)
        case ast.IfExp():
            node.body, node.orelse = node.orelse, node.body
        case ast.Expr():
            node.value = ast.Constant(value=None)
        case ast.Constant(value=bool() as value):
            node.value = not value
        case ast.Constant(value=int() as value):
            node.value = value + 1
    return f"{type(node).__name__} {turn + 1}"


def lives(mutant: Mutant, module: Path, tests: Sequence[str]) -> bool:
    """Whether every test passes with the mutant in place of the module."""
    with tempfile.TemporaryDirectory() as folder:
        held = Path(folder) / "src"
        shutil.copytree(ROOT / "src", held, ignore=shutil.ignore_patterns("__pycache__"))
        (held / module.resolve().relative_to(ROOT / "src")).write_text(mutant.text)
        told = os.environ | {"PYTHONPATH": f"{held}{os.pathsep}{ROOT / 'tests'}", "PYTHONDONTWRITEBYTECODE": "1"}
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-m", "not slow", *tests]
        try:
            done = subprocess.run(command, cwd=ROOT, env=told, capture_output=True, timeout=LONGEST, check=False)
        except subprocess.TimeoutExpired:
            return False
    return done.returncode == 0


def main() -> None:
    module, tests = Path(sys.argv[1]), sys.argv[2:]
    source, tried, lived = module.read_text(), 0, 0
    lines = source.splitlines()
    for one in mutants(source):
        tried += 1
        if lives(one, module, tests):
            lived += 1
            sys.stdout.write(f"lives  {module.name}:{one.line}  {one.what}: {lines[one.line - 1].strip()}\n")
            sys.stdout.flush()
    sys.stdout.write(f"{module.name}: {tried} mutants, {tried - lived} died, {lived} live\n")


if __name__ == "__main__":
    main()

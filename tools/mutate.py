"""Mutants of a module, one at a time, against its tests: what lives shows a rule that no test would miss.

A mutant turns one comparison, `and`/`or`, `not`, truth value, number or choice inside a function, or leaves out a statement
that is only a call. All run in one session of pytest: the code of the functions is swapped, the tests run until one fails, and
the code is put back. What stands outside functions is not tried.

    python tools/mutate.py src/sluis/core/law/decision.py tests/core/test_decision.py

Prints each mutant that lives with its line, and how many died. docs/reference/mutants.md explains those that live. Never in CI.
"""

from __future__ import annotations

import ast
import importlib
import signal
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any, Final

import pytest
from _pytest.runner import runtestprotocol

ROOT: Final = Path(__file__).resolve().parent.parent
LONGEST: Final = 120
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
Functions = dict[str, FunctionType]


@dataclass(frozen=True)
class Mutant:
    """A changed module: where, what was changed, and its code."""

    line: int
    what: str
    code: CodeType


def mutants(source: str, file: str) -> Iterator[Mutant]:
    """Every mutant of a module's text, in the order of its nodes."""
    for place, node in enumerate(ast.walk(ast.parse(source))):
        for turn in range(_ways(node)):
            tree = ast.parse(source)
            changed = list(ast.walk(tree))[place]
            what = _mutate(changed, turn)
            code = compile(ast.fix_missing_locations(tree), file, "exec", dont_inherit=True)
            yield Mutant(getattr(node, "lineno", 0), what, code)


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


def functions(module: ModuleType) -> Functions:
    """The functions and methods that a module defines, by qualified name, behind their decorators."""
    return {one.__qualname__: one for one in _found(vars(module)) if one.__module__ == module.__name__}


def _found(names: Mapping[str, Any]) -> Iterator[FunctionType]:
    for one in names.values():
        plain = getattr(one, "fget", None) or getattr(one, "__func__", one)
        while hasattr(plain, "__wrapped__"):
            plain = plain.__wrapped__
        if isinstance(plain, FunctionType):
            yield plain
        elif isinstance(plain, type):
            yield from _found(vars(plain))


def codes(code: CodeType) -> dict[str, CodeType]:
    """The code of every function in compiled code, by qualified name."""
    inner = [one for one in code.co_consts if isinstance(one, CodeType)]
    return {one.co_qualname: one for one in inner} | {name: found for one in inner for name, found in codes(one).items()}


class Mutating:
    """Runs the collected tests once for the module as it is, and then once for each mutant until one fails."""

    def __init__(self, file: Path) -> None:
        self.file, self.lived, self.tried = file, 0, 0

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """In place of pytest's own loop."""
        name = str(self.file.resolve().relative_to(ROOT / "src").with_suffix("")).replace("/", ".")
        held = functions(importlib.import_module(name))
        before = {one: function.__code__ for one, function in held.items()}
        if self._fails(session):
            raise pytest.UsageError("The tests fail without a mutant.")
        source = self.file.read_text()
        for one in mutants(source, str(self.file)):
            changed = {at: code for at, code in codes(one.code).items() if at in held and code != before[at]}
            if changed:
                line = source.splitlines()[one.line - 1]
                self._try(session, one, changed={held[at]: code for at, code in changed.items()}, line=line)
        return True

    def _try(self, session: pytest.Session, one: Mutant, *, changed: dict[FunctionType, CodeType], line: str) -> None:
        before = {function: function.__code__ for function in changed}
        for function, code in changed.items():
            function.__code__ = code
        try:
            fails = self._fails(session)
        finally:
            for function, code in before.items():
                function.__code__ = code
        self.tried += 1
        if not fails:
            self.lived += 1
            sys.stdout.write(f"lives  {self.file.name}:{one.line}  {one.what}: {line.strip()}\n")
            sys.stdout.flush()

    def _fails(self, session: pytest.Session) -> bool:
        return any(
            self._fails_in(item, following) for item, following in zip(session.items, _after(session.items), strict=True)
        )

    def _fails_in(self, item: pytest.Item, following: pytest.Item) -> bool:
        signal.signal(signal.SIGALRM, _too_long)
        signal.alarm(LONGEST)
        try:
            return any(report.failed for report in runtestprotocol(item, log=False, nextitem=following))
        finally:
            signal.alarm(0)


def _after(items: list[pytest.Item]) -> list[pytest.Item]:
    """What comes after each: what a session shares outlives the last one."""
    return [*items[1:], items[0]]


def _too_long(*_: object) -> None:
    raise TimeoutError


def main() -> None:
    file = Path(sys.argv[1])
    running = Mutating(file)
    pytest.main(
        ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-m", "not slow", "--no-header", *sys.argv[2:]], plugins=[running]
    )
    sys.stdout.write(f"{file.name}: {running.tried} mutants, {running.tried - running.lived} died, {running.lived} live\n")


if __name__ == "__main__":
    main()

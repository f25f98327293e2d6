"""The page `docs/reference/protocol.md` is enough: a second reader finds the same tag and opens the same context."""

from __future__ import annotations

import ast
import json
from pathlib import Path

from vectors import make_sluis_1, second_reader

FOLDER = Path(__file__).parent
STORED = json.loads((FOLDER / "sluis-1.json").read_text())


def test_the_stored_vectors_are_what_the_code_makes_now() -> None:
    assert make_sluis_1.plain(make_sluis_1.make()) == STORED


def test_a_second_implementation_finds_the_same_output_tag_and_context() -> None:
    found = second_reader.read(STORED)
    expected = {**STORED["evaluation"], **STORED["signal"]}
    assert found == {name: expected[name] for name in found}


def test_the_second_implementation_shares_no_code() -> None:
    tree = ast.parse((FOLDER / "second_reader.py").read_text())
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not any(name.startswith(("sluis", "rbcl")) for name in imported)


def test_its_group_agrees_with_libsodium_on_the_generator() -> None:
    from sluis.core.exchange import group

    base = second_reader.decode(group.multiply_base(group.public_scalar(1)))
    assert second_reader.encode(second_reader.times(12345, base)) == group.multiply_base(group.public_scalar(12345))

"""The page `docs/reference/protocol.md` is enough: a second reader finds the same tag and opens the same context."""

from __future__ import annotations

import ast
import base64
import json
from pathlib import Path

import pytest

from vectors import make_sluis_1, second_reader

FOLDER = Path(__file__).parent
STORED = json.loads((FOLDER / "sluis-1.json").read_text())


def test_the_stored_vectors_are_what_the_code_makes_now() -> None:
    assert make_sluis_1.plain(make_sluis_1.make()) == STORED


def test_a_second_implementation_finds_the_same_output_tag_and_context() -> None:
    found = second_reader.read(STORED)
    expected = {**STORED["evaluation"], **STORED["signal"]}
    assert found == {name: expected[name] for name in found}


@pytest.mark.parametrize("kind", ["refresh", "reshare"])
def test_a_second_implementation_renews_the_shares_and_keeps_the_key(kind: str) -> None:
    found, record = second_reader.renew(kind, STORED), json.loads(STORED[kind]["record"])
    assert found.pop("public") == STORED["key"]["public"] == base64.b64decode(record["key"]).hex()
    assert found.pop("shares") == [base64.b64decode(one).hex() for one in record["shares"]]
    assert found == {name: STORED[kind][name] for name in found}
    assert (record["generation"], record["made"], record["renewed"]) == (2, 1_790_000_000, 1_792_592_000)


@pytest.mark.parametrize("kind", ["refresh", "reshare"])
def test_renewed_shares_give_the_same_output(kind: str) -> None:
    secrets = [int.from_bytes(bytes.fromhex(one), "little") for one in STORED[kind]["secrets"]]
    output = second_reader.output({2: secrets[1], 3: secrets[2]}, bytes.fromhex(STORED["evaluation"]["x"]))
    assert output.hex() == STORED["evaluation"]["output"]


def test_a_second_implementation_finds_the_event_in_the_log_and_believes_its_checkpoint() -> None:
    found, log = second_reader.look(STORED["log"]), STORED["log"]
    assert (found["entry"], found["old"]) == (log["entry"], log["old"]["root"])
    assert len(found["roots"]) == 1
    assert (found["signed"], found["cosigned"]) == (True, [True, True])


def test_the_second_implementation_shares_no_code() -> None:
    tree = ast.parse((FOLDER / "second_reader.py").read_text())
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not any(name.startswith(("sluis", "rbcl")) for name in imported)


def test_its_group_agrees_with_libsodium_on_the_generator() -> None:
    from sluis.core.exchange import group

    base = second_reader.decode(group.multiply_base(group.public_scalar(1)))
    assert second_reader.encode(second_reader.times(12345, base)) == group.multiply_base(group.public_scalar(12345))

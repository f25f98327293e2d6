"""The other services, commands and streams: what each route, command and stream is called, and that an attack covers it.

A koppelpunt is attacked here, every route of it. What the edge and the holders answer is a handful of routes, each with attacks
of its own: they are named here, and a route without one fails. Commands are run with an identifier where a word belongs.
"""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, get_args, get_type_hints

import pytest
import typer
from desks import CASE, IBAN, Desk, DeskSluis
from planted import APPLICATION, CASEFILE, CIRCLE, ITEM, QUESTION, Planted
from starlette.routing import Route
from typer.testing import CliRunner

from sluis.apps.consent.selectors.told import stream_of as consent_stream
from sluis.client.cli.main import app as partner
from sluis.core.exchange.notices import stream_of
from sluis.edge import cli as edge_cli
from sluis.edge import service as edge
from sluis.keyholder import cli as holder_cli
from sluis.keyholder import service as keyholder
from sluis.plumbing.models import Event

TESTS = Path(__file__).parents[1]
# Route -> the attacks on it: a stranger, a replay, another's data.
ATTACKED = {
    "edge POST /v1/bevragingen": "edge/test_edge.py::test_an_unknown_signer_is_refused_and_leaves_no_line",
    "edge GET /v1/stromen/{key}": "edge/test_streams.py::test_a_stranger_follows_nothing",
    "edge GET /v1/berichten": "edge/test_streams.py::test_a_member_gets_its_own_notices_from_its_cursor_on_and_what_comes",
    "edge GET /v1/health": "edge/test_edge.py::test_another_method_is_told_which_ones_there_are",
    "holder POST /v1/evaluate": "keyholder/test_holder.py::test_an_unknown_signer_is_refused",
    "holder GET /v1/health": "keyholder/test_holder.py::test_another_method_is_told_which_ones_there_are",
}
# Of a koppelpunt: open to whoever stands before it. Its sign-in, its health, how its calls are described, and its assets.
OPEN = ("/inloggen", "/v1/health", "/v1/openapi.json", "/assets", "/taal")
MARKERS = (ITEM, CASEFILE, QUESTION, CIRCLE, APPLICATION)


def nothing() -> Any:
    """Something whose every attribute is there: only the names of the routes are asked."""
    return SimpleNamespace(
        **dict.fromkeys(("ask", "follow_replica", "follow_notices", "health", "evaluate"), lambda: None),
    )


def test_every_route_of_edge_and_holders_has_an_attack_that_exists() -> None:
    found = {f"edge {method} {path}" for path, (method, _call) in edge.routes(nothing()).items()}
    found |= {f"holder {method} {path}" for path, (method, _call) in keyholder.routes(nothing()).items()}
    assert found == ATTACKED.keys()
    for told in ATTACKED.values():
        file, _, name = told.partition("::")
        defined = {node.name for node in ast.walk(ast.parse((TESTS / file).read_text())) if isinstance(node, ast.FunctionDef)}
        assert name in defined, told


@pytest.fixture
def desk() -> Desk:
    """A shop's koppelpunt with something shared by the bank, at which nobody signed in."""
    made = Desk(DeskSluis())
    made.fake.session("bank")
    return made


def routes(desk: Desk) -> Iterator[tuple[str, str]]:
    for one in desk.client.app.routes:
        if isinstance(one, Route) and not one.path.startswith(OPEN):
            yield from ((method, re.sub(r"{\w+(:\w+)?}", "1", one.path)) for method in one.methods or () if method != "HEAD")


def test_a_koppelpunt_shows_nothing_to_who_did_not_sign_in(desk: Desk) -> None:
    tried, wrong = list(routes(desk)), []
    assert len(tried) > 25
    for method, path in tried:
        answer = desk.client.request(method, path, follow_redirects=False)
        turned = answer.status_code in {302, 303, 307} and answer.text == ""
        if not (turned or 400 <= answer.status_code < 500) or IBAN in answer.text or CASE in answer.text:
            wrong.append((method, path, answer.status_code))
    assert wrong == []


def test_a_token_of_another_opens_no_call_of_a_koppelpunt(desk: Desk) -> None:
    wrong = []
    for method, path in routes(desk):
        if path.startswith("/v1/"):
            answer = desk.client.request(method, path, json={}, headers={"authorization": "Bearer gestolen"})
            wrong += [] if answer.status_code in {401, 403} else [(method, path, answer.status_code)]
    assert wrong == []


def leaves(command: Any, words: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, one in getattr(command, "commands", {}).items():
        yield from leaves(one, (*words, name))
    if not hasattr(command, "commands"):
        yield words, command


def typed(command: Any, folder: Path) -> list[str]:
    """Every argument and required option filled with an identifier; a path names a file that is not there."""
    argv, kinds = list[str](), get_type_hints(command.callback)
    for one in command.params:
        value = _word(kinds.get(one.name, str), folder)
        if one.param_type_name == "argument":
            argv.append(value)
        elif one.required:
            argv += [one.opts[0], value]
    return argv


def _word(kind: Any, folder: Path) -> str:
    if Path in {kind, *get_args(kind)}:
        return str(folder / "nergens")
    return "3" if kind in {int, float} else IBAN


PARTNER = dict(leaves(typer.main.get_command(partner)))
# What one typed is shown again on one's own screen, by design: it is one's own. So does the library, of a command typed wrong.
SHOWS = {("normalise",)}
# Needs no configuration, takes no identifier, and becomes a process of its own that holds what is invented only.
SANDBOX = ("sandbox",)


def test_the_sandbox_takes_no_identifier() -> None:
    assert {one.name for one in PARTNER[SANDBOX].params} == {"port"}


@pytest.mark.parametrize("words", sorted(PARTNER.keys() - {SANDBOX}), ids=" ".join)
def test_a_command_without_a_configuration_fails_in_words_and_repeats_no_identifier(
    words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLUIS_CONFIG", str(tmp_path / "nergens.toml"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    told = CliRunner().invoke(partner, [*words, *typed(PARTNER[words], tmp_path)], input="")
    assert told.exception is None or isinstance(told.exception, SystemExit), told.exception
    assert "Traceback" not in told.output
    assert words in SHOWS or IBAN not in told.output or told.output.startswith("Usage:")


SERVICES = {"sluis-edge": edge_cli.app, "sluis-keyholder": holder_cli.app}


@pytest.mark.parametrize("program", SERVICES)
def test_a_service_without_a_configuration_says_so_and_leaves(program: str, tmp_path: Path) -> None:
    home = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    for words, command in leaves(typer.main.get_command(SERVICES[program])):
        argv = [str(Path(sys.executable).parent / program), *words, *typed(command, tmp_path)]
        told = subprocess.run(argv, capture_output=True, text=True, env=home, cwd=tmp_path, timeout=60, check=False)
        assert told.returncode != 0, words
        assert "Traceback" not in told.stderr + told.stdout, words
        assert IBAN not in told.stderr + told.stdout, words


def test_every_stream_is_known_and_holds_no_word_of_what_is_confidential(planted: Planted) -> None:
    parties = {member.id for member in planted.house.circle.members.values()}
    known = {"entries", *map(stream_of, parties), *(consent_stream(one) for one in parties)}
    rows = list(Event.objects.values_list("stream", "body"))
    assert {name for name, _body in rows} - known == set(), "say in this test who may read the stream, and attack it"
    for _name, body in rows:
        assert not [marker for marker in MARKERS if marker.encode() in bytes(body)]

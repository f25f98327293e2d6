"""The Python of the tutorials runs as it stands in them, one piece after the other, against the running demo."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from journeys.world import Demo
from sluis.client.casebook import Alert, Followed
from sluis.client.gateway.webhook import Webhook
from sluis.wire import clock

ROOT = Path(__file__).resolve().parents[2]
TUTORIALS = ROOT / "docs" / "tutorials"
PYTHON = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SECRET = "whsec_c2x1aXMgc2x1aXMgc2x1aXMgc2x1aXM="
pytestmark = pytest.mark.slow


def pieces(name: str) -> list[tuple[int, str]]:
    """Every piece of Python in a tutorial, with its line."""
    text = (TUTORIALS / name).read_text()
    return [(text[: found.start()].count("\n") + 2, found[1]) for found in PYTHON.finditer(text)]


@pytest.fixture(scope="module")
def ran(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """What the developer's tutorial leaves behind, run in a folder where the demo is `var/demo`, as its reader does."""
    folder = tmp_path_factory.mktemp("reader")
    (folder / "var").mkdir()
    (folder / "var" / "demo").symlink_to(demo.folder)
    names: dict[str, Any] = {"__name__": "tutorial"}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for line, piece in pieces("bank-developer.md"):
            code = compile("\n" * (line - 1) + piece, str(TUTORIALS / "bank-developer.md"), "exec")
            exec(code, names)
        yield names


def test_the_developers_tutorial_runs_to_its_end(ran: dict[str, Any]) -> None:
    assert ran["shop"].health().status == "ok"
    assert (ran["found"].hit.grade, ran["found"].hit.advice) == ("B", "hold")
    assert ran["alarm"].identifier == ran["customer"]


def test_its_context_is_the_one_that_was_shared(ran: dict[str, Any]) -> None:
    assert [one.context for one in ran["answer"].contexts] == [ran["case"]]


def test_its_table_has_a_row_for_each_and_one_hit(ran: dict[str, Any]) -> None:
    assert len(ran["table"]) == 201
    assert list(ran["table"].query("outcome == 'hit'")["identifier"]) == [ran["iban"]]


def test_its_own_tests_pass(ran: dict[str, Any]) -> None:
    found = [name for name in ran if name.startswith("test_")]
    assert len(found) == 2
    for name in found:
        ran[name]()


def test_its_webhook_takes_what_a_koppelpunt_sends_once_and_nothing_else(ran: dict[str, Any]) -> None:
    sent: list[httpx.Request] = []

    def listen(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(204)

    hook = Webhook("https://bank.example/sluis", SECRET, "11" * 32, httpx.Client(transport=httpx.MockTransport(listen)))
    hook.deliver(alert())
    hook.deliver(alert())
    answers = [ran["received"](SECRET, dict(one.headers), one.content.decode()) for one in sent]
    assert answers == ["nl.sluis.treffer klant 12", None]
    with pytest.raises(Exception, match="signature"):
        ran["received"](SECRET, dict(sent[0].headers), sent[0].content.decode().replace("klant 12", "klant 13"))


def alert() -> Alert:
    followed = Followed("iban", "", "NL13TEST0123456789", "klant 12", "doel", "winkelkring", bytes(64), bytes(32))
    return Alert("treffer", clock.now(), followed, "1", "B", "hold", "AVF.AANKOOP", 20_000, number=7)

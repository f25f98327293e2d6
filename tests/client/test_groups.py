"""`sluis groups`: kind and address of what there is, and texts with their marking, in words and as JSON, on from a place."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from types import SimpleNamespace

import msgspec
import pytest
from typer.testing import CliRunner

from sluis.client.cli import options
from sluis.client.cli.main import app
from sluis.core.exchange.groups import Message, Messages, ReleasedText, Releases

ASKED = Message(7, "instemming-gevraagd", 1_800_000_000, "https://knooppunt.example/stukken/1")
TEXT = ReleasedText("ab" * 16, "stuk", "Nieuwe truc", ("Zij bellen lang.", "En vaak."), "green", "partners", "", 1_800_000_000)


@dataclass
class Knooppunt:
    """Answers each address with what it holds, and keeps what was asked."""

    answers: dict[str, object]
    asked: list[str] = field(default_factory=list)

    def get(self, url: str) -> bytes:
        self.asked.append(url)
        return msgspec.json.encode(self.answers[url.partition("/v1")[2].partition("?")[0]])


@pytest.fixture
def knooppunt(monkeypatch: pytest.MonkeyPatch) -> Knooppunt:
    made = Knooppunt({"/berichten": Messages((ASKED,), 7), "/vrijgaven": Releases((TEXT,), "1800000000-" + "ab" * 16)})
    session = SimpleNamespace(transport=made, web="https://knooppunt.example")
    monkeypatch.setattr(options, "partner_of", lambda _file: SimpleNamespace(session=lambda: session))
    return made


def sluis(*words: str) -> str:
    found = CliRunner().invoke(app, ["groups", *words])
    assert found.exit_code == 0, found.output
    return found.stdout


def test_messages_say_what_there_is_and_where(knooppunt: Knooppunt) -> None:
    told = sluis("messages", "--after", "3")
    assert told == "7  2027-01-15 08:00 UTC  instemming-gevraagd  https://knooppunt.example/stukken/1\n"
    assert json.loads(sluis("messages", "--json"))["next"] == 7
    assert [one.rpartition("na=")[2] for one in knooppunt.asked] == ["3", "0"]


def test_releases_are_shown_with_their_marking_and_the_way_to_older_ones(knooppunt: Knooppunt) -> None:
    told = sluis("releases")
    assert "Nieuwe truc  [TLP:GREEN]\nZij bellen lang.\nEn vaak." in told
    assert f"--after 1800000000-{'ab' * 16}" in told
    assert json.loads(sluis("releases", "--json"))["releases"][0]["marking"] == "green"
    knooppunt.answers["/vrijgaven"] = Releases((), "")
    assert sluis("releases", "--after", "1-" + "0" * 32) == "no releases\n"


def test_a_place_before_the_start_is_refused() -> None:
    assert CliRunner().invoke(app, ["groups", "messages", "--after", "-1"]).exit_code == 2

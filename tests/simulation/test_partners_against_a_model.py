"""Partners against a model: generated sequences of everything partners do, done by the real code and by a few dictionaries.

A failure is, and nothing else is:

- an accepted signal that is lost, or counted twice: the entry has another number of groups than the model;
- a hit without live signals of others at k, or no hit although there are;
- an identifier or a case reference that can be read anywhere in the hub's database;
- an alert that is lost or doubled, a notice that is lost or doubled, a correction that reaches another case;
- a removal that does not reach a receiver: its replica has another digest than the edge;
- a namesake that is seen, or whose context is opened, after a dispute;
- an epoch change that loses a signal, or brings one back;
- contexts that open for who had no hit, or before the publisher agreed;
- a copied tag that is taken.

Partners lose requests and replies and die around each call; calls are sent twice; two publish at once; days pass, a koppelpunt
is off for a week, the edge starts again. A failure prints its seed and what was done: `SLUIS_SEED=<seed>`
repeats it, `SLUIS_SEED=new` looks further than the sequence that always runs.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from django.conf import settings
from hub_fixtures import Server, fresh
from make import Circle, Party
from trust.test_no_identifier import found_in

from simulation.deeds import Run
from simulation.house import opened
from simulation.model import HIT, WATCH, Model, reference
from simulation.steps import MANY


@pytest.fixture
def later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Sets the clock of this process to so many seconds from now."""
    file = tmp_path / "clock"
    file.write_text("0")
    monkeypatch.setenv("SLUIS_CLOCK_FILE", str(file))
    return lambda seconds: file.write_text(str(seconds)) and None


def seed() -> int:
    """The same sequence every run, so that a red run is about the change; `SLUIS_SEED=new` draws another."""
    given = os.environ.get("SLUIS_SEED", "20261122")
    return secrets.randbelow(1_000_000) if given == "new" else int(given)


def run(folder: Path, later: Callable[[int], None], dice: Random, **settings_: object) -> Run:
    """A run in a circle that has just arrived; the clock starts at a multiple of nothing in particular."""
    circle = Circle("bank", "sister", "shop", "carrier", "desk", "body")
    circle.members = {**circle.members, "sister": Party(group=circle.members["bank"].group)}
    house = opened(circle, folder, **settings_)  # type: ignore[arg-type]
    groups = {name: "bank" if name == "sister" else name for name in circle.members}
    return Run(house, Model(groups, k=int(str(settings_["k"]))), dice, later)


@pytest.fixture
def at_hub(server: Server) -> object:
    before = settings.SLUIS_POLICY_KEYS
    with fresh(server) as own:
        yield own
    settings.SLUIS_POLICY_KEYS = before


def held(one: Run, number: int, work: Callable[[], None], database: Server) -> None:
    """Does it; what fails says by which seed and after which steps."""
    try:
        work()
    except BaseException as error:
        done = "\n".join(one.log[-60:])
        raise AssertionError(f"SLUIS_SEED={number} fails ({type(error).__name__}: {error}) after\n{done}") from error
    known = [str(item) for item in one.items]
    cases = [reference(what, why) for what in range(MANY) for why in (HIT, WATCH)]
    assert found_in(database, (*known, *cases)) == {}


@pytest.mark.parametrize(("mode", "k", "release"), [("replica", 1, "automatic"), ("bucket", 2, "approval")])
def test_a_short_life(at_hub: Server, tmp_path: Path, later: Callable[[int], None], mode: str, k: int, release: str) -> None:
    number = seed()
    one = run(tmp_path, later, Random(number), mode=mode, k=k, release=release)
    held(one, number, lambda: one.go(40), at_hub)


@pytest.mark.slow
@pytest.mark.parametrize(("mode", "k", "release"), [("replica", 2, "approval"), ("bucket", 1, "automatic")])
def test_a_life_through_an_epoch(
    at_hub: Server, tmp_path: Path, later: Callable[[int], None], mode: str, k: int, release: str
) -> None:
    number = seed()
    one = run(tmp_path, later, Random(number), mode=mode, k=k, release=release)
    held(one, number, one.pass_epoch, at_hub)


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["replica", "bucket"])
def test_a_long_life(at_hub: Server, tmp_path: Path, later: Callable[[int], None], mode: str) -> None:
    number = seed()
    one = run(tmp_path, later, Random(number), mode=mode, k=1, release="automatic")
    held(one, number, lambda: one.go(400), at_hub)

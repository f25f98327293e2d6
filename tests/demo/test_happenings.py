"""What the supervisor says of services that went: how, how long, and that they work again."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from sluis.demo import happenings
from sluis.demo.happenings import Diary
from sluis.demo.processes import Service, Supervisor
from sluis.wire import clock

SLEEPER = (sys.executable, "-c", "import time; time.sleep(600)")


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    found = Supervisor(tmp_path, told=tmp_path)
    yield found
    found.stop()


def tend_until(supervisor: Supervisor, folder: Path, number: int) -> list[happenings.Happening]:
    """Tends until so many services are back."""
    end = time.monotonic() + 20
    while sum(one.back is not None for one in happenings.read(folder)) < number:
        assert time.monotonic() < end, happenings.read(folder)
        supervisor.tend()
        time.sleep(0.02)
    return happenings.read(folder)


def test_a_killed_service_is_told_with_its_signal_and_its_return(supervisor: Supervisor, tmp_path: Path) -> None:
    before = clock.now()
    supervisor.start(Service("sleeper", SLEEPER))
    os.kill(supervisor.pids()["sleeper"], signal.SIGKILL)
    (one,) = tend_until(supervisor, tmp_path, 1)
    assert (one.service, one.ended, one.times) == ("sleeper", "SIGKILL", 1)
    assert one.back is not None
    assert before <= one.gone <= one.back <= clock.now()


def test_a_service_that_does_not_answer_yet_is_still_away(supervisor: Supervisor, tmp_path: Path) -> None:
    answering = [True]
    supervisor.start(Service("sleeper", SLEEPER))
    supervisor.wait_ready("sleeper", limit=5, check=lambda: answering[0])
    answering[0] = False
    os.kill(supervisor.pids()["sleeper"], signal.SIGTERM)
    for _ in range(50):
        supervisor.tend()
        time.sleep(0.02)
    assert supervisor.pids()
    assert [one.back for one in happenings.read(tmp_path)] == [None]
    answering[0] = True
    assert tend_until(supervisor, tmp_path, 1)[0].ended == "SIGTERM"


def test_a_service_that_keeps_failing_is_one_happening_until_it_works(supervisor: Supervisor, tmp_path: Path) -> None:
    counter = tmp_path / "starts"
    program = f"""
import pathlib, sys, time
file = pathlib.Path({str(counter)!r}); n = int(file.read_text()) + 1 if file.exists() else 1; file.write_text(str(n))
if n < 4: sys.exit(3)
pathlib.Path({str(tmp_path / "works")!r}).touch()
time.sleep(600)
"""
    supervisor.start(Service("stumbler", (sys.executable, "-c", program)))
    supervisor._checks["stumbler"] = (tmp_path / "works").exists
    (one,) = tend_until(supervisor, tmp_path, 1)
    assert (one.ended, one.times) == ("code 3", 3)


def test_the_file_holds_no_more_than_the_newest(tmp_path: Path) -> None:
    diary = Diary(tmp_path)
    for number in range(happenings.MOST + 10):
        diary.went(f"service {number}", 1)
        diary.is_back(f"service {number}")
    found = happenings.read(tmp_path)
    assert [found[0].service, found[-1].service, len(found)] == ["service 10", "service 59", happenings.MOST]


def test_a_diary_that_cannot_write_does_not_stop_the_supervisor(tmp_path: Path) -> None:
    diary = Diary(tmp_path / "nowhere")
    diary.went("web", -9)
    assert diary.away() == ["web"]


def test_a_file_that_does_not_read_tells_nothing(tmp_path: Path) -> None:
    (tmp_path / happenings.FILE).write_bytes(msgspec.json.encode({"no": "list"}))
    assert happenings.read(tmp_path) == []
    assert happenings.in_words(-200) == "signal 200"

"""Holders with a key, in a time of their own."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from holders import World

from sluis.wire import clock


@pytest.fixture
def later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """`later(60)`: a minute later than when the test began, for every holder."""
    file = tmp_path / "clock"
    monkeypatch.setenv(clock.VARIABLE, str(file))

    def move(seconds: int) -> None:
        file.write_text(str(seconds))
        os.utime(file, (seconds, seconds))

    return move


@pytest.fixture
def keyed(tmp_path: Path, later: Callable[[int], None]) -> World:
    later(0)
    found = World(tmp_path)
    asyncio.run(found.ready())
    return found

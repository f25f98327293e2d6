"""One demo for all journeys of a run: started on the first test that asks, ended after the last."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hub_fixtures import as_role, database, later, server, stocked
from make_groups import house

from journeys.world import Demo
from sluis.wire import clock

__all__ = ["as_role", "database", "house", "later", "server", "stocked"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All journeys on one worker, so that they share the running services."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.xdist_group("journeys"))


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    folder = tmp_path_factory.mktemp("demo") / "d"
    folder.mkdir()
    (folder / "clock").write_text("0")
    patch = pytest.MonkeyPatch()
    patch.setenv(clock.VARIABLE, str(folder / "clock"))
    running = Demo(folder)
    try:
        running.start()
        yield running
    finally:
        running.stop()
        patch.undo()

"""How often the worker looks: the seconds of a crontab stand last, and written first they rest every odd minute."""

from __future__ import annotations

import itertools

import pytest
from procrastinate.contrib.django import app


@pytest.mark.parametrize("minute", range(4))
def test_a_missing_key_waits_four_seconds_for_its_ceremony_in_any_minute(minute: int) -> None:
    task = app.periodic_registry.periodic_tasks["sluis.apps.exchange.tasks.tend_ceremonies", ""]
    start = 1_800_000_000 + 60 * minute
    moments = task.croniter
    found = [moments.get_next(ret_type=float, start_time=start + after) for after in range(60)]
    assert max(found[after] - (start + after) for after in range(60)) <= 4
    assert all(later >= earlier for earlier, later in itertools.pairwise(found))

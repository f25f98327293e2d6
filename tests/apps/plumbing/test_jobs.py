"""Jobs that ended well do not pile up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from types import SimpleNamespace

from hub_fixtures import Server
from procrastinate.contrib.django import app

from sluis.plumbing import tasks

JOB = """
WITH job AS (INSERT INTO procrastinate_jobs (queue_name, task_name, status) VALUES ('default', %s, %s) RETURNING id)
INSERT INTO procrastinate_events (job_id, type, at) SELECT id, %s, now() - %s::interval FROM job
"""


def test_only_jobs_that_ended_well_an_hour_ago_go(
    database: Server, as_role: Callable[[str], AbstractContextManager[None]]
) -> None:
    rows = (
        ("old", "succeeded", "succeeded", "3 hours"),
        ("fresh", "succeeded", "succeeded", "5 minutes"),
        ("broken", "failed", "failed", "3 hours"),
    )
    with database.connect() as owner:
        for row in rows:
            owner.execute(JOB, row)
    with as_role("sluis_worker"):
        asyncio.run(tasks.tend_jobs.func(SimpleNamespace(app=app), 0))
    with database.connect() as owner:
        left = owner.execute("SELECT task_name FROM procrastinate_jobs ORDER BY 1").fetchall()
    assert [name for (name,) in left] == ["broken", "fresh"]

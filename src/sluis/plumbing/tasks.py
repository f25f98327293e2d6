"""What the worker does for itself."""

from __future__ import annotations

from typing import Final

from procrastinate import JobContext
from procrastinate.contrib.django import app

KEEP_HOURS: Final = 1


@app.periodic(cron="17 * * * *")
@app.task(queueing_lock="jobs", pass_context=True)
async def tend_jobs(context: JobContext, timestamp: int) -> None:  # noqa: ARG001
    """Removes jobs that ended well an hour ago: some run each second, and nobody looks at them again."""
    await context.app.job_manager.delete_old_jobs(nb_hours=KEEP_HOURS)

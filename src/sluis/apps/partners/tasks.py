"""What the worker does for people and partners, over and over."""

from __future__ import annotations

from procrastinate.contrib.django import app

from sluis.apps.partners import services
from sluis.wire import clock


@app.periodic(cron="13 * * * *")
@app.task(queueing_lock="proposals", pass_context=False)
def tend_proposals(timestamp: int) -> None:  # noqa: ARG001
    """Closes what nobody decided in its term, and forgets sessions that are over."""
    services.lapse(clock.now())
    services.forget_sessions()

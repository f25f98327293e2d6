"""What the worker does for the privacykader."""

from __future__ import annotations

from procrastinate.contrib.django import app

from sluis.apps.privacy import services


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="weigh-again", pass_context=False)
def weigh_assessments(timestamp: int) -> None:  # noqa: ARG001
    """Closes the gates that the rules in force changed against; a new version comes with a new release."""
    services.weigh_again()

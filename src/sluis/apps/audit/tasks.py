"""What the worker does for the log, over and over."""

from __future__ import annotations

from procrastinate.contrib.django import app

from sluis.apps.audit import services


@app.periodic(cron="* * * * * */2")  # seconds are the last field
@app.task(queueing_lock="log", pass_context=False)
def tend_log(timestamp: int) -> None:  # noqa: ARG001
    """Gives waiting leaves their place."""
    services.sequence()


@app.periodic(cron="7 * * * *")
@app.task(queueing_lock="checkpoints", pass_context=False)
def tend_checkpoints(timestamp: int) -> None:  # noqa: ARG001
    """Removes checkpoints nobody asks for any more."""
    services.forget_checkpoints()


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="edge_lines", pass_context=False)
def tend_edge_lines(timestamp: int) -> None:  # noqa: ARG001
    """Logs what the edge recorded."""
    services.log_edge_lines()


@app.periodic(cron="* * * * * 30")
@app.task(queueing_lock="samples", pass_context=False)
def tend_samples(timestamp: int) -> None:  # noqa: ARG001
    """Ends the samples that nobody opened in time."""
    services.lapse_samples()

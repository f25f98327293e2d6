"""What the worker does for the exchange, over and over."""

from __future__ import annotations

import contextlib

from procrastinate.contrib.django import app

from sluis.apps.audit import services as audit
from sluis.apps.exchange import services
from sluis.apps.exchange.services import pilots
from sluis.core import errors
from sluis.plumbing import signed


@app.periodic(cron="* * * * * */4")  # seconds are the last field, not the first
@app.task(queueing_lock="ceremonies", pass_context=False)
def tend_ceremonies(timestamp: int) -> None:  # noqa: ARG001
    """Opens a ceremony where a key is missing; ends one that waits too long."""
    with contextlib.suppress(errors.Unavailable):
        services.open_ceremonies()


@app.periodic(cron="* * * * * */10")
@app.task(queueing_lock="ended", pass_context=False)
def tend_epochs(timestamp: int) -> None:  # noqa: ARG001
    """Erases what was published under keys whose use ended a day ago."""
    services.erase_ended()
    services.forget_stream()


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="expire", pass_context=False)
def tend_signals(timestamp: int) -> None:  # noqa: ARG001
    """Removes signals of who left, expired signals and old nonces."""
    services.withdraw_departed()
    services.expire_signals()
    signed.forget_old_nonces()
    audit.forget_edge_nonces()


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="answers", pass_context=False)
def tend_answers(timestamp: int) -> None:  # noqa: ARG001
    """Refuses for publishers that stayed silent, tells what yesterday's hits led to, and asks again who owes a receipt."""
    services.refuse_the_silent()
    services.tell_feedback()
    services.ask_again()


@app.periodic(cron="7 * * * *")
@app.task(queueing_lock="pilots", pass_context=False)
def tend_pilots(timestamp: int) -> None:  # noqa: ARG001
    """Once an hour: writes down which pilots ended; their gates were shut by the clock already."""
    pilots.tend()


@app.periodic(cron="17 3 * * *")
@app.task(queueing_lock="tidy", pass_context=False)
def tidy_streams(timestamp: int) -> None:  # noqa: ARG001
    """Once a night: the stream of entries keeps what counts, and what was measured is held against the bounds stated for it."""
    services.tidy_entries()
    with contextlib.suppress(errors.Unavailable):
        services.measure_circles()

"""What the worker does for closed groups, over and over."""

from __future__ import annotations

from procrastinate.contrib.django import app

from sluis.apps.consent import services


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="consent_terms", pass_context=False)
def tend_terms(timestamp: int) -> None:  # noqa: ARG001
    """Closes what is past its term, and reminds who is silent. A term counts to its second without it: this only tells."""
    services.close_overdue()
    services.remind()


@app.periodic(cron="*/2 * * * *")
@app.task(queueing_lock="consent_mail", pass_context=False)
def post_mail(timestamp: int) -> None:  # noqa: ARG001
    """Mails who works with groups that there is something new, never what."""
    services.post_mail()

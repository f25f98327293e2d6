"""What a supervisor asks for beside the log: every processing of personal data, every decision to allow or deny."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.db import connection

from sluis.apps.audit.models import Decision, Processing
from sluis.core import errors
from sluis.wire import clock, trace

DONE: Final = "ok"
REFUSED: Final = "refused"
PARTY: Final = "party"
CIRCLE: Final = "kring"
_ACTIVITIES: Final = "urn:sluis:verwerking:"
_FORGET: Final = "UPDATE audit_processing SET data_subject = NULL WHERE trace = %s AND data_subject IS NOT NULL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Processed:
    """A processing: what the register of processing activities calls it, for which controller (16 octets), of how many.

    `data_subject` is ciphertext for whoever may know, never a readable identifier; None where nobody here knows of whom.
    """

    activity: str
    controller: bytes
    amount: int = 1
    circle: bytes | None = None
    data_subject: bytes | None = None
    status: str = DONE
    leaf: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A decision in the shape of AuthZEN: may `subject` (type, id) do `action` to `resource` (type, id), given the context?

    `reasons` are codes, then articles; `policy` names the version by which it was decided. No identifier in any of it.
    """

    subject: tuple[str, str]
    action: str
    resource: tuple[str, str]
    allowed: bool
    policy: str
    reasons: Sequence[str] = ()
    context: Mapping[str, str | int] = field(default_factory=dict)


def activity_id(activity: str) -> str:
    """The `dpl.core.processing_activity_id` of an activity: a name in our own space of names."""
    return _ACTIVITIES + activity.replace(" ", "-")


def record_processing(*done: Processed) -> None:
    """Keeps what was processed, in the caller's transaction, under the trace of now."""
    step, now = trace.current(), clock.now_ms()
    Processing.objects.bulk_create(
        Processing(
            trace=step.id,
            span=step.span,
            foreign=step.parent,
            activity=activity_id(one.activity),
            data_subject=one.data_subject,
            controller=one.controller,
            circle=one.circle,
            amount=one.amount,
            started=min(step.began, now),
            ended=now,
            status=one.status,
            leaf=one.leaf,
        )
        for one in done
    )


def record_decision(one: Decided) -> None:
    """Keeps what was decided, under the trace of now. A refusal is kept outside the transaction that it ends."""
    step = trace.current()
    Decision.objects.create(
        time=clock.now_ms(),
        trace=step.id,
        span=step.span,
        subject_type=one.subject[0],
        subject=one.subject[1],
        action=one.action,
        resource_type=one.resource[0],
        resource=one.resource[1],
        context=dict(one.context),
        decision=one.allowed,
        reasons=list(one.reasons),
        policy=one.policy,
    )


def forget_subject(trace_id: str) -> int:
    """Erases of whom data were in every processing of this trace; how many. That it happened stays."""
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, [trace_id])
        return int(cursor.rowcount)


def reasons_of(error: errors.SluisError) -> list[str]:
    """Why something was refused: the ground's code, then its articles."""
    articles = error.fields.get("articles")
    return [str(error.fields.get("ground", error.reason)), *(articles if isinstance(articles, list) else [])]

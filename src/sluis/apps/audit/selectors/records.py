"""Reads of the processing log and the decision log: one party's own, or all of one circle."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.db.models import QuerySet

from sluis.apps.audit.models import Decision, EdgeAudit, Processing
from sluis.apps.audit.selectors.counts import CHECKED, FOLLOWED, PASSED
from sluis.core.exchange.auditing import DecisionPage, DecisionRow, ProcessingPage, ProcessingRow

PAGE: Final = 1_000


@dataclass(frozen=True, slots=True)
class Records:
    """Which records: of a circle (16 octets), of one party where named, from number `start` on."""

    circle: bytes | None = None
    party: bytes | None = None
    start: int = 0


def processing(wanted: Records) -> ProcessingPage:
    """A page of the processing log, oldest first."""
    rows = _from(Processing.objects.all(), wanted)
    if wanted.circle is not None:
        rows = rows.filter(circle=wanted.circle)
    if wanted.party is not None:
        rows = rows.filter(controller=wanted.party)
    found = list(rows[:PAGE])
    return ProcessingPage(next=_next([one.number for one in found]), records=tuple(map(processing_row, found)))


def decisions(wanted: Records) -> DecisionPage:
    """A page of the decision log, oldest first."""
    rows = _from(Decision.objects.all(), wanted)
    if wanted.circle is not None:
        rows = rows.filter(resource=wanted.circle.hex())
    if wanted.party is not None:
        rows = rows.filter(subject=wanted.party.hex())
    found = list(rows[:PAGE])
    return DecisionPage(next=_next([one.number for one in found]), records=tuple(map(decision_row, found)))


def _from(rows: QuerySet[Any], wanted: Records) -> QuerySet[Any]:
    return rows.filter(number__gte=wanted.start).order_by("number")


def _next(numbers: list[int]) -> int | None:
    return numbers[-1] + 1 if len(numbers) == PAGE else None


def processing_row(row: Processing) -> ProcessingRow:
    """A line of the processing log."""
    return ProcessingRow(
        number=row.number,
        trace=row.trace,
        span=row.span,
        foreign=row.foreign,
        activity=row.activity,
        data_subject=bytes(row.data_subject) if row.data_subject is not None else None,
        controller=bytes(row.controller),
        circle=bytes(row.circle) if row.circle is not None else None,
        amount=row.amount,
        start=row.started,
        end=row.ended,
        status=row.status,
    )


def decision_row(row: Decision) -> DecisionRow:
    """A line of the decision log."""
    asked = {
        "subject": {"type": row.subject_type, "id": row.subject},
        "action": {"name": row.action},
        "resource": {"type": row.resource_type, "id": row.resource},
        "context": row.context,
    }
    return DecisionRow(
        number=row.number,
        time=row.time,
        trace=row.trace,
        span=row.span,
        request=asked,
        decision=row.decision,
        reasons=tuple(row.reasons),
        policy=row.policy,
    )


def edge_row(row: EdgeAudit) -> DecisionRow:
    """What the edge allowed or refused, in the shape of the decision log; its own line holds no span and no serial."""
    passed = row.outcome == PASSED
    asked = {
        "subject": {"type": "party", "id": bytes(row.member).hex()},
        "action": {"name": CHECKED if row.prefixes else FOLLOWED},
        "resource": {"type": "kring", "id": bytes(row.circle).hex()},
        "context": {"amount": row.prefixes, "key": bytes(row.key_id).hex()},
    }
    return DecisionRow(
        number=row.number,
        time=row.time * 1000,
        trace=row.trace,
        span="",
        request=asked,
        decision=passed,
        reasons=() if passed else (row.outcome,),
        policy="beleid",
    )

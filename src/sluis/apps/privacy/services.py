"""Writes: approve an assessment."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from django.db import transaction

from sluis.apps.audit import services as audit
from sluis.apps.audit.services import Happening
from sluis.apps.privacy.models import Assessment, Outcome
from sluis.apps.privacy.selectors import assessment_of
from sluis.core import errors
from sluis.core.errors import Fault
from sluis.wire import clock


class AssessmentForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An assessment as it is handed in. `from` and `until` are seconds; the circle is its id (16 octets)."""

    name: str
    circle: bytes
    facts: dict[str, Any]
    outcome: str
    articles: tuple[str, ...]
    conditions: tuple[str, ...] = ()
    reason: str
    from_: int = msgspec.field(name="from")
    until: int
    approver: str


def approve(form: AssessmentForm) -> int:
    """Stores the next version for its circle and returns its number; the very same one again changes nothing.

    Raises Malformed `beoordeling-onjuist` with every fault at once.
    """
    faults = tuple(_faults(form))
    if faults:
        raise errors.Malformed("The assessment does not hold.", code="beoordeling-onjuist", faults=faults)
    content = _content(form)
    with transaction.atomic():
        newest = assessment_of(form.circle)
        if newest is not None and all(getattr(newest, name) == value for name, value in content.items()):
            return newest.version
        version = newest.version + 1 if newest else 1
        Assessment.objects.create(circle=form.circle, version=version, approved=clock.now(), **content)
        audit.record(Happening("beoordeling vastgesteld", circle=form.circle), reference=f"{form.name} v{version}")
    return version


def _content(form: AssessmentForm) -> dict[str, Any]:
    return {
        "name": form.name,
        "facts": form.facts,
        "outcome": form.outcome,
        "articles": list(form.articles),
        "conditions": list(form.conditions),
        "reason": form.reason,
        "starts": form.from_,
        "ends": form.until,
        "approver": form.approver,
    }


def _faults(form: AssessmentForm) -> Iterator[Fault]:
    checks = (
        (bool(form.name.strip()), "name", "Give the assessment a name to cite."),
        (len(form.circle) == 16, "circle", "Name the circle by its id of 16 octets."),
        (bool(form.facts), "facts", "State the facts that were assessed."),
        (form.outcome in Outcome.values, "outcome", f"An outcome is one of {', '.join(Outcome.values)}."),
        (bool(form.articles), "articles", "Cite at least one article."),
        (bool(form.reason.strip()), "reason", "Give the reason in words."),
        (form.until > form.from_, "until", "The term ends after it begins."),
        (bool(form.approver.strip()), "approver", "Name the person who approved it."),
    )
    for holds, where, next_step in checks:
        if not holds:
            yield Fault(where, "onjuist", next_step)

"""Commit-and-audit at the hub's door: who may fix, tell and end, and who may read what. The work is the audit room's."""

from __future__ import annotations

from typing import Final

from sluis.apps.audit import selectors as audited
from sluis.apps.audit import services as audit
from sluis.apps.audit.selectors import Records
from sluis.apps.audit.services import By, Happening
from sluis.apps.exchange import selectors
from sluis.apps.partners import selectors as partners
from sluis.core import errors
from sluis.core.exchange import draws
from sluis.core.exchange.auditing import (
    AuditedDay,
    DecisionPage,
    OutcomesGiven,
    ProcessingPage,
    Supervision,
)
from sluis.wire import clock

DAYS: Final = 60


def commit_day(circle: bytes, day: int, commitment: bytes, *, key: bytes) -> None:
    """Fixes an auditor's secret for a day of its circle. Raises NotAllowed, and as `audit.commit_day`."""
    audit.commit_day(_by(circle, day, key), commitment)


def reveal_day(circle: bytes, day: int, secret: bytes, *, key: bytes) -> None:
    """Tells the secret of a day, and draws. Raises NotAllowed, and as `audit.reveal_day`."""
    audit.reveal_day(_by(circle, day, key), secret)


def end_samples(circle: bytes, day: int, given: OutcomesGiven, *, key: bytes) -> int:
    """Keeps how questions ended; how many of the day are open. Raises NotAllowed, Malformed, and as `audit.end_samples`."""
    if not 1 <= len(given.outcomes) <= 1_000:
        raise errors.Malformed("Give 1 to 1,000 outcomes a call.", code="partijgrootte")
    return audit.end_samples(_by(circle, day, key), given.outcomes)


def audited_day(circle: bytes, day: int, start: int, *, key: bytes) -> AuditedDay:
    """The day as its auditor sees it; any other member of the circle sees its own lines and questions alone.

    Raises NotAllowed `geen-lid`, NotFound `onbekende-kring`, `geen-vastlegging`.
    """
    section, member = partners.snapshot().member(circle, key)
    own = None if selectors.is_auditor(member) else member.id
    return audited.audited_day(selectors.audited(section, day), member=own, start=start)


def drawn_days(circle: bytes, *, key: bytes) -> tuple[int, ...]:
    """The days that were fixed, newest first, for any member. Raises NotAllowed `geen-lid`, NotFound `onbekende-kring`."""
    partners.snapshot().member(circle, key)
    return tuple(audited.drawn_days(circle, limit=DAYS))


def processing(circle: bytes, start: int, *, key: bytes) -> ProcessingPage:
    """What was processed for a circle: all of it for its auditor, any other member's own. Raises NotAllowed `geen-lid`."""
    return audited.processing(_records(circle, start, key))


def decisions(circle: bytes, start: int, *, key: bytes) -> DecisionPage:
    """What was decided in a circle: all of it for its auditor, any other member's own. Raises NotAllowed `geen-lid`."""
    return audited.decisions(_records(circle, start, key))


def _records(circle: bytes, start: int, key: bytes) -> Records:
    section, member = partners.snapshot().member(circle, key)
    return Records(section.circle, None if selectors.is_auditor(member) else member.id, start)


def supervision(circle: bytes, *, key: bytes) -> Supervision:
    """Charts, samples and late receipts of every member, for the circle's auditor. Raises NotAllowed."""
    today = clock.now() // draws.DAY
    _by(circle, today, key)
    section = partners.snapshot().section(circle)
    members = [one.id for one in section.members if draws.RIGHT not in one.uses]
    return Supervision(day=today, members=selectors.watched(section, members, today=today))


def _by(circle: bytes, day: int, key: bytes) -> By:
    snapshot = partners.snapshot()
    section, member = snapshot.member(circle, key)
    with audit.recorded_refusals(Happening("controle", circle, member.id), policy=snapshot.head.serial):
        if not selectors.is_auditor(member):
            raise errors.NotAllowed("Only an auditor of the circle, in its term, does this.")
    return By(member.id, selectors.audited(section, day))

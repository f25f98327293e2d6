"""What steering may see: that something waits, in which group, since when, for how many answers. Never a title or a text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import connection

from sluis.apps.consent.models import Membership
from sluis.apps.consent.selectors import rules, visibility
from sluis.apps.partners.selectors import Acting
from sluis.plumbing import viewing
from sluis.wire import clock

_WAITING: Final = """
SELECT item, name, kind, opened, ends, asked, outstanding FROM consent_waiting
WHERE ends > %(now)s AND (%(groups)s::uuid[] IS NULL OR circle = ANY (%(groups)s::uuid[])) ORDER BY opened, release
"""


@dataclass(frozen=True, slots=True)
class Waits:
    """One release that waits: item id, group, kind, since and until (seconds), contributors asked, answers outstanding."""

    item: UUID
    group: str
    kind: str
    since: int
    until: int
    asked: int
    outstanding: int


def waiting(acting: Acting) -> list[Waits]:
    """Everything that waits, oldest first; for an organisation's administrator or auditor that of its own groups.

    Raises NotAllowed `geen-recht` for who does not steer, supervise, audit or run.
    """
    rules.require(acting, rules.EVERYWHERE | rules.OWN_GROUPS)
    groups = None if acting.role in rules.EVERYWHERE else _own(acting)
    with viewing.as_steering(), connection.cursor() as cursor:
        cursor.execute(_WAITING, {"now": clock.now(), "groups": groups})
        return [Waits(*row) for row in cursor.fetchall()]


def _own(acting: Acting) -> list[UUID]:
    with viewing.as_organisation(acting.organisation):
        own = Membership.objects.filter(party=acting.organisation, state=visibility.MEMBER)
        return list(own.values_list("group", flat=True))

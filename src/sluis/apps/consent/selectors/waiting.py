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

PAGE: Final = 50
_WAITING: Final = """
SELECT item, name, kind, opened, ends, asked, outstanding, release FROM consent_waiting
WHERE ends > %(now)s AND (%(groups)s::uuid[] IS NULL OR circle = ANY (%(groups)s::uuid[]))
    AND (%(opened)s::bigint IS NULL OR (opened, release) > (%(opened)s::bigint, %(release)s::uuid))
ORDER BY opened, release LIMIT %(limit)s
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
    release: UUID

    @property
    def mark(self) -> str:
        """After which the next page goes on."""
        return f"{self.since}-{self.release.hex}"


def waiting(acting: Acting, *, after: str = "") -> list[Waits]:
    """What waits, oldest first, one more than a page of 50; an organisation's administrator or auditor sees its own groups.

    `after` is the `mark` of the last one of the page before.

    Raises NotAllowed `geen-recht` for who does not steer, supervise, audit or run.
    """
    rules.require(acting, rules.EVERYWHERE | rules.OWN_GROUPS)
    groups = None if acting.role in rules.EVERYWHERE else _own(acting)
    opened, release = visibility.read_mark(after) or (None, None)
    asked = {"now": clock.now(), "groups": groups, "opened": opened, "release": release, "limit": PAGE + 1}
    with viewing.as_steering(), connection.cursor() as cursor:
        cursor.execute(_WAITING, asked)
        return [Waits(*row) for row in cursor.fetchall()]


def _own(acting: Acting) -> list[UUID]:
    with viewing.as_organisation(acting.organisation):
        own = Membership.objects.filter(party=acting.organisation, state=visibility.MEMBER)
        return list(own.values_list("group", flat=True))

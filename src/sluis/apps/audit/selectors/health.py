"""Reads of how key holders do as the log sees it: when they last cosigned, and what they handed in about one member."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db import connection
from django.db.models import Count, Max

from sluis.apps.audit.models import Checkpoint, Cosignature, HolderLine
from sluis.apps.audit.selectors import tree

# Backwards over the checkpoints: who cosigns is found at once, however many checkpoints there are.
_LAST: Final = """
SELECT one.name, last.time FROM unnest(%(names)s::text[]) AS one (name), LATERAL
    (SELECT time FROM audit_cosignature AS there WHERE there.name = one.name ORDER BY size DESC LIMIT 1) AS last
"""


@dataclass(frozen=True, slots=True)
class Public:
    """The newest checkpoint that enough holders cosigned: size, when it was made (seconds), the names of who cosigned it."""

    size: int
    time: int
    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class Lines:
    """How many lines a holder handed in about one member, and when the last evaluation was (seconds)."""

    amount: int
    last: int


def public_checkpoint() -> Public | None:
    """The checkpoint that anyone is shown; None before there is one."""
    row = Checkpoint.objects.filter(size=tree.witnessed_size()).first()
    if row is None:
        return None
    return Public(row.size, row.time, frozenset(Cosignature.objects.filter(checkpoint=row).values_list("name", flat=True)))


def last_cosigned(names: Sequence[str]) -> dict[str, int]:
    """When each of these witnesses last cosigned (seconds). Checkpoints stay a day: who is silent longer is not in it."""
    with connection.cursor() as cursor:
        cursor.execute(_LAST, {"names": list(names)})
        return {str(name): int(time) for name, time in cursor.fetchall()}


def lines_about(member: bytes, *, since: int) -> dict[int, Lines]:
    """By holder's index: the lines about this member since `since` (seconds). Nothing of what others asked."""
    rows = HolderLine.objects.filter(member=member, time__gte=since).values("holder")
    counted = rows.annotate(amount=Count("digest"), last=Max("time"))
    return {row["holder"]: Lines(row["amount"], row["last"]) for row in counted}

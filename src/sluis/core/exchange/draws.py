"""Which questions an auditor looks into: drawn by a secret that was fixed before the day and told after it.

Nobody can choose questions so that none of the invented ones is drawn: the secret is unknown when they are asked, and
nobody can choose the secret when they are known. Source: `docs/reference/protocol.md`, Audit.
"""

from __future__ import annotations

import heapq
import hmac
from collections import defaultdict
from collections.abc import Iterable
from enum import StrEnum
from functools import partial
from typing import Final

import msgspec

from sluis.core import errors
from sluis.core.exchange.bodies import LogLine
from sluis.core.exchange.encodings import exactly, sha256, u16
from sluis.core.exchange.policy import Budget, Section

DAY: Final = 86_400
PER_DAY: Final = 10
TERM: Final = 14 * DAY
# Holders hand their lines in within minutes, and look for them in the log within the hour.
SETTLES: Final = 3_600
SECRET_OCTETS: Final = 32
RIGHT: Final = "audit"
_CUT: Final = 100


class Outcome(StrEnum):
    """How a drawn question ended: proved to belong to a case, not shown in its term, shown as something else, or no case."""

    PROVED = "aangetoond"
    LATE = "niet-op-tijd"
    MISMATCH = "klopt-niet"
    NO_CASE = "geen-zaak"


class Drawn(msgspec.Struct, frozen=True, forbid_unknown_fields=True, order=True):
    """One question that was drawn: the member, the request by its batch id and digest (32 octets), root and size, and the
    position (from 0) of the question in it. `key` and `use` are as the request has them."""

    member: bytes
    batch: bytes
    digest: bytes
    key: bytes
    m: int
    position: int
    root: bytes
    use: int

    @property
    def name(self) -> str:
        """How people name it: digest of the request in hexadecimal, and position."""
        return f"{self.digest.hex()}-{self.position}"


def commitment(secret: bytes) -> bytes:
    """What the auditor logs before the day: SHA-256 of the secret (32 octets). Raises Malformed `lengte`."""
    return sha256(exactly(secret, SECRET_OCTETS, what="secret"))


def rank(secret: bytes, question: Drawn) -> bytes:
    """HMAC-SHA256(secret, root batch-id u16 position), 32 octets: the lowest are drawn."""
    return hmac.digest(secret, question.root + question.batch + u16(question.position), "sha256")


def draw(secret: bytes, lines: Iterable[LogLine], *, per_member: int = PER_DAY) -> tuple[Drawn, ...]:
    """What is drawn from a day's lines: each member's lowest ten, or all when it asked fewer. In the order of member and rank.

    Several holders tell of one request: it counts once. What they tell differently counts as often as it differs.
    """
    of_member: dict[bytes, list[Drawn]] = defaultdict(list)
    for line in {msgspec.structs.replace(line, time=0, trace="") for line in lines}:
        of_member[line.member] += map(partial(_question, line), range(line.m))
    found: list[Drawn] = []
    for member in sorted(of_member):
        found += heapq.nsmallest(per_member, of_member[member], key=lambda one: (rank(secret, one), one))
    return tuple(found)


def _question(line: LogLine, position: int) -> Drawn:
    return Drawn(
        member=line.member,
        batch=line.batch,
        digest=line.digest,
        key=line.key,
        m=line.m,
        position=position,
        root=line.root,
        use=line.use,
    )


def caught(share: float, *, days: int, asked: int, per_day: int = PER_DAY) -> float:
    """How likely a member is caught that invents this share (0 to 1) of the `asked` questions of each of these days.

    Drawing is without putting back, so this is never below 1 - (1 - share)^(days x per_day).
    """
    invented, drawn, missed = round(share * asked), min(per_day, asked), 1.0
    for i in range(drawn):
        missed *= max(0, asked - invented - i) / (asked - i)
    return float(1 - missed**days)


def reduced(section: Section, member: bytes) -> Section:
    """The circle with this member's budgets cut to a hundredth, rounded up, as a proposal: who signs the policy decides.

    Raises NotFound `onbekend-lid`.
    """
    found = next((one for one in section.members if one.id == member), None)
    if found is None:
        raise errors.NotFound("There is no such member in the circle.", code="onbekend-lid")
    budgets = {use: _hundredth(budget) for use, budget in found.budgets.items()}
    cut = msgspec.structs.replace(found, budgets=budgets)
    members = tuple(cut if one is found else one for one in section.members)
    return msgspec.structs.replace(section, members=members)


def _hundredth(budget: Budget) -> Budget:
    return Budget(minute=-(-budget.minute // _CUT), day=-(-budget.day // _CUT), year=-(-budget.year // _CUT))

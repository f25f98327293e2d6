"""Bodies of commit-and-audit on the wire. Source: `docs/reference/protocol.md`, Audit. A day is seconds div 86,400."""

from __future__ import annotations

from typing import Any

import msgspec

from sluis.core.exchange.bodies import LogLine
from sluis.core.exchange.draws import Drawn, Outcome


class DayCommitted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`POST /v1/kringen/{circle}/controles`: the day, and SHA-256 of the secret (32 octets) that will draw from it."""

    commitment: bytes
    day: int


class DayRevealed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`POST /v1/kringen/{circle}/controles/{day}/onthulling`: the secret (32 octets)."""

    secret: bytes


class LoggedLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A holder's line as the log has it: index of the holder, the line, and event, salt and place of its leaf. Event and salt
    are empty when they were erased, the place is null when it has none yet."""

    event: bytes
    holder: int
    line: LogLine
    place: int | None
    salt: bytes


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A question that was drawn: until when it is to be shown (seconds), and how it ended; nothing while it is open."""

    drawn: Drawn
    outcome: Outcome | None
    until: int


class AuditedDay(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`GET /v1/kringen/{circle}/controles/{day}`: what was fixed and by whom, the secret and the size of the log that seals the
    day once it was told, the lines it draws from and what was drawn. A member gets its own lines and questions alone.

    At most 5,000 lines come at once, in the order in which they were logged; `next` is the `vanaf` of the rest, or null.
    """

    auditor: bytes
    committed: int
    commitment: bytes
    day: int
    lines: tuple[LoggedLine, ...]
    next: int | None
    questions: tuple[Question, ...]
    seal: int | None
    secret: bytes | None


class Ended(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How one question ended, as the auditor found on the member's premises."""

    digest: bytes
    member: bytes
    outcome: Outcome
    position: int


class OutcomesGiven(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`POST /v1/kringen/{circle}/controles/{day}/uitkomsten`, 1 to 1,000."""

    outcomes: tuple[Ended, ...]


class DrawnDays(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`GET /v1/kringen/{circle}/controles`: the days that were fixed, newest first, at most 60."""

    days: tuple[int, ...]


class OutcomesKept(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The answer: how many questions of the day are open still."""

    open: int


class ProcessingRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A processing by the fields of Logboek Dataverwerkingen: `activity` is `dpl.core.processing_activity_id`, `foreign` the
    span at the controller that asked for it; times in milliseconds; `data_subject` is ciphertext, or null where the hub does
    not know of whom data are."""

    number: int
    trace: str
    span: str
    foreign: str
    activity: str
    data_subject: bytes | None
    controller: bytes
    circle: bytes | None
    amount: int
    start: int
    end: int
    status: str


class ProcessingPage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`GET /v1/kringen/{circle}/verwerkingen?vanaf=`: at most 1,000, oldest first."""

    next: int | None
    records: tuple[ProcessingRow, ...]


class DecisionRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A decision by the fields of an Authorization Decision Log; `request` in the shape of AuthZEN, `time` in milliseconds."""

    number: int
    time: int
    trace: str
    span: str
    request: dict[str, Any]
    decision: bool
    reasons: tuple[str, ...]
    policy: str


class DecisionPage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`GET /v1/kringen/{circle}/beslissingen?vanaf=`: at most 1,000, oldest first."""

    next: int | None
    records: tuple[DecisionRow, ...]


class ChartPoint(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A day of a control chart: value, centre and limits (null: too few days before it), alarm `boven`, `onder`, `reeks` or
    nothing."""

    alarm: str
    centre: float | None
    day: int
    lower: float | None
    upper: float | None
    value: float


class Watched(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One member as the auditor sees it: how much it asked a day, of how much of that it asked the context, how its samples
    ended (empty: open still), and since when (seconds) it owes a receipt for a removal, or null."""

    asked: tuple[ChartPoint, ...]
    disclosed: tuple[ChartPoint, ...]
    member: bytes
    overdue: int | None
    samples: dict[str, int]


class Supervision(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`GET /v1/kringen/{circle}/toezicht`: every member of the circle, for its auditor. Today is not in it: it is not over."""

    day: int
    members: tuple[Watched, ...]

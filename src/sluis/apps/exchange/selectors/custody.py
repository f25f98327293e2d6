"""Reads of who keeps the keys and how the keys are, of the circles of one party: nothing of other circles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from django.db.models import Max

from sluis.apps.audit import selectors as audit
from sluis.apps.exchange.models import Attestation, Key, Message
from sluis.apps.exchange.selectors import passages
from sluis.apps.exchange.selectors.keys import Timetables
from sluis.apps.partners import selectors as partners
from sluis.core import errors
from sluis.core.exchange import epochs
from sluis.core.exchange.epochs import Timetable
from sluis.core.exchange.policy import Epoch, Holder, Section, Snapshot
from sluis.core.identifiers.kinds import IdentifierType
from sluis.wire import clock

MONTH: Final = 30 * 86_400
# Holders cosign every ten minutes at the least, and what nobody cosigned for an hour no gateway believes any more.
LATE: Final = 3_600

State = Literal["in-gebruik", "verlengd", "gesloten", "klaar", "gevraagd", "nog-niet"]
Step = Literal["bestellen", "overlap", "overstap", "wissen", "verversen"]


@dataclass(frozen=True, slots=True)
class Health:
    """How a holder does, moments in seconds: last cosignature, last ceremony and attestation, and its lines about the party.

    `on_public`: it cosigned the checkpoint that anyone is shown.
    """

    holder: Holder
    cosigned: int | None
    on_public: bool
    lines: audit.Lines
    ceremony: int | None
    attested: int | None


@dataclass(frozen=True, slots=True)
class KeyState:
    """How the key of one type is. Without a key `epoch` is None, and nothing but the state and the next moments is known.

    `since` and `until`: when one checks under it (seconds). `steps`: what comes next, and when.
    """

    type: str
    state: State
    epoch: int | None = None
    since: int | None = None
    until: int | None = None
    prolonged: int = 0
    generation: int = 0
    renewed: int = 0
    is_next_made: bool = False
    steps: tuple[tuple[Step, int], ...] = ()


@dataclass(frozen=True, slots=True)
class CircleKeys:
    """A circle and the state of its keys, type by type."""

    section: Section
    keys: tuple[KeyState, ...]


@dataclass(frozen=True, slots=True)
class Custody:
    """Holders, how many are needed, the newest cosigned checkpoint, and the keys of one's circles. `now` in seconds."""

    holders: tuple[Health, ...]
    threshold: int
    public: audit.Public | None
    circles: tuple[CircleKeys, ...]
    is_current: bool
    now: int


def custody(party: bytes) -> Custody:
    """Who keeps the keys of a party's circles and how those are. Raises Unavailable `geen-beleid`."""
    snapshot, now = partners.stored_snapshot(), clock.now()
    if snapshot is None:
        raise errors.Unavailable("There is no policy snapshot yet.", code="geen-beleid")
    public, tables = audit.public_checkpoint(), Timetables(snapshot)
    return Custody(
        holders=tuple(_healths(snapshot, party, public=public, since=now - MONTH)),
        threshold=snapshot.head.threshold,
        public=public,
        circles=tuple(circle_keys(section, tables, at=now) for section in passages.known_circles(party)),
        is_current=now < snapshot.head.not_after,
        now=now,
    )


def _healths(snapshot: Snapshot, party: bytes, *, public: audit.Public | None, since: int) -> Iterator[Health]:
    cosigned = audit.last_cosigned([one.witness for one in snapshot.head.holders])
    lines = audit.lines_about(party, since=since)
    ceremonies = dict(Message.objects.values_list("index").annotate(last=Max("ceremony__opened")))
    attested = dict(Attestation.objects.values_list("holder").annotate(last=Max("time")))
    for one in snapshot.head.holders:
        yield Health(
            holder=one,
            cosigned=cosigned.get(one.witness),
            on_public=public is not None and one.witness in public.names,
            lines=lines.get(one.index, audit.Lines(0, 0)),
            ceremony=ceremonies.get(one.index),
            attested=attested.get(one.index),
        )


def circle_keys(section: Section, tables: Timetables, *, at: int) -> CircleKeys:
    """The keys of a circle at `at` (seconds), a row for each type it exchanges."""
    rows = {(row.type, row.epoch): row for row in tables.rows if bytes(row.circle) == section.circle}
    states = []
    for kind in section.identifier_types():
        table = tables.of(section.circle, kind)
        states.append(_state(kind, table, {epoch: row for (number, epoch), row in rows.items() if number == kind}, at=at))
    return CircleKeys(section, tuple(states))


def _state(kind: IdentifierType, table: Timetable, rows: dict[int, Key], *, at: int) -> KeyState:
    epoch = table.checks(at)
    if epoch is None:
        epoch = max(table.made, default=None)
    if epoch is None:
        waits = {one.number: one for one in table.periods if one.end > at}
        steps = tuple(_ahead(waits.get(min(waits)), at)) if waits else ()
        return KeyState(kind.label, "gevraagd" if table.orders(at) else "nog-niet", steps=steps)
    row = rows[epoch]
    return KeyState(
        type=kind.label,
        state=_word(table, at),
        epoch=epoch,
        since=table.starts(epoch),
        until=_until(table, epoch, at),
        prolonged=table.prolonged(at),
        generation=row.generation,
        renewed=row.renewed,
        is_next_made=epoch + 1 in table.made,
        steps=tuple(sorted(_steps(table, row, at), key=lambda step: step[1])),
    )


def _period(table: Timetable, number: int) -> Epoch | None:
    return next((one for one in table.periods if one.number == number), None)


def _until(table: Timetable, epoch: int, at: int) -> int | None:
    """When a key is used no more: as the timetable has it once the next key is made; before that as it is planned now."""
    period, ends = _period(table, epoch), table.ends(epoch)
    if period is None or ends is None or epoch + 1 in table.made or ends <= at:
        return ends
    return min(ends, period.end + table.prolonged(at) * epochs.PROLONG)


def _word(table: Timetable, at: int) -> State:
    if table.is_closed(at):
        return "gesloten"
    if table.checks(at) is None:
        return "klaar"
    return "verlengd" if table.prolonged(at) else "in-gebruik"


def _ahead(period: Epoch | None, at: int) -> Iterator[tuple[Step, int]]:
    if period is not None and period.start - epochs.ORDER > at:
        yield "bestellen", period.start - epochs.ORDER
    if period is not None and period.start > at:
        yield "overstap", period.start


def _steps(table: Timetable, row: Key, at: int) -> Iterator[tuple[Step, int]]:
    """What is still to come of a key in use, and of the one that follows it."""
    following = row.epoch + 1
    period = _period(table, following)
    ends = _until(table, row.epoch, at)
    planned: list[tuple[Step, int | None]] = [
        ("verversen", row.renewed + epochs.REFRESH),
        ("bestellen", period.start - epochs.ORDER if period and following not in table.made else None),
        ("overlap", period.start - epochs.OVERLAP if period else None),
        ("overstap", table.starts(following) or (period.start if period else None)),
        ("wissen", ends + epochs.GRACE if ends is not None else None),
    ]
    for step, when in planned:
        if when is not None and when > at:
            yield step, when

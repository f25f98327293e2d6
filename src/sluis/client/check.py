"""Check identifiers one already holds, in every scope: evaluate, find the entry, subtract the own signal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from sluis.client import evaluate, lookup, watch
from sluis.client.casebook import Followed
from sluis.client.session import Matter, Session
from sluis.core.exchange import asking, entries, signal
from sluis.core.exchange.encodings import KeyId, Tag
from sluis.core.exchange.entries import Hit, NoHit
from sluis.core.exchange.keys import KeyRecord
from sluis.core.exchange.words import Use
from sluis.core.identifiers import scopes
from sluis.core.identifiers.kinds import Identifier
from sluis.wire import clock, trace

_BANDS: Final = ("1", "2-3", "4+")
DAY: Final = 86_400
ACTIVITY: Final = "bevragen"


@dataclass(frozen=True, slots=True, repr=False)
class Checked:
    """One checked identifier: the outcome, and what a disclosure would need. Never leaves the premises.

    `scope` names the scope that gave a hit, empty for the identifier itself; `case` the case it was asked in. A protected
    identifier was not evaluated: its `output` and `commitment` are empty.
    """

    identifier: Identifier
    outcome: Hit | NoHit
    key_id: KeyId
    output: bytes
    commitment: bytes
    failed_holders: tuple[str, ...] = ()
    scope: str = ""
    case: str = ""

    @property
    def voucher(self) -> bytes:
        """What shows the hub that the identifier was evaluated."""
        return signal.voucher(self.output, self.key_id)

    @property
    def tag(self) -> Tag:
        """The tag the hub knows it by."""
        return signal.tag(self.key_id, self.voucher)

    def followed(self, matter: Matter) -> Followed:
        """What is remembered of a hit, so that a correction reaches its case."""
        found = (
            self.identifier.type.label,
            self.scope,
            str(self.identifier),
            self.case or matter.case,
            matter.purpose,
            matter.circle,
        )
        return Followed(*found, self.output, self.commitment)


@trace.traced
def check(session: Session, identifiers: Sequence[Identifier], *, matter: Matter, cases: Sequence[str] = ()) -> list[Checked]:
    """Checks identifiers of one type, in order, each in all its scopes; the outcome is that of the strongest hit.

    `cases` gives each its own case reference, where one has one; else that of `matter` holds.
    A protected identifier or scope is not evaluated and gives no hit. Each scope counts in the budget.
    Raises NotPermitted `geen-grondslag`, NotAllowed, TooMany, Unavailable.
    """
    if not identifiers:
        return []
    kind = identifiers[0].type.label
    with session.recording(matter, ACTIVITY, kind=kind, amount=len(identifiers)):
        asked = list(zip(identifiers, cases or [""] * len(identifiers), strict=True))
        outcomes = _outcomes(session, asked, matter)
    hits = [one for one in outcomes if isinstance(one.outcome, Hit)]
    watch.remember_hits(session, outcomes[0].key_id, [one.followed(matter) for one in hits])
    session.store.log(matter.logged(ACTIVITY, kind=kind, amount=len(outcomes), outcome=f"{len(hits)} treffers"))
    return outcomes


def _outcomes(session: Session, asked: Sequence[tuple[Identifier, str]], matter: Matter) -> list[Checked]:
    section, member = session.membership(matter.circle)
    kind = asked[0][0].type
    matter.require(section, member, kind=kind.label, use=Use.CHECK.label)
    readings = _readings(session, asked)
    checked = iter(_evaluated(session, session.directory.key(section, kind), readings, matter=matter))
    return [_strongest([next(checked) for _ in reading]) for reading in readings]


@dataclass(frozen=True, slots=True, repr=False)
class _Reading:
    """An identifier as asked, in one of its scopes; `free` when no protected list holds it."""

    asked: Identifier
    scoped: Identifier
    free: bool
    case: str


def _readings(session: Session, asked: Sequence[tuple[Identifier, str]]) -> list[list[_Reading]]:
    held, day = session.protected(), clock.now() // DAY
    return [
        [_Reading(identifier, one, not held.blocks(one, day=day), case) for one in scopes.of(identifier)]
        for identifier, case in asked
    ]


def _evaluated(
    session: Session, record: KeyRecord, readings: Iterable[Iterable[_Reading]], *, matter: Matter
) -> Iterator[Checked]:
    """One for each reading, in order; those that are not free were never asked about."""
    flat = [one for reading in readings for one in reading]
    questions = [asking.Question(one.scoped.octets(), matter.purpose, one.case or matter.case) for one in flat if one.free]
    done = evaluate.evaluate(session, questions, record=record, use=Use.CHECK)
    answers = zip(done.outputs, done.commitments, strict=True)
    asked = [Checked(one.asked, NoHit(), record.id, *(next(answers) if one.free else (b"", b""))) for one in flat]
    tags = [one.tag if one.output else None for one in asked]
    found = lookup.find(session, record, filter(None, tags))
    for one, reading, tag in zip(asked, flat, tags, strict=True):
        named = replace(one, scope=reading.scoped.scope, failed_holders=done.failed, case=reading.case)
        entry = found.get(tag) if tag else None
        yield replace(named, outcome=_outcome(session, entry, record=record)) if entry else named


def _strongest(readings: Sequence[Checked]) -> Checked:
    """The reading with the strongest hit, the narrowest of equals; without a hit the identifier itself."""
    return max(readings, key=_strength)


def _strength(checked: Checked) -> tuple[int, int]:
    hit = checked.outcome
    return (_BANDS.index(hit.band) + 1, -hit.grade) if isinstance(hit, Hit) else (0, 0)


def _outcome(session: Session, entry: signal.Entry, *, record: KeyRecord) -> Hit | NoHit:
    own, today = session.store.own_signal(record.id, entry.tag), clock.now() // DAY
    counts = own is not None and own.counts and own.expires >= today
    return entries.read(entry, today=today, own_counts=counts)

"""Check identifiers one already holds, in every scope: evaluate, fetch buckets, find the entry, subtract the own signal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import msgspec

from sluis.client import evaluate
from sluis.client.session import Matter, Session
from sluis.core import errors
from sluis.core.exchange import asking, buckets, entries, signal
from sluis.core.exchange.bodies import BucketQuestion
from sluis.core.exchange.encodings import KeyId, Tag
from sluis.core.exchange.entries import Hit, NoHit
from sluis.core.exchange.keys import KeyRecord
from sluis.core.exchange.words import Use
from sluis.core.identifiers import scopes
from sluis.core.identifiers.kinds import Identifier
from sluis.wire import clock

_BIT_TRIES: Final = 3
_BANDS: Final = ("1", "2-3", "4+")
DAY: Final = 86_400


@dataclass(frozen=True, slots=True, repr=False)
class Checked:
    """One checked identifier: the outcome, and what a disclosure would need. Never leaves the premises.

    `scope` names the scope that gave a hit, empty for the identifier itself. A protected identifier was not evaluated: its
    `output` and `commitment` are empty.
    """

    identifier: Identifier
    outcome: Hit | NoHit
    key_id: KeyId
    output: bytes
    commitment: bytes
    failed_holders: tuple[str, ...] = ()
    scope: str = ""

    @property
    def voucher(self) -> bytes:
        """What shows the hub that the identifier was evaluated."""
        return signal.voucher(self.output, self.key_id)

    @property
    def tag(self) -> Tag:
        """The tag the hub knows it by."""
        return signal.tag(self.key_id, self.voucher)


def check(session: Session, identifiers: Sequence[Identifier], *, matter: Matter) -> list[Checked]:
    """Checks identifiers of one type, in order, each in all its scopes; the outcome is that of the strongest hit.

    A protected identifier or scope is not evaluated and gives no hit. Each scope counts in the budget.
    Raises NotPermitted `geen-grondslag`, NotAllowed, TooMany, Unavailable.
    """
    if not identifiers:
        return []
    section, member = session.membership(matter.circle)
    matter.require(section, member, kind=identifiers[0].type.label, use=Use.CHECK.label)
    readings = _readings(session, identifiers)
    checked = iter(_evaluated(session, session.directory.key(section, identifiers[0].type), readings, matter=matter))
    outcomes = [_strongest([next(checked) for _ in reading]) for reading in readings]
    hits = sum(isinstance(one.outcome, Hit) for one in outcomes)
    kind = identifiers[0].type.label
    session.store.log(matter.logged("bevragen", kind=kind, amount=len(outcomes), outcome=f"{hits} treffers"))
    return outcomes


@dataclass(frozen=True, slots=True, repr=False)
class _Reading:
    """An identifier as asked, in one of its scopes; `free` when no protected list holds it."""

    asked: Identifier
    scoped: Identifier
    free: bool


def _readings(session: Session, identifiers: Sequence[Identifier]) -> list[list[_Reading]]:
    held, day = session.protected(), clock.now() // DAY
    return [[_Reading(asked, one, not held.blocks(one, day=day)) for one in scopes.of(asked)] for asked in identifiers]


def _evaluated(
    session: Session, record: KeyRecord, readings: Iterable[Iterable[_Reading]], *, matter: Matter
) -> Iterator[Checked]:
    """One for each reading, in order; those that are not free were never asked about."""
    flat = [one for reading in readings for one in reading]
    questions = [asking.Question(one.scoped.octets(), matter.purpose, matter.case) for one in flat if one.free]
    done = evaluate.evaluate(session, questions, record=record, use=Use.CHECK)
    answers = zip(done.outputs, done.commitments, strict=True)
    asked = [Checked(one.asked, NoHit(), record.id, *(next(answers) if one.free else (b"", b""))) for one in flat]
    found = _entries(session, record.id, {one.tag for one in asked if one.output})
    for one, reading in zip(asked, flat, strict=True):
        named = replace(one, scope=reading.scoped.scope, failed_holders=done.failed)
        yield _with_outcome(session, named, found.get(one.tag)) if reading.free else named


def _strongest(readings: Sequence[Checked]) -> Checked:
    """The reading with the strongest hit, the narrowest of equals; without a hit the identifier itself."""
    return max(readings, key=_strength)


def _strength(checked: Checked) -> tuple[int, int]:
    hit = checked.outcome
    return (_BANDS.index(hit.band) + 1, -hit.grade) if isinstance(hit, Hit) else (0, 0)


def _with_outcome(session: Session, checked: Checked, entry: signal.Entry | None) -> Checked:
    own, today = session.store.own_signal(checked.key_id, checked.tag), clock.now() // DAY
    counts = own is not None and own.counts and own.expires >= today
    outcome = entries.read(entry, today=today, own_counts=counts)
    return replace(checked, outcome=outcome)


def _entries(session: Session, key_id: KeyId, tags: Iterable[Tag]) -> dict[Tag, signal.Entry]:
    wanted = set(tags)
    for _ in range(_BIT_TRIES):
        bits = session.bits.get(key_id, 0)
        try:
            return _fetch(session, key_id, wanted, bits=bits)
        except errors.Conflict as error:
            if error.reason != "andere-bucket":
                raise
            session.bits[key_id] = int(str(error.fields.get("bits", 0)))
    raise errors.Unavailable("The number of bucket bits keeps changing; try again.", code="andere-bucket")


def _fetch(session: Session, key_id: KeyId, tags: set[Tag], *, bits: int) -> dict[Tag, signal.Entry]:
    prefixes = sorted({buckets.prefix(tag, bits) for tag in tags})
    found: dict[int, bytes] = {}
    for start in range(0, len(prefixes), buckets.MAX_PREFIXES):
        asked = prefixes[start : start + buckets.MAX_PREFIXES]
        body = msgspec.json.encode(BucketQuestion(bits, key_id, tuple(asked)))
        octets = session.transport.post(f"{session.edge}/v1/bevragingen", body)
        if len(octets) != len(asked) * buckets.BUCKET_OCTETS:
            raise errors.ProtocolFailure("The edge did not send whole buckets.", code="bucket-lengte", party="knooppunt")
        cut = range(0, len(octets), buckets.BUCKET_OCTETS)
        found.update(zip(asked, (octets[i : i + buckets.BUCKET_OCTETS] for i in cut), strict=True))
    entries_ = {tag: buckets.find(found[buckets.prefix(tag, bits)], tag) for tag in tags}
    return {tag: entry for tag, entry in entries_.items() if entry is not None}

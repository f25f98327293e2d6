"""Check identifiers one already holds: evaluate, fetch buckets, find the entry, subtract the own signal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from sluis.client import evaluate
from sluis.client.session import Matter, Session
from sluis.core import errors
from sluis.core.exchange import asking, buckets, entries, signal
from sluis.core.exchange.bodies import BucketQuestion
from sluis.core.exchange.encodings import KeyId, Tag
from sluis.core.exchange.entries import Hit, NoHit
from sluis.core.exchange.words import Use
from sluis.core.identifiers.kinds import Identifier
from sluis.wire import clock

_BIT_TRIES: Final = 3
DAY: Final = 86_400


@dataclass(frozen=True, slots=True, repr=False)
class Checked:
    """One checked identifier: the outcome, and what a disclosure would need. Never leaves the premises."""

    identifier: Identifier
    outcome: Hit | NoHit
    key_id: KeyId
    output: bytes
    commitment: bytes
    failed_holders: tuple[str, ...] = ()

    @property
    def voucher(self) -> bytes:
        """What shows the hub that the identifier was evaluated."""
        return signal.voucher(self.output, self.key_id)

    @property
    def tag(self) -> Tag:
        """The tag the hub knows it by."""
        return signal.tag(self.key_id, self.voucher)


def check(session: Session, identifiers: Sequence[Identifier], *, matter: Matter) -> list[Checked]:
    """Checks identifiers of one type, in order. A protected identifier is refused: it never gives an alert.

    Raises NotPermitted `geen-grondslag` or `beschermd-kenmerk`, NotAllowed, TooMany, Unavailable.
    """
    if not identifiers:
        return []
    checked = _evaluated(session, identifiers, matter)
    found = _entries(session, checked[0].key_id, {one.tag for one in checked})
    outcomes = [_with_outcome(session, one, found.get(one.tag)) for one in checked]
    hits = sum(isinstance(one.outcome, Hit) for one in outcomes)
    kind = identifiers[0].type.label
    session.store.log(matter.logged("bevragen", kind=kind, amount=len(outcomes), outcome=f"{hits} treffers"))
    return outcomes


def _evaluated(session: Session, identifiers: Sequence[Identifier], matter: Matter) -> list[Checked]:
    kind = identifiers[0].type
    section, member = session.membership(matter.circle)
    matter.require(section, member, kind=kind.label, use=Use.CHECK.label)
    held = session.protected()
    for identifier in identifiers:
        held.require_free(identifier, day=clock.now() // DAY)
    questions = [asking.Question(one.octets(), matter.purpose, matter.case) for one in identifiers]
    record = session.directory.key(section, kind)
    done = evaluate.evaluate(session, questions, record=record, use=Use.CHECK)
    each = zip(identifiers, done.outputs, done.commitments, strict=True)
    return [Checked(one, NoHit(), record.id, output, commitment, done.failed) for one, output, commitment in each]


def _with_outcome(session: Session, checked: Checked, entry: signal.Entry | None) -> Checked:
    own, today = session.store.own_signal(checked.key_id, checked.tag), clock.now() // DAY
    counts = own is not None and own.counts and own.expires >= today
    outcome = entries.read(entry, today=today, own_counts=counts)
    return Checked(checked.identifier, outcome, checked.key_id, checked.output, checked.commitment, checked.failed_holders)


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

"""What each party really got of a followed signal: from the requests that were recorded, and from the hub's tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import msgspec

from sluis.core.exchange import wire
from sluis.core.exchange.admission import Publication
from sluis.core.exchange.bodies import BucketQuestion
from sluis.demo.live.recording import Recorder
from sluis.demo.live.register import Register
from sluis.demo.live.thief import Moment, Search
from sluis.demo.live.trail import EdgeSaw, Evaluation, HubSaw, LogHolds

OK: Final = 200
_ROW: Final = "SELECT tag, header, salt, context, signature FROM exchange_signal WHERE signal_id = %s"
_LEAF: Final = """
SELECT p.place, l.leaf, e.salt, e.event FROM audit_event e JOIN audit_leaf l ON l.number = e.leaf_id
JOIN audit_place p USING (leaf_id)
WHERE e.activity = 'delen' AND e.outcome = 'passed' AND e.party = %s AND e.xmin::text::bigint >= %s
ORDER BY p.place LIMIT 1
"""


@dataclass(slots=True)
class Facts:
    """What hub and log hold of the signal, and what a thief finds in it."""

    hub: HubSaw | None = None
    log: LogHolds | None = None
    search: Search | None = None


def logged(register: Register, publisher: bytes, since: Moment) -> LogHolds | None:
    """The leaf of the newest sharing by a party since a moment, once it has a place; None before that."""
    with register.connection() as connection:
        row = connection.execute(_LEAF, (publisher, since.number % 2**32)).fetchone()
    return LogHolds(row[0], bytes(row[1]), bytes(row[2]), bytes(row[3]).decode()) if row else None


def gather(register: Register, signal_id: bytes, log: LogHolds | None) -> Facts:
    """The hub's row of a signal beside its leaf."""
    with register.connection() as connection:
        row = connection.execute(_ROW, (signal_id,)).fetchone()
    return Facts(HubSaw(*(bytes(one) for one in row)) if row else None, log)


def evaluations(recorder: Recorder, holder: str, parties: tuple[str, ...]) -> tuple[Evaluation, ...]:
    """What a holder was asked by these parties, in order, and what it answered."""
    asked = (one for one in recorder.sent if one.party in parties and one.url == f"{holder}/v1/evaluate")
    return tuple(_evaluation(one.party, one.body, one.answer) for one in asked if one.status == OK)


def _evaluation(party: str, body: bytes, answered: bytes) -> Evaluation:
    request, answer = wire.EvaluateRequest.parse(body), wire.EvaluateAnswer.parse(answered)
    return Evaluation(party, request.use.label, bytes(request.blinded[0]), bytes(answer.evaluated[0]), bytes(answer.proof))


def bucket(recorder: Recorder, edge: str, party: str) -> EdgeSaw | None:
    """The last question for a bucket that was answered."""
    for sent in reversed(recorder.to(edge, "/v1/bevragingen", party=party)):
        if sent.status == OK:
            asked = msgspec.json.decode(sent.body, type=BucketQuestion)
            return EdgeSaw(party, asked.bits, asked.prefixes[0], len(sent.answer))
    return None


def voucher(recorder: Recorder, web: str, *, party: str) -> bytes:
    """The voucher that came with the publication, 32 octets; empty when there was none. The hub keeps it nowhere."""
    for sent in recorder.to(web, "/v1/kringen/", party=party):
        if sent.url.endswith("/signalen"):
            return msgspec.json.decode(sent.body, type=Publication).signals[0].voucher
    return b""

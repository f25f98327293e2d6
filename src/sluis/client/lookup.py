"""Find the entries of tags: in the replica of a replica circle, in buckets from the edge otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from sluis.client import following
from sluis.client.session import Session
from sluis.core import errors
from sluis.core.exchange import buckets
from sluis.core.exchange.bodies import BucketQuestion
from sluis.core.exchange.encodings import Tag
from sluis.core.exchange.keys import KeyRecord
from sluis.core.exchange.signal import Entry

_BIT_TRIES: Final = 3


def find(session: Session, record: KeyRecord, tags: Iterable[bytes]) -> Mapping[bytes, Entry]:
    """The entries there are for these tags under a key. Raises NotPermitted, NotAllowed, Unavailable, ProtocolFailure."""
    wanted = set(tags)
    if not wanted:
        return {}
    if session.directory.snapshot().section(record.circle).mode == "replica":
        following.require_fresh(session, record)
        found = {tag: session.store.replica.find(record.id, tag) for tag in wanted}
        return {tag: entry for tag, entry in found.items() if entry is not None}
    return _from_buckets(session, record.id, wanted)


def _from_buckets(session: Session, key_id: bytes, wanted: set[bytes]) -> Mapping[bytes, Entry]:
    for _ in range(_BIT_TRIES):
        bits = session.bits.get(key_id, 0)
        try:
            return _fetch(session, key_id, wanted, bits=bits)
        except errors.Conflict as error:
            if error.reason != "andere-bucket":
                raise
            session.bits[key_id] = int(str(error.fields.get("bits", 0)))
    raise errors.Unavailable("The number of bucket bits keeps changing; try again.", code="andere-bucket")


def _fetch(session: Session, key_id: bytes, tags: set[bytes], *, bits: int) -> Mapping[bytes, Entry]:
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
    entries = {tag: buckets.find(found[buckets.prefix(tag, bits)], Tag(tag)) for tag in tags}
    return {tag: entry for tag, entry in entries.items() if entry is not None}

"""What a supervisor is handed: events with their proofs, then both record logs, as lines of JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

import msgspec
from django.db.models import QuerySet

from sluis.apps.audit.models import Decision, EdgeAudit, Event, PlacedLeaf, Processing
from sluis.apps.audit.selectors import records, tree
from sluis.core.exchange.log import merkle, tiles
from sluis.core.exchange.log.exported import Entry, Head, Record

_BATCH: Final = 256
Row = tuple[int, int, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for: from `since` to before `until` (seconds); of one party or one circle (16 octets) where named.

    Of an erased event nobody knows the circle any more: with a circle named it is left out.
    """

    since: int
    until: int
    party: bytes | None = None
    circle: bytes | None = None


def lines(asked: Asked) -> Iterator[bytes]:
    """The export, a line at a time; a few queries for each 256 events. Raises NotFound `onbekend-checkpoint` before a log."""
    size = tree.witnessed_size()
    head = (tree.note(size), asked.since, asked.until, (asked.party or b"").hex(), (asked.circle or b"").hex())
    yield msgspec.json.encode(Head(*head))
    places = _places(asked).filter(place__lt=size).order_by("place").values_list("place", "leaf_id", "leaf__leaf")
    for rows in _batches(places.iterator(chunk_size=_BATCH)):
        yield from map(msgspec.json.encode, _entries(rows, size=size))
    yield from map(msgspec.json.encode, _records(asked))


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while batch := list(islice(rows, _BATCH)):
        yield batch


def _places(asked: Asked) -> QuerySet[PlacedLeaf]:
    rows = PlacedLeaf.objects.filter(leaf__time__gte=asked.since, leaf__time__lt=asked.until)
    if asked.party is not None:
        rows = rows.filter(party=asked.party)
    if asked.circle is not None:
        rows = rows.filter(leaf_id__in=Event.objects.filter(circle=asked.circle).values("leaf_id"))
    return rows


def _entries(rows: Sequence[Row], *, size: int) -> Iterator[Entry]:
    events = Event.objects.in_bulk([leaf for _place, leaf, _octets in rows])
    ranges = {place: merkle.inclusion_ranges(place, size) for place, _leaf, _octets in rows}
    known = tree.tiles_named(tiles.needed(one for path in ranges.values() for one in path))
    for place, leaf, octets in rows:
        event = events.get(leaf)
        salt, text = (bytes(event.salt), bytes(event.event)) if event else (b"", b"")
        yield Entry(event=text, index=place, leaf=bytes(octets), path=tiles.proof(ranges[place], known), salt=salt)


def _records(asked: Asked) -> Iterator[Record]:
    span = {"gte": asked.since, "lt": asked.until}
    in_ms = {how: seconds * 1000 for how, seconds in span.items()}
    processed = _narrowed(Processing.objects.filter(**_within("ended", in_ms)), controller=asked.party, circle=asked.circle)
    decided = _narrowed(
        Decision.objects.filter(**_within("time", in_ms)), subject=_hex(asked.party), resource=_hex(asked.circle)
    )
    at_edge = _narrowed(EdgeAudit.objects.filter(**_within("time", span)), member=asked.party, circle=asked.circle)
    for row in processed.iterator(chunk_size=_BATCH):
        yield Record("processing", _raw(records.processing_row(row)))
    for row in decided.iterator(chunk_size=_BATCH):
        yield Record("decision", _raw(records.decision_row(row)))
    for row in at_edge.iterator(chunk_size=_BATCH):
        yield Record("edge", _raw(records.edge_row(row)))


def _within(column: str, span: dict[str, int]) -> dict[str, int]:
    return {f"{column}__{how}": moment for how, moment in span.items()}


def _narrowed(rows: QuerySet[Any], **values: bytes | str | None) -> QuerySet[Any]:
    return rows.filter(**{name: value for name, value in values.items() if value is not None}).order_by("number")


def _hex(octets: bytes | None) -> str | None:
    return octets.hex() if octets is not None else None


def _raw(row: msgspec.Struct) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(row))

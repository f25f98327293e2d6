"""Reads of the log: counts and reasons for pages; tiles, checkpoints, proofs and own events for who verifies."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.db import connection
from django.db.models import Count, Max, QuerySet, Sum

from sluis.apps.audit.models import Checkpoint, EdgeAudit, Event, HolderLine, PlacedLeaf
from sluis.core import errors
from sluis.core.exchange.bodies import LeafGiven, OwnEvent
from sluis.core.exchange.log import merkle, tiles
from sluis.core.exchange.log.inclusion import Logged
from sluis.core.exchange.log.merkle import HASH_OCTETS
from sluis.core.exchange.log.tiles import Edge, Place, Tile

PASSED_AT_EDGE = "passed"
# Leaves about the edge's own lines, which are counted from the lines themselves.
EDGE_LEAF: Final = "leeskant"
_LAST_TILES: Final = """
SELECT last.number, last.hashes FROM generate_series(0, 7) AS one (level), LATERAL
    (SELECT number, hashes FROM audit_tile WHERE level = one.level ORDER BY number DESC LIMIT 1) AS last
ORDER BY one.level
"""
# Planned a third faster than a join with arrays; a proof names a tile per level.
_TILES: Final = "SELECT level, number, hashes FROM audit_tile WHERE "
_THIS_TILE: Final = "level = %s AND number = %s"
_NOTE: Final = """
SELECT note || coalesce((SELECT string_agg(line, '' ORDER BY name) FROM audit_cosignature WHERE size = there.size), '')
FROM audit_checkpoint AS there WHERE size = %s
"""
_OWN: Final = """
SELECT place, event, salt FROM (
    (SELECT place, leaf_id FROM audit_place WHERE party = %(party)s AND place >= %(start)s ORDER BY place LIMIT %(limit)s)
    UNION
    (SELECT place, leaf_id FROM audit_place WHERE witness = %(party)s AND place >= %(start)s ORDER BY place LIMIT %(limit)s)
) AS own LEFT JOIN audit_event USING (leaf_id) ORDER BY place LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class Passed:
    """How often one activity passed in a circle, in calls and in identifiers."""

    activity: str
    calls: int
    amount: int


@dataclass(frozen=True, slots=True)
class Refused:
    """How often one ground kept a gate shut."""

    activity: str
    ground: str
    articles: tuple[str, ...]
    calls: int


@dataclass(frozen=True, slots=True)
class Tally:
    """What passed and what was refused in a circle since a moment; no identifier, and nobody's name."""

    passed: tuple[Passed, ...]
    refused: tuple[Refused, ...]


def tally(circle: bytes, *, since: int) -> Tally:
    """The counts of one circle since `since` (seconds), hub and edge together. Scope: all members."""
    events = Event.objects.filter(circle=circle, time__gte=since)
    at_hub = events.filter(outcome="passed").exclude(activity=EDGE_LEAF)
    edge = EdgeAudit.objects.filter(circle=circle, time__gte=since)
    passed = [
        Passed(row["activity"], row["calls"], row["amount"])
        for row in at_hub.values("activity").annotate(calls=Count("pk"), amount=Sum("amount"))
    ]
    asked, followed = edge.filter(outcome=PASSED_AT_EDGE, prefixes__gt=0), edge.filter(outcome=PASSED_AT_EDGE, prefixes=0)
    at_edge = asked.aggregate(calls=Count("pk"), amount=Sum("prefixes"))
    if at_edge["calls"]:
        passed.append(Passed("bevragen", at_edge["calls"], at_edge["amount"]))
    if streams := followed.count():
        passed.append(Passed("volgen", streams, streams))
    return Tally(tuple(sorted(passed, key=lambda one: one.activity)), (*_refused_at_hub(events), *_refused_at_edge(edge)))


def _refused_at_hub(events: QuerySet[Event]) -> list[Refused]:
    rows = events.filter(outcome="refused").values("activity", "ground", "articles").annotate(calls=Count("pk"))
    return [Refused(row["activity"], row["ground"], tuple(row["articles"]), row["calls"]) for row in rows.order_by("-calls")]


def _refused_at_edge(edge: QuerySet[EdgeAudit]) -> list[Refused]:
    rows = edge.exclude(outcome=PASSED_AT_EDGE).values("outcome").annotate(calls=Count("pk"))
    return [Refused("bevragen", row["outcome"], (), row["calls"]) for row in rows.order_by("-calls")]


def evaluations(*, since: int) -> int:
    """How many identifiers the holders say they evaluated since `since`; the most that one holder says."""
    rows = HolderLine.objects.filter(time__gte=since).values("holder").annotate(amount=Sum("m"))
    return max((row["amount"] for row in rows), default=0)


# the log


def edge() -> Edge:
    """The right edge of the tree, from the last tile of each level."""
    with connection.cursor() as cursor:
        cursor.execute(_LAST_TILES)
        return Edge.of([(number, bytes(hashes)) for number, hashes in cursor.fetchall()])


def tiles_named(wanted: Iterable[Tile]) -> dict[Tile, bytes]:
    """The stored octets of these tiles, those that are there, in one query."""
    asked = list(wanted)
    if not asked:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_TILES + " OR ".join([_THIS_TILE] * len(asked)), [number for tile in asked for number in tile])
        return {Tile(level, number): bytes(hashes) for level, number, hashes in cursor.fetchall()}


def tile(asked: Place) -> bytes:
    """So many hashes or entries of a tile as asked. Raises NotFound `geen-tegel` when the log is not as large."""
    octets = tiles_named([asked.tile]).get(asked.tile, b"")[: asked.width * HASH_OCTETS]
    if len(octets) < asked.width * HASH_OCTETS:
        raise errors.NotFound("The log has no such tile.", code="geen-tegel")
    if not asked.is_bundle:
        return octets
    first = asked.tile.number * tiles.WIDTH
    placed = PlacedLeaf.objects.filter(place__gte=first, place__lt=first + asked.width).order_by("place")
    return tiles.bundle(bytes(leaf) for leaf in placed.values_list("leaf__leaf", flat=True))


def note(size: int) -> str:
    """The checkpoint of this size with every cosignature kept. Raises NotFound `onbekend-checkpoint`."""
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, [size])
        row = cursor.fetchone()
    if row is None:
        raise errors.NotFound("The log keeps no checkpoint of this size.", code="onbekend-checkpoint")
    return str(row[0])


def newest_note() -> str:
    """The newest checkpoint, whoever cosigned it. Raises NotFound `onbekend-checkpoint` when the log is empty."""
    return note(newest_size())


def newest_size() -> int:
    """The size of the newest checkpoint; 0 when the log is empty."""
    return Checkpoint.objects.aggregate(size=Max("size"))["size"] or 0


def witnessed_size() -> int:
    """The size of the newest checkpoint that enough holders cosigned; 0 when there is none."""
    return Checkpoint.objects.filter(witnessed=True).aggregate(size=Max("size"))["size"] or 0


def public_note() -> str:
    """The newest checkpoint that enough holders cosigned; before there is one, the newest. Raises NotFound."""
    return note(size) if (size := witnessed_size()) else newest_note()


def logged(leaf: int, *, size: int) -> Logged | None:
    """The leaf's event with its proof under the checkpoint of this size; None when it has no place there, or was erased."""
    place = PlacedLeaf.objects.filter(leaf_id=leaf, place__lt=size).values_list("place", flat=True).first()
    event = Event.objects.filter(leaf_id=leaf).first()
    if place is None or event is None:
        return None
    ranges = merkle.inclusion_ranges(place, size)
    path = tiles.proof(ranges, tiles_named(tiles.needed(ranges)))
    return Logged(event=bytes(event.event), salt=bytes(event.salt), index=place, path=path, checkpoint=note(size))


def events_of(party: bytes, *, start: int, limit: int) -> list[OwnEvent]:
    """What the log has of a party, or of what it says as a key holder, from place `start` on. Erased ones have no event."""
    with connection.cursor() as cursor:
        cursor.execute(_OWN, {"party": party, "start": start, "limit": limit})
        return [OwnEvent(event=bytes(event or b""), place=at, salt=bytes(salt or b"")) for at, event, salt in cursor.fetchall()]


def leaves_of_lines(holder: int, digests: Sequence[bytes]) -> list[LeafGiven]:
    """Salt and event of the leaf of each of a holder's lines, in the order of `digests`; empty where erased."""
    rows = HolderLine.objects.filter(holder=holder, digest__in=digests).values_list("digest", "leaf")
    numbers = {bytes(digest): leaf for digest, leaf in rows}
    events = Event.objects.in_bulk([leaf for leaf in numbers.values() if leaf is not None])
    return [_given(events.get(numbers.get(digest))) for digest in digests]


def _given(event: Event | None) -> LeafGiven:
    return LeafGiven(event=bytes(event.event), salt=bytes(event.salt)) if event else LeafGiven(event=b"", salt=b"")

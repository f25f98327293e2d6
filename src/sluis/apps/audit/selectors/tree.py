"""Reads of the log for who verifies: tiles, checkpoints, proofs and own events."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from django.db import connection
from django.db.models import Max

from sluis.apps.audit.models import Checkpoint, Event, HolderLine, PlacedLeaf
from sluis.core import errors
from sluis.core.exchange.bodies import LeafGiven, OwnEvent
from sluis.core.exchange.log import merkle, tiles
from sluis.core.exchange.log.inclusion import Logged
from sluis.core.exchange.log.merkle import HASH_OCTETS
from sluis.core.exchange.log.tiles import Edge, Place, Tile

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
    path = inclusion_path(place, size=size)
    return Logged(event=bytes(event.event), salt=bytes(event.salt), index=place, path=path, checkpoint=note(size))


def inclusion_path(place: int, *, size: int) -> tuple[bytes, ...]:
    """The hashes (32 octets each) from the leaf at `place` up to the root of the tree of this size, in one query."""
    ranges = merkle.inclusion_ranges(place, size)
    return tiles.proof(ranges, tiles_named(tiles.needed(ranges)))


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

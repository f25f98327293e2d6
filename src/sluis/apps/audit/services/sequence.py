"""The one sequencer: gives waiting leaves their place in the tree, stores tiles, signs a checkpoint. All of it or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import connection, transaction

from sluis.apps.audit import selectors
from sluis.apps.audit.models import Checkpoint, Waiting
from sluis.core.exchange.log import checkpoint
from sluis.core.exchange.log.tiles import Tile
from sluis.wire import clock, credentials

BATCH: Final = 8_192
KEEP: Final = 86_400
# What is committed waits here, whatever its number: a leaf whose transaction ends late is taken late, and never lost.
_TAKE: Final = """
WITH taken AS (
    DELETE FROM audit_waiting WHERE leaf_id IN (SELECT leaf_id FROM audit_waiting ORDER BY leaf_id LIMIT %(limit)s)
    RETURNING leaf_id, party, witness
), placed AS (
    INSERT INTO audit_place (place, leaf_id, party, witness)
    SELECT %(size)s + row_number() OVER (ORDER BY leaf_id) - 1, leaf_id, party, witness FROM taken RETURNING place, leaf_id
)
SELECT leaf FROM placed JOIN audit_leaf ON number = leaf_id ORDER BY place
"""
_STORE: Final = """
INSERT INTO audit_tile (level, number, hashes) SELECT * FROM unnest(%(level)s::int[], %(number)s::bigint[], %(hashes)s::bytea[])
ON CONFLICT (level, number) DO UPDATE SET hashes = excluded.hashes
"""


def sequence(*, batch: int = BATCH) -> int:
    """Places every leaf that waits, at most `batch` in one transaction with its checkpoint. Returns how many."""
    total, placed = 0, batch
    while placed == batch and Waiting.objects.exists():
        placed = _place(batch)
        total += placed
    return total


def _place(batch: int) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        # Two sequencers would give two leaves one place; the other one waits here and then finds the tree as this leaves it.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('log', 7))")
        edge = selectors.edge()
        cursor.execute(_TAKE, {"size": edge.size, "limit": batch})
        entries = [bytes(leaf) for (leaf,) in cursor.fetchall()]
        if not entries:
            return 0
        grown = edge.extend(entries)
        cursor.execute(_STORE, _columns(grown.tiles))
        now = checkpoint.Checkpoint(settings.SLUIS_LOG_ORIGIN, grown.edge.size, grown.edge.root())
        Checkpoint.objects.create(size=now.size, time=clock.now(), note=now.signed(_log_key(settings.SLUIS_LOG_KEY_FILE)))
    return len(entries)


def _columns(tiles: Mapping[Tile, bytes]) -> dict[str, list[Any]]:
    return {
        "level": [tile.level for tile in tiles],
        "number": [tile.number for tile in tiles],
        "hashes": list(tiles.values()),
    }


@lru_cache(maxsize=2)
def _log_key(file: str) -> Ed25519PrivateKey:
    return credentials.signing_key(Path(file))


def forget_checkpoints() -> int:
    """Removes checkpoints older than a day but for the newest, and the newest that enough holders cosigned; how many."""
    old = Checkpoint.objects.filter(time__lt=clock.now() - KEEP)
    removed, _ = old.exclude(size__in=[selectors.newest_size(), selectors.witnessed_size()]).delete()
    return removed

"""Whether one checkpoint of a log goes on from another, as a witness asks before it signs.

Source: RFC 9162 section 2.1.4, C2SP tlog-witness.
"""

from __future__ import annotations

from collections.abc import Callable

from sluis.core import errors
from sluis.core.exchange.log import merkle, tiles
from sluis.core.exchange.log.checkpoint import Checkpoint
from sluis.core.exchange.log.tiles import Tile

FORKED = "logboek-gevorkt"


def require_grown(old: Checkpoint, now: Checkpoint, read: Callable[[Tile], bytes]) -> None:
    """Raises ProtocolFailure `logboek-gevorkt` unless the log of `now` begins with that of `old`, which is no larger.

    `read` gives the octets of a tile of the tree of `now`; what it raises is not caught: a log that is away is not forked.
    """
    if old.origin != now.origin:
        raise errors.ProtocolFailure("These are checkpoints of two logs.", code=FORKED)
    if old.size == now.size:
        _require_same(old, now)
        return
    ranges = merkle.consistency_ranges(old.size, now.size) if old.size else []
    try:
        path = tiles.collect(ranges, read)
        merkle.require_consistency((old.size, old.root), (now.size, now.root), path)
    except (errors.ProtocolFailure, errors.Malformed):
        raise errors.ProtocolFailure(
            f"The log of {now.size} entries does not begin with the {old.size} seen before: it was forked.", code=FORKED
        ) from None


def _require_same(old: Checkpoint, now: Checkpoint) -> None:
    if old.root != now.root:
        raise errors.ProtocolFailure(
            f"The log signed two roots for the same {now.size} entries: it shows two faces.", code=FORKED
        )

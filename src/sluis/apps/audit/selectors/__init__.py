"""Reads of the log: counts for pages; tiles, checkpoints, proofs and own events for who verifies."""

from sluis.apps.audit.selectors.counts import EDGE_LEAF, PASSED_AT_EDGE, Passed, Refused, Tally, evaluations, tally
from sluis.apps.audit.selectors.tree import (
    edge,
    events_of,
    leaves_of_lines,
    logged,
    newest_note,
    newest_size,
    note,
    public_note,
    tile,
    tiles_named,
    witnessed_size,
)

__all__ = [
    "EDGE_LEAF",
    "PASSED_AT_EDGE",
    "Passed",
    "Refused",
    "Tally",
    "edge",
    "evaluations",
    "events_of",
    "leaves_of_lines",
    "logged",
    "newest_note",
    "newest_size",
    "note",
    "public_note",
    "tally",
    "tile",
    "tiles_named",
    "witnessed_size",
]

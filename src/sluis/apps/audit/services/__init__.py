"""Writes of the log: what happened, what holders say, the order of leaves, cosignatures, and erasure."""

from sluis.apps.audit.services.draws import By, commit_day, end_samples, lapse_samples, reveal_day
from sluis.apps.audit.services.edge_lines import log_edge_lines
from sluis.apps.audit.services.erase import erase_event
from sluis.apps.audit.services.happenings import Happening, record, recorded_refusals, refuse
from sluis.apps.audit.services.lines import forget_edge_nonces, keep_holder_lines
from sluis.apps.audit.services.records import Decided, Processed, forget_subject, record_decision, record_processing
from sluis.apps.audit.services.sequence import forget_checkpoints, sequence
from sluis.apps.audit.services.witness import keep_cosignature, mark_witnessed

__all__ = [
    "By",
    "Decided",
    "Happening",
    "Processed",
    "commit_day",
    "end_samples",
    "erase_event",
    "forget_checkpoints",
    "forget_edge_nonces",
    "forget_subject",
    "keep_cosignature",
    "keep_holder_lines",
    "lapse_samples",
    "log_edge_lines",
    "mark_witnessed",
    "record",
    "record_decision",
    "record_processing",
    "recorded_refusals",
    "refuse",
    "reveal_day",
    "sequence",
]

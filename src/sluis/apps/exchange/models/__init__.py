"""Tables of the exchange: ceremonies and keys, signals, what follows them, and pilots."""

from sluis.apps.exchange.models.ceremonies import (
    Attestation,
    Ceremony,
    CeremonyState,
    Generation,
    Key,
    Message,
    RefreshOrder,
)
from sluis.apps.exchange.models.following import Access, Dispute, Entry, Feedback, Receipt, Removal
from sluis.apps.exchange.models.pilots import Pilot, PilotPlan, PilotStep
from sluis.apps.exchange.models.signals import Approval, ApprovalState, Disclosure, Handed, Signal

__all__ = [
    "Access",
    "Approval",
    "ApprovalState",
    "Attestation",
    "Ceremony",
    "CeremonyState",
    "Disclosure",
    "Dispute",
    "Entry",
    "Feedback",
    "Generation",
    "Handed",
    "Key",
    "Message",
    "Pilot",
    "PilotPlan",
    "PilotStep",
    "Receipt",
    "RefreshOrder",
    "Removal",
    "Signal",
]

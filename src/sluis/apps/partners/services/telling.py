"""What this room writes in the log: about people and organisations, never a passage of the exchange."""

from __future__ import annotations

from sluis.apps.audit import services as audit
from sluis.apps.audit.services import Happening


def note(activity: str, *, organisation: bytes, detail: str = "") -> None:
    """A leaf inside the caller's transaction, with the party id in its reference.

    Not in its party: what has a party is listed to that organisation as a call of its own machines.
    """
    audit.record(Happening(activity), reference=f"{organisation.hex()} {detail}".strip())

"""Writes: policy snapshots and revocations; people and their roles; what people sign in with."""

from sluis.apps.partners.services.people import Person, end_membership, enrol, name_organisation, note_choice
from sluis.apps.partners.services.policy import Offered, accept_revocation, cosign, offer_policy
from sluis.apps.partners.services.signing_in import (
    confirm_factor,
    forget_factor,
    new_recovery_codes,
    remove_passkey,
    use_code,
)

__all__ = [
    "Offered",
    "Person",
    "accept_revocation",
    "confirm_factor",
    "cosign",
    "end_membership",
    "enrol",
    "forget_factor",
    "name_organisation",
    "new_recovery_codes",
    "note_choice",
    "offer_policy",
    "remove_passkey",
    "use_code",
]

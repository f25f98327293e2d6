"""Writes: policy snapshots and revocations; people and their roles; what people sign in with."""

from sluis.apps.partners.services.changes import Rule, approve, deciding, lapse, payload_of, propose, refuse, withdraw
from sluis.apps.partners.services.people import Person, account, end_membership, enrol, name_organisation, note_choice
from sluis.apps.partners.services.policy import Offered, accept_revocation, cosign, offer_policy
from sluis.apps.partners.services.roles import (
    Invite,
    NewRole,
    accept_invitation,
    approve_invitation,
    approve_role,
    end_role,
    invitation,
    propose_invitation,
    propose_role,
)
from sluis.apps.partners.services.signing_in import (
    confirm_factor,
    forget_factor,
    forget_sessions,
    new_recovery_codes,
    remove_passkey,
    use_code,
)

__all__ = [
    "Invite",
    "NewRole",
    "Offered",
    "Person",
    "Rule",
    "accept_invitation",
    "accept_revocation",
    "account",
    "approve",
    "approve_invitation",
    "approve_role",
    "confirm_factor",
    "cosign",
    "deciding",
    "end_membership",
    "end_role",
    "enrol",
    "forget_factor",
    "forget_sessions",
    "invitation",
    "lapse",
    "name_organisation",
    "new_recovery_codes",
    "note_choice",
    "offer_policy",
    "payload_of",
    "propose",
    "propose_invitation",
    "propose_role",
    "refuse",
    "remove_passkey",
    "use_code",
    "withdraw",
]

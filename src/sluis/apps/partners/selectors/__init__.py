"""Reads: the snapshot in force, what of it a caller may have, and for whom somebody acts."""

from sluis.apps.partners.models import Membership, Role
from sluis.apps.partners.selectors.changes import colleagues, decided_changes, waiting_changes, waiting_for
from sluis.apps.partners.selectors.directory import departed, visible_circles
from sluis.apps.partners.selectors.people import (
    Acting,
    Somebody,
    acting,
    addresses,
    everybody,
    membership_of,
    memberships_of,
    names,
    organisation_of,
    sectors,
    system_of,
)
from sluis.apps.partners.selectors.policy import (
    Candidate,
    PolicyView,
    candidate,
    owner,
    party_of,
    pinned,
    policy_for,
    snapshot,
    stored_snapshot,
    waiting,
    witness,
)
from sluis.apps.partners.selectors.signing_in import FactorState, factor_state, needs_code, totp_of

__all__ = [
    "Acting",
    "Candidate",
    "FactorState",
    "Membership",
    "PolicyView",
    "Role",
    "Somebody",
    "acting",
    "addresses",
    "candidate",
    "colleagues",
    "decided_changes",
    "departed",
    "everybody",
    "factor_state",
    "membership_of",
    "memberships_of",
    "names",
    "needs_code",
    "organisation_of",
    "owner",
    "party_of",
    "pinned",
    "policy_for",
    "sectors",
    "snapshot",
    "stored_snapshot",
    "system_of",
    "totp_of",
    "visible_circles",
    "waiting",
    "waiting_changes",
    "waiting_for",
    "witness",
]

"""Tables of the room: policy documents, organisations and people, how people sign in."""

from sluis.apps.partners.models.admission import Application, Departure, Door, SignedAgreement, Step
from sluis.apps.partners.models.changes import ChangeState, Invitation, TwoPersonChange
from sluis.apps.partners.models.circles import CircleRules, MisuseDecision, MisuseStep
from sluis.apps.partners.models.directory import ContactPoint, ShownCircle, Subject
from sluis.apps.partners.models.people import Membership, Organisation, Role
from sluis.apps.partners.models.policy import PolicyDocument, PolicyProof, Revocation
from sluis.apps.partners.models.signing_in import OutsideIdentity, RecoveryCode

__all__ = [
    "Application",
    "ChangeState",
    "CircleRules",
    "ContactPoint",
    "Departure",
    "Door",
    "Invitation",
    "Membership",
    "MisuseDecision",
    "MisuseStep",
    "Organisation",
    "OutsideIdentity",
    "PolicyDocument",
    "PolicyProof",
    "RecoveryCode",
    "Revocation",
    "Role",
    "ShownCircle",
    "SignedAgreement",
    "Step",
    "Subject",
    "TwoPersonChange",
]

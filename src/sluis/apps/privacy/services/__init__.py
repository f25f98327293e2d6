"""Writes: approve an assessment, register and take back evidence, weigh again when rules change, the record of necessity."""

from sluis.apps.privacy.services.assess import AssessmentForm, approve, bound_by_pilot, free_of_pilot, weigh_again
from sluis.apps.privacy.services.evaluate import evaluate
from sluis.apps.privacy.services.evidence import EvidenceForm, register, withdraw
from sluis.apps.privacy.services.necessity import measure
from sluis.apps.privacy.services.police import Receipt, keep_advice

__all__ = [
    "AssessmentForm",
    "EvidenceForm",
    "Receipt",
    "approve",
    "bound_by_pilot",
    "evaluate",
    "free_of_pilot",
    "keep_advice",
    "measure",
    "register",
    "weigh_again",
    "withdraw",
]

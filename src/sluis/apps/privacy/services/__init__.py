"""Writes: approve an assessment, register and take back evidence, weigh again when rules change."""

from sluis.apps.privacy.services.assess import AssessmentForm, approve, weigh_again
from sluis.apps.privacy.services.evaluate import evaluate
from sluis.apps.privacy.services.evidence import EvidenceForm, register, withdraw
from sluis.apps.privacy.services.police import Receipt, keep_advice

__all__ = [
    "AssessmentForm",
    "EvidenceForm",
    "Receipt",
    "approve",
    "evaluate",
    "keep_advice",
    "register",
    "weigh_again",
    "withdraw",
]

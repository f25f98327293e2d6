"""Reads: the assessment of a circle, and what the privacykader says of an exchange that somebody proposes."""

from sluis.apps.privacy.selectors.answers import Weighed, change_in_words, possible_instead, weigh
from sluis.apps.privacy.selectors.assessments import Assessment, assessment_of, basis_of, is_of_pilot, shut_by
from sluis.apps.privacy.selectors.conditions import ConditionState, condition_states
from sluis.apps.privacy.selectors.kader import (
    contradiction,
    fact_rows,
    field_name,
    in_language,
    is_english,
    rules_in_force,
    scenario_name,
    word,
)
from sluis.apps.privacy.selectors.necessity import Necessity, necessity_of, necessity_versions
from sluis.apps.privacy.selectors.registers import Registers, evidence_kinds, evidence_of, registers

__all__ = [
    "Assessment",
    "ConditionState",
    "Necessity",
    "Registers",
    "Weighed",
    "assessment_of",
    "basis_of",
    "change_in_words",
    "condition_states",
    "contradiction",
    "evidence_kinds",
    "evidence_of",
    "fact_rows",
    "field_name",
    "in_language",
    "is_english",
    "is_of_pilot",
    "necessity_of",
    "necessity_versions",
    "possible_instead",
    "registers",
    "rules_in_force",
    "scenario_name",
    "shut_by",
    "weigh",
    "word",
]

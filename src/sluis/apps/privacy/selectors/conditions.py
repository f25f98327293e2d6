"""The conditions of an assessment, each with how it is met: by Sluis itself, by evidence, or not yet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from sluis.apps.privacy.models import Assessment, Evidence
from sluis.apps.privacy.selectors.assessments import open_conditions
from sluis.apps.privacy.selectors.kader import in_language, rules_in_force
from sluis.core.law.controls import CONTROLS, CircleRules

State = Literal["control", "evidence", "open"]


@dataclass(frozen=True, slots=True)
class ConditionState:
    """A condition in words, its article, and what meets it: how Sluis enforces it, or the evidence until when (seconds)."""

    code: str
    words: str
    article: str
    state: State
    how: str = ""
    until: int | None = None


def condition_states(found: Assessment, circle: CircleRules | None) -> tuple[ConditionState, ...]:
    """Every condition of an assessment in the order of the rules; two queries at most."""
    return tuple(_states(found, circle))


def _states(found: Assessment, circle: CircleRules | None) -> Iterator[ConditionState]:
    known, missing = rules_in_force().conditions, set(open_conditions(found, circle))
    evidence = Evidence.objects.in_bulk(list(set(found.met.values()))) if found.met else {}
    for code in found.conditions:
        told = known.get(code)
        about = (code, in_language(told) if told else code, told.article if told else "")
        named = evidence.get(found.met.get(code, ""))
        if code in missing:
            yield ConditionState(*about, "open")
        elif named is not None:
            yield ConditionState(*about, "evidence", f"{named.title} ({named.name})", named.lasts_until())
        else:
            yield ConditionState(*about, "control", in_language(CONTROLS[code]))

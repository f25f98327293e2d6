"""The assessment of a circle, and why it keeps the gate shut."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sluis.apps.privacy.models import Assessment
from sluis.apps.privacy.selectors.kader import rules_in_force
from sluis.core.law import controls, decision
from sluis.core.law.controls import CircleRules
from sluis.core.law.decision import GROUNDS, Ground

__all__ = [
    "EVIDENCE",
    "OF_PILOT",
    "PILOT",
    "REVIEW",
    "TERM",
    "Assessment",
    "assessment_of",
    "basis_of",
    "is_of_pilot",
    "open_conditions",
    "shut_by",
]

TERM: Final = "termijn"
REVIEW: Final = "herziening"
EVIDENCE: Final = "bewijs"
PILOT: Final = "proeftuin"
# Behind what closes the gate before the pilot does: the assessment is still that of a pilot.
OF_PILOT: Final = " +proeftuin"
# What closes a gate by itself -> the ground on which it is shut from then on.
_SHUT: Final[Mapping[str, str]] = {
    TERM: "beoordeling-verlopen",
    REVIEW: "herziening-verlopen",
    EVIDENCE: "bewijs-verlopen",
    PILOT: "proeftuin-afgelopen",
}


def assessment_of(circle: bytes) -> Assessment | None:
    """The newest version for a circle, in force or not."""
    return Assessment.objects.filter(circle=circle).order_by("-version").first()


def is_of_pilot(found: Assessment) -> bool:
    """Whether a pilot bounds this assessment."""
    return found.shut_by == PILOT or found.shut_by.endswith(OF_PILOT)


def open_conditions(found: Assessment, circle: CircleRules | None) -> tuple[str, ...]:
    """The conditions that neither evidence nor a control of the circle meets, by code."""
    return controls.unmet(found.conditions, found.met, circle)


def shut_by(found: Assessment | None, *, at: int, circle: CircleRules | None = None) -> Ground | None:
    """Why an assessment, the newest of its circle, keeps the gate shut at `at` (seconds); None when it opens it.

    `circle` are the rules that members agreed on; without them no control that reads them counts.
    """
    if found is None:
        return GROUNDS["geen-beoordeling"]
    if found.overruled:
        return GROUNDS["regels-gewijzigd"]
    if not found.opens:
        return decision.says_no(found.articles)
    if at < found.starts:
        return GROUNDS["beoordeling-verlopen"]
    if at >= found.shuts:
        return GROUNDS[_SHUT[found.shut_by.partition(" ")[0]]]
    missing = open_conditions(found, circle)
    return decision.unmet([rules_in_force().conditions[code].article for code in missing]) if missing else None


def basis_of(circle: bytes, *, at: int, rules: CircleRules | None = None) -> Assessment:
    """The assessment that opens the legal gate of `circle` at `at` (seconds); `rules` are what its members agreed on.

    Raises NotPermitted `geen-grondslag` with the ground: `geen-beoordeling`, `regels-gewijzigd`, `beoordeling-zegt-nee`,
    `beoordeling-verlopen`, `herziening-verlopen`, `bewijs-verlopen`, `proeftuin-afgelopen` or `voorwaarde-open`.
    """
    found = assessment_of(circle)
    ground = shut_by(found, at=at, circle=rules)
    if found is None or ground is not None:
        raise (ground or GROUNDS["geen-beoordeling"]).error()
    return found

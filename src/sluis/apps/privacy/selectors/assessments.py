"""Reads: the assessment of a circle."""

from __future__ import annotations

from sluis.apps.privacy.models import Assessment
from sluis.core.law import decision
from sluis.core.law.decision import GROUNDS, Ground

__all__ = ["Assessment", "assessment_of", "basis_of", "shut_by"]


def assessment_of(circle: bytes) -> Assessment | None:
    """The newest version for a circle, in force or not."""
    return Assessment.objects.filter(circle=circle).order_by("-version").first()


def shut_by(found: Assessment | None, *, at: int) -> Ground | None:
    """Why an assessment, the newest of its circle, keeps the gate shut at `at` (seconds); None when it opens it."""
    if found is None:
        return GROUNDS["geen-beoordeling"]
    if not found.opens:
        return decision.says_no(found.articles)
    return None if found.covers(at) else GROUNDS["beoordeling-verlopen"]


def basis_of(circle: bytes, *, at: int) -> Assessment:
    """The assessment that opens the legal gate of `circle` at `at` (seconds).

    Raises NotPermitted `geen-grondslag` with ground `geen-beoordeling`, `beoordeling-zegt-nee` or `beoordeling-verlopen`.
    """
    found = assessment_of(circle)
    ground = shut_by(found, at=at)
    if found is None or ground is not None:
        raise (ground or GROUNDS["geen-beoordeling"]).error()
    return found

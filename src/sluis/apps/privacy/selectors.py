"""Reads: the assessment of a circle."""

from __future__ import annotations

from sluis.apps.privacy.models import OPENING, Assessment
from sluis.core.law.decision import GROUNDS

__all__ = ["Assessment", "assessment_of", "basis_of"]


def assessment_of(circle: bytes) -> Assessment | None:
    """The newest version for a circle, in force or not."""
    return Assessment.objects.filter(circle=circle).order_by("-version").first()


def basis_of(circle: bytes, *, at: int) -> Assessment:
    """The assessment that opens the legal gate of `circle` at `at` (seconds).

    Raises NotPermitted `geen-grondslag` with ground `geen-beoordeling` (none, or one that says no) or `beoordeling-verlopen`.
    """
    found = assessment_of(circle)
    if found is None or found.outcome not in OPENING:
        raise GROUNDS["geen-beoordeling"].error()
    if not found.covers(at):
        raise GROUNDS["beoordeling-verlopen"].error()
    return found

"""The record of necessity of a circle, its versions, and what waits for a second member."""

from __future__ import annotations

from sluis.apps.privacy.models import Necessity

__all__ = ["Necessity", "necessity_of", "necessity_versions"]


def necessity_of(circle: bytes) -> Necessity | None:
    """The newest version for a circle (id of 16 octets), in force or opened again."""
    return Necessity.objects.filter(circle=circle).order_by("-version").first()


def necessity_versions(circle: bytes) -> list[Necessity]:
    """Every version of a circle with who proposed and who approved it, the newest first; one query."""
    people = ("change__proposer", "change__decider", "change__organisation")
    return list(Necessity.objects.select_related(*people).filter(circle=circle).order_by("-version"))

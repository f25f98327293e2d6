"""The rules of a circle and what its members decided about misuse, for its members only; others are kept out by the caller."""

from __future__ import annotations

from django.db.models import QuerySet

from sluis.apps.partners.models import CircleRules, MisuseDecision


def rules_of(circle: bytes) -> QuerySet[CircleRules]:
    """Every version of the rules of a circle, the newest first."""
    return CircleRules.objects.filter(circle=circle).order_by("-version")


def misuse_in(circle: bytes) -> QuerySet[MisuseDecision]:
    """What was decided about misuse in a circle, the newest first."""
    return MisuseDecision.objects.select_related("member", "change").filter(circle=circle).order_by("-since", "-pk")

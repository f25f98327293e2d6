"""The rules that the members of a circle gave themselves, and what they decided about misuse. Rows are never changed."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from sluis.apps.partners.models.changes import TwoPersonChange
from sluis.apps.partners.models.people import Organisation


class CircleRules(models.Model):
    """One version of a circle's rules: what members give to get, the evidence of an entry, days until it is reviewed."""

    circle = models.BinaryField()
    version = models.SmallIntegerField()
    gives = models.TextField()
    evidence = models.TextField()
    review_days = models.SmallIntegerField()
    since = models.BigIntegerField()
    change = models.OneToOneField(TwoPersonChange, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "partners_circlerules"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["circle", "version"], name="partners_circlerules_version"),
        ]

    def __str__(self) -> str:
        return f"version {self.version}"


class MisuseStep(models.TextChoices):
    """What members decide about one of them; the last ends the steps before it."""

    WARN = "waarschuwing", _("waarschuwing")
    SUSPEND = "schorsing", _("schorsing")
    EXCLUDE = "uitsluiting", _("uitsluiting")
    REEXAMINED = "herbekeken", _("signalen opnieuw bekeken")
    LIFTED = "opgeheven", _("opgeheven")


class MisuseDecision(models.Model):
    """One step about a member of a circle, with the reason in its change."""

    circle = models.BinaryField()
    member = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    step = models.TextField(choices=MisuseStep.choices)
    since = models.BigIntegerField()
    change = models.OneToOneField(TwoPersonChange, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "partners_misusedecision"
        indexes: ClassVar = [models.Index(fields=["circle", "since"], name="partners_misuse_circle")]

    def __str__(self) -> str:
        return f"{self.step} of {self.member}"

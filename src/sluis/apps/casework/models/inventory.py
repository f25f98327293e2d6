"""What a group noted as possible, promising or in the way, and how people scored it."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What somebody brings to the inventory."""

    POSSIBILITY = "mogelijkheid", _("mogelijkheid")
    CHANCE = "kans", _("kans")
    BOTTLENECK = "knelpunt", _("knelpunt")


class Bottleneck(models.Model):
    """One entry of a group's inventory, by whom. `state`: open, gekozen (there is a case file), afgevoerd (with a `reason`)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    group = models.ForeignKey("consent.Group", on_delete=models.PROTECT, related_name="+")
    kind = models.TextField(choices=Kind.choices)
    title = models.TextField()
    text = models.TextField()
    party = models.BinaryField()
    person = models.IntegerField()
    written = models.BigIntegerField()
    state = models.TextField(default="open")
    reason = models.TextField(blank=True)

    class Meta:
        db_table = "casework_bottleneck"
        indexes: ClassVar = [models.Index(fields=["group", "state", "written"], name="casework_bottleneck_group")]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class Score(models.Model):
    """How one person scored an entry, 1 to 5 each; the last word counts. The database shows a row to that person alone."""

    bottleneck = models.ForeignKey(Bottleneck, on_delete=models.PROTECT, related_name="+")
    group = models.ForeignKey("consent.Group", on_delete=models.PROTECT, related_name="+")
    party = models.BinaryField()
    person = models.IntegerField()
    effect = models.SmallIntegerField()
    feasibility = models.SmallIntegerField()
    urgency = models.SmallIntegerField()
    time = models.BigIntegerField()

    class Meta:
        db_table = "casework_score"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["bottleneck", "person"], name="casework_score_once"),
            models.CheckConstraint(
                condition=models.Q(effect__range=(1, 5), feasibility__range=(1, 5), urgency__range=(1, 5)),
                name="casework_score_range",
            ),
        ]

    def __str__(self) -> str:
        return f"score of {self.bottleneck_id}"

"""Directions for a solution, the workshop on them, the memo for executives, and what executives decided."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from sluis.apps.casework.models.cases import CaseFile


class Route(models.TextChoices):
    """How a direction would be carried out."""

    PRACTICE = "invoeren", _("invoeren binnen de wet van nu")
    LAW = "wetswijziging", _("voorstellen de wet te wijzigen")


class Direction(models.Model):
    """One option: its effect, cost, who decides, and its legal route; never changed.

    `facts` to `rules` are an answer of the privacykader, where facts were given. With route `wetswijziging`: which `article`,
    and what must `change`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey(CaseFile, on_delete=models.PROTECT, related_name="+")
    group = models.ForeignKey("consent.Group", on_delete=models.PROTECT, related_name="+")
    title = models.TextField()
    effect = models.TextField()
    cost = models.TextField()
    decider = models.TextField()
    route = models.TextField(choices=Route.choices)
    article = models.TextField(blank=True)
    change = models.TextField(blank=True)
    facts = models.JSONField(null=True)
    outcome = models.TextField(blank=True)
    articles = models.JSONField(default=list)
    rules = models.TextField(blank=True)
    party = models.BinaryField()
    person = models.IntegerField()
    name = models.TextField()
    time = models.BigIntegerField()

    class Meta:
        db_table = "casework_direction"
        indexes: ClassVar = [models.Index(fields=["case", "time"], name="casework_direction_order")]

    def __str__(self) -> str:
        return f"direction of {self.case_id}"


class Workshop(models.Model):
    """A talk about the directions: its day, which organisations were there, and what was agreed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey(CaseFile, on_delete=models.PROTECT, related_name="+")
    group = models.ForeignKey("consent.Group", on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    attended = ArrayField(models.TextField())
    agreed = models.TextField()
    party = models.BinaryField()
    person = models.IntegerField()
    name = models.TextField()
    time = models.BigIntegerField()

    class Meta:
        db_table = "casework_workshop"
        indexes: ClassVar = [models.Index(fields=["case", "day"], name="casework_workshop_order")]

    def __str__(self) -> str:
        return f"workshop of {self.case_id}"


class Decision(models.Model):
    """What executives decided: which direction, who, on which day, and why. Kept as evidence of the stage as well."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey(CaseFile, on_delete=models.PROTECT, related_name="+")
    group = models.ForeignKey("consent.Group", on_delete=models.PROTECT, related_name="+")
    direction = models.ForeignKey(Direction, on_delete=models.PROTECT, related_name="+")
    round = models.IntegerField()
    decided_by = models.TextField()
    day = models.DateField()
    reason = models.TextField()
    party = models.BinaryField()
    person = models.IntegerField()
    name = models.TextField()
    time = models.BigIntegerField()

    class Meta:
        db_table = "casework_decision"
        indexes: ClassVar = [models.Index(fields=["case", "time"], name="casework_decision_order")]

    def __str__(self) -> str:
        return f"decision on {self.case_id}"


class Memo(models.Model):
    """The memo of a case as an item of its group (`item` is the item's id in `consent`), which alone lets it go further."""

    case = models.OneToOneField(CaseFile, on_delete=models.PROTECT, primary_key=True, related_name="+")
    group = models.ForeignKey("consent.Group", on_delete=models.PROTECT, related_name="+")
    item = models.UUIDField()
    time = models.BigIntegerField()

    class Meta:
        db_table = "casework_memo"

    def __str__(self) -> str:
        return f"memo of {self.case_id}"

"""CaseFile files: the stage a case is at, who owns each stage, what was put forward, and what was said at the gates."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from sluis.apps.casework.models.inventory import Bottleneck


class CaseFile(models.Model):
    """The file of a chosen bottleneck. `stage` is 1 to 6; `round` begins anew when the case goes back, so that what was put
    forward before counts no more. `state`: loopt, ingevoerd, wetsvoorstel. `pilot` is the id of a pilot of the room `exchange`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    group = models.ForeignKey("consent.Group", on_delete=models.PROTECT, related_name="+")
    bottleneck = models.OneToOneField(Bottleneck, on_delete=models.PROTECT, related_name="+")
    title = models.TextField()
    stage = models.SmallIntegerField(default=1)
    round = models.IntegerField(default=1)
    opened = models.BigIntegerField()
    moved = models.BigIntegerField()
    state = models.TextField(default="loopt")
    closed = models.BigIntegerField(null=True)
    pilot = models.TextField(blank=True)

    class Meta:
        db_table = "casework_case"
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(stage__range=(1, 6)), name="casework_case_stage"),
        ]
        indexes: ClassVar = [models.Index(fields=["group", "-opened"], name="casework_case_newest")]

    def __str__(self) -> str:
        return f"case {self.id}"


class Owner(models.Model):
    """Who answers for one stage of a case, now."""

    case = models.ForeignKey(CaseFile, on_delete=models.PROTECT, related_name="+")
    group = models.ForeignKey("consent.Group", on_delete=models.PROTECT, related_name="+")
    stage = models.SmallIntegerField()
    party = models.BinaryField()
    person = models.IntegerField()
    name = models.TextField()
    since = models.BigIntegerField()

    class Meta:
        db_table = "casework_owner"
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "stage"], name="casework_owner_one")]

    def __str__(self) -> str:
        return f"owner of stage {self.stage} of {self.case_id}"


class Evidence(models.Model):
    """What somebody put forward at a stage, never changed. `kind`: document, beoordeling, advies, besluit, proeftuin.

    `facts`, `outcome`, `articles` and `rules` (the version) are those of an answer of the privacykader. `party` is empty for a
    guest's.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey(CaseFile, on_delete=models.PROTECT, related_name="+")
    group = models.ForeignKey("consent.Group", on_delete=models.PROTECT, related_name="+")
    stage = models.SmallIntegerField()
    round = models.IntegerField()
    kind = models.TextField()
    title = models.TextField()
    link = models.TextField(blank=True)
    text = models.TextField(blank=True)
    facts = models.JSONField(null=True)
    outcome = models.TextField(blank=True)
    articles = models.JSONField(default=list)
    rules = models.TextField(blank=True)
    party = models.BinaryField(null=True)
    person = models.IntegerField()
    name = models.TextField()
    time = models.BigIntegerField()

    class Meta:
        db_table = "casework_evidence"
        indexes: ClassVar = [models.Index(fields=["case", "stage", "time"], name="casework_evidence_stage")]

    def __str__(self) -> str:
        return f"{self.kind} at stage {self.stage} of {self.case_id}"


class Gate(models.Model):
    """What was said about a stage: `eigenaar` (somebody took it), `gevraagd`, `goedgekeurd`, `geweigerd`, `terug`.

    Only added to. The last row says how things stand. `owner` is the organisation of the stage's owner: another one approves.
    """

    number = models.BigAutoField(primary_key=True)
    case = models.ForeignKey(CaseFile, on_delete=models.PROTECT, related_name="+")
    group = models.ForeignKey("consent.Group", on_delete=models.PROTECT, related_name="+")
    stage = models.SmallIntegerField()
    round = models.IntegerField()
    says = models.TextField()
    owner = models.BinaryField(null=True)
    party = models.BinaryField()
    person = models.IntegerField()
    name = models.TextField()
    reason = models.TextField(blank=True)
    time = models.BigIntegerField()

    class Meta:
        db_table = "casework_gate"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(says="goedgekeurd") | (models.Q(owner__isnull=False) & ~models.Q(owner=models.F("party"))),
                name="casework_gate_two_members",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["case", "number"], name="casework_gate_order")]

    def __str__(self) -> str:
        return f"{self.says} at stage {self.stage} of {self.case_id}"


class Guest(models.Model):
    """Access of one adviser from outside to one case, until a moment. One member proposes, another confirms.

    `digest` is of the secret of the invitation; `user` the account that used it. Moments are seconds.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey(CaseFile, on_delete=models.PROTECT, related_name="+")
    group = models.ForeignKey("consent.Group", on_delete=models.PROTECT, related_name="+")
    name = models.TextField()
    office = models.TextField()
    until = models.BigIntegerField()
    party = models.BinaryField()
    person = models.IntegerField()
    proposed = models.BigIntegerField()
    confirmer = models.BinaryField(null=True)
    confirmer_person = models.IntegerField(null=True)
    confirmed = models.BigIntegerField(null=True)
    digest = models.BinaryField(null=True, unique=True)
    user = models.IntegerField(null=True)
    used = models.BigIntegerField(null=True)
    ended = models.BigIntegerField(null=True)

    class Meta:
        db_table = "casework_guest"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(confirmed__isnull=True)
                | (models.Q(confirmer__isnull=False) & ~models.Q(confirmer=models.F("party"))),
                name="casework_guest_two_members",
            ),
            models.CheckConstraint(
                condition=models.Q(user__isnull=True) | models.Q(confirmed__isnull=False), name="casework_guest_confirmed"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["user"], name="casework_guest_user")]

    def __str__(self) -> str:
        return f"guest of {self.case_id}"

"""Groups, who is in them, and what members decide together."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models


class Group(models.Model):
    """A closed group. `rule` says how many contributors release takes; it changes only by a motion that all members carried."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    name = models.TextField()
    founder = models.BinaryField()
    rule = models.TextField(default="alle")
    founded = models.BigIntegerField()

    class Meta:
        db_table = "consent_group"

    def __str__(self) -> str:
        return str(self.id)


class Membership(models.Model):
    """An organisation in a group: invited (`uitgenodigd`), member (`lid`), or gone (`weg`). `pledged`: it took on secrecy."""

    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="+")
    party = models.BinaryField()
    state = models.TextField()
    inviter = models.BinaryField()
    invited = models.BigIntegerField()
    pledged = models.BigIntegerField(null=True)
    left = models.BigIntegerField(null=True)

    class Meta:
        db_table = "consent_membership"
        constraints: ClassVar = [models.UniqueConstraint(fields=["group", "party"], name="consent_membership_once")]
        indexes: ClassVar = [models.Index(fields=["party", "state"], name="consent_membership_party")]

    def __str__(self) -> str:
        return f"{self.state} of {self.group_id}"


class Motion(models.Model):
    """Something only all members together decide: another rule (`regel`), one more member (`lid`).

    `state`: open, aangenomen, verworpen, verlopen. `value` is the rule, or the party id in hexadecimal.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="+")
    about = models.TextField()
    value = models.TextField()
    proposer = models.BinaryField()
    opened = models.BigIntegerField()
    ends = models.BigIntegerField()
    state = models.TextField(default="open")
    closed = models.BigIntegerField(null=True)

    class Meta:
        db_table = "consent_motion"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["group", "about", "value"], condition=models.Q(state="open"), name="consent_motion_open_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.about} {self.state}"


class Voice(models.Model):
    """One organisation's word on a motion, final."""

    motion = models.ForeignKey(Motion, on_delete=models.PROTECT, related_name="+")
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="+")
    party = models.BinaryField()
    person = models.IntegerField()
    agrees = models.BooleanField()
    time = models.BigIntegerField()

    class Meta:
        db_table = "consent_voice"
        constraints: ClassVar = [models.UniqueConstraint(fields=["motion", "party"], name="consent_voice_once")]

    def __str__(self) -> str:
        return f"{self.agrees} on {self.motion_id}"

"""Releases: what is asked of contributors, what they answered, and what went out."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from sluis.apps.consent.models.groups import Group
from sluis.apps.consent.models.items import Item, Marking, Version


class Scope(models.TextChoices):
    """How wide an audience is, from narrow to wide."""

    ORGANISATIONS = "organisaties", _("genoemde organisaties")
    SECTOR = "sector", _("een sector")
    PARTNERS = "partners", _("alle partners")
    PUBLIC = "openbaar", _("iedereen, openbaar")


class Release(models.Model):
    """A request to let one exact text go to one exact audience. A change of either begins a new `round`.

    `digest` is SHA-256 over text, marking and audience, hexadecimal: what a contributor agrees to. `rule` is that of the
    group when this was proposed. `parties` are party ids in hexadecimal. `ends`, `remind_at`: seconds.
    `state`: open, vrijgegeven, geweigerd, verlopen, ingetrokken.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+")
    kind = models.TextField()
    marking = models.TextField(choices=Marking.choices)
    scope = models.TextField(choices=Scope.choices)
    parties = ArrayField(models.TextField(), default=list)
    sector = models.TextField(default="", blank=True)
    digest = models.TextField()
    round = models.IntegerField(default=1)
    rule = models.TextField()
    proposer = models.BinaryField()
    person = models.IntegerField()
    days = models.IntegerField()
    opened = models.BigIntegerField()
    ends = models.BigIntegerField()
    remind_at = models.BigIntegerField(null=True)
    state = models.TextField(default="open")
    closed = models.BigIntegerField(null=True)

    class Meta:
        db_table = "consent_release"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["item"], condition=models.Q(state="open"), name="consent_release_open_once"),
            models.CheckConstraint(condition=models.Q(ends__gt=models.F("opened")), name="consent_release_term"),
        ]
        indexes: ClassVar = [models.Index(fields=["state", "ends"], name="consent_release_due")]

    def __str__(self) -> str:
        return f"release {self.id}"

    def state_at(self, now: int) -> str:
        """The state at `now` (seconds): past its term an open release is over, whether or not anybody wrote that down yet."""
        return "verlopen" if self.state == "open" and now >= self.ends else self.state


class Answer(models.Model):
    """A contributor's word in one round: `ja`, `nee` with a reason, or `terug` (its yes taken back). The last one counts."""

    number = models.BigAutoField(primary_key=True)
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="+")
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="+")
    round = models.IntegerField()
    party = models.BinaryField()
    person = models.IntegerField()
    says = models.TextField()
    digest = models.TextField()
    reason = models.TextField(blank=True)
    time = models.BigIntegerField()

    class Meta:
        db_table = "consent_answer"
        indexes: ClassVar = [models.Index(fields=["release", "round", "party"], name="consent_answer_round")]

    def __str__(self) -> str:
        return f"{self.says} on {self.release_id}"


class Publication(models.Model):
    """What went out: a copy of the agreed words and the audience, without who wrote them. Title and text are filled in by the
    database itself, from the version that was agreed to.
    """

    release = models.OneToOneField(Release, on_delete=models.PROTECT, primary_key=True, related_name="+")
    kind = models.TextField()
    title = models.TextField(blank=True)
    text = models.TextField(blank=True)
    marking = models.TextField(choices=Marking.choices)
    scope = models.TextField(choices=Scope.choices)
    parties = ArrayField(models.TextField(), default=list)
    sector = models.TextField(default="", blank=True)
    released = models.BigIntegerField()

    class Meta:
        db_table = "consent_publication"
        indexes: ClassVar = [models.Index(fields=["-released"], name="consent_publication_newest")]

    def __str__(self) -> str:
        return f"publication {self.pk}"

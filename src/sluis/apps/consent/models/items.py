"""Items of a group, their versions and who contributed."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from sluis.apps.consent.models.groups import Group


class Marking(models.TextChoices):
    """How far a text may go: TLP 2.0, and `binnenskamers`, which never leaves the group. Source: FIRST, TLP 2.0."""

    CLEAR = "clear", _("TLP:CLEAR, voor iedereen")
    GREEN = "green", _("TLP:GREEN, voor de gemeenschap van partners")
    AMBER = "amber", _("TLP:AMBER, voor genoemde organisaties en hun klanten")
    AMBER_STRICT = "amber+strict", _("TLP:AMBER+STRICT, alleen voor genoemde organisaties")
    RED = "red", _("TLP:RED, alleen voor wie er nu bij is")
    INSIDE = "binnenskamers", _("Binnenskamers, blijft in de groep")


class Item(models.Model):
    """One thing of a group, by kind and reference of the room that wrote it. Its words are in its versions."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="+")
    kind = models.TextField()
    reference = models.TextField()
    version = models.IntegerField(default=1)
    written = models.BigIntegerField()

    class Meta:
        db_table = "consent_item"
        constraints: ClassVar = [models.UniqueConstraint(fields=["kind", "reference"], name="consent_item_reference")]
        indexes: ClassVar = [models.Index(fields=["group", "-written"], name="consent_item_newest")]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class Version(models.Model):
    """One wording of an item; never changed. `digest` is SHA-256 of its canonical text, hexadecimal."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="+")
    number = models.IntegerField()
    title = models.TextField()
    text = models.TextField()
    marking = models.TextField(choices=Marking.choices)
    digest = models.TextField()
    editor = models.BinaryField()
    person = models.IntegerField()
    time = models.BigIntegerField()

    class Meta:
        db_table = "consent_version"
        constraints: ClassVar = [models.UniqueConstraint(fields=["item", "number"], name="consent_version_number")]

    def __str__(self) -> str:
        return f"version {self.number} of {self.item_id}"


class Contribution(models.Model):
    """That an organisation contributed to an item. Never taken back: whoever contributed is asked, also after it left."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="+")
    party = models.BinaryField()
    since = models.BigIntegerField()

    class Meta:
        db_table = "consent_contribution"
        constraints: ClassVar = [models.UniqueConstraint(fields=["item", "party"], name="consent_contribution_once")]
        indexes: ClassVar = [models.Index(fields=["party"], name="consent_contribution_party")]

    def __str__(self) -> str:
        return f"contribution to {self.item_id}"

"""Review rounds on a document, and break-glass."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from sluis.apps.consent.models.groups import Group
from sluis.apps.consent.models.items import Item, Version


class Review(models.Model):
    """A round in which organisations are asked to read one version of an item, until it is closed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+")
    opener = models.BinaryField()
    opened = models.BigIntegerField()
    ends = models.BigIntegerField()
    closed = models.BigIntegerField(null=True)

    class Meta:
        db_table = "consent_review"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["item"], condition=models.Q(closed=None), name="consent_review_open_once"),
        ]

    def __str__(self) -> str:
        return f"review {self.id}"


class Reviewer(models.Model):
    """An organisation that is asked to read. `done` is when it said it has nothing more."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="+")
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="+")
    party = models.BinaryField()
    done = models.BigIntegerField(null=True)

    class Meta:
        db_table = "consent_reviewer"
        constraints: ClassVar = [models.UniqueConstraint(fields=["review", "party"], name="consent_reviewer_once")]

    def __str__(self) -> str:
        return f"reader of {self.review_id}"


class Comment(models.Model):
    """A comment on one paragraph (from 1), and what was done with it: overgenomen, deels, niet; empty while open."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="+")
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="+")
    paragraph = models.IntegerField()
    party = models.BinaryField()
    person = models.IntegerField()
    text = models.TextField()
    time = models.BigIntegerField()
    outcome = models.TextField(blank=True)
    answer = models.TextField(blank=True)
    settled = models.BigIntegerField(null=True)

    class Meta:
        db_table = "consent_comment"
        indexes: ClassVar = [models.Index(fields=["review", "paragraph", "time"], name="consent_comment_place")]

    def __str__(self) -> str:
        return f"comment on paragraph {self.paragraph}"


class Glass(models.Model):
    """Break-glass on one item: asked by one operator with a reason, opened by another, open until `ends` (seconds)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="+")
    organisation = models.BinaryField()
    person = models.IntegerField()
    reason = models.TextField()
    asked = models.BigIntegerField()
    approver = models.IntegerField(null=True)
    approved = models.BigIntegerField(null=True)
    ends = models.BigIntegerField(null=True)

    class Meta:
        db_table = "consent_glass"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(approver=None) | ~models.Q(approver=models.F("person")), name="consent_glass_two_people"
            ),
        ]

    def __str__(self) -> str:
        return f"break-glass {self.id}"

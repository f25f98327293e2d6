"""The expert group: who sits in it, questions, drafts and what peers said of them, and answers for everybody."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models


class Expert(models.Model):
    """A seat in the group from `since` until `ended`: `deskundige` or `voorzitter`. Two people name it; partners read it."""

    person = models.IntegerField()
    organisation = models.BinaryField()
    name = models.TextField()
    seat = models.TextField()
    since = models.BigIntegerField()
    ended = models.BigIntegerField(null=True)

    class Meta:
        db_table = "casework_expert"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "organisation"], condition=models.Q(ended=None), name="casework_expert_one_seat"
            ),
            models.UniqueConstraint(
                fields=["seat"], condition=models.Q(ended=None, seat="voorzitter"), name="casework_expert_one_chair"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seat} {self.pk}"


class Question(models.Model):
    """What a partner asked. `state`: gesteld, behandeling, geweigerd, casuistiek, getekend.

    `signed_draft` is the number of the draft that the chair signed, `digest` the SHA-256 of its words, hexadecimal.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    party = models.BinaryField()
    person = models.IntegerField()
    title = models.TextField()
    text = models.TextField()
    state = models.TextField(default="gesteld")
    asked = models.BigIntegerField()
    triaged = models.BigIntegerField(null=True)
    reason = models.TextField(blank=True)
    signed = models.BigIntegerField(null=True)
    signed_draft = models.IntegerField(null=True)
    chair = models.TextField(blank=True)
    digest = models.TextField(blank=True)

    class Meta:
        db_table = "casework_question"
        indexes: ClassVar = [models.Index(fields=["party", "-asked"], name="casework_question_newest")]

    def __str__(self) -> str:
        return f"question {self.id}"


class Draft(models.Model):
    """One wording of the advice, never changed."""

    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="+")
    number = models.IntegerField()
    text = models.TextField()
    party = models.BinaryField()
    person = models.IntegerField()
    name = models.TextField()
    time = models.BigIntegerField()

    class Meta:
        db_table = "casework_draft"
        constraints: ClassVar = [models.UniqueConstraint(fields=["question", "number"], name="casework_draft_number")]

    def __str__(self) -> str:
        return f"draft {self.number} of {self.question_id}"


class Remark(models.Model):
    """What another expert said of a draft; the last word of each counts."""

    number = models.BigAutoField(primary_key=True)
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="+")
    draft = models.IntegerField()
    agrees = models.BooleanField()
    text = models.TextField(blank=True)
    party = models.BinaryField()
    person = models.IntegerField()
    name = models.TextField()
    time = models.BigIntegerField()

    class Meta:
        db_table = "casework_remark"
        indexes: ClassVar = [models.Index(fields=["question", "draft", "number"], name="casework_remark_order")]

    def __str__(self) -> str:
        return f"remark on draft {self.draft} of {self.question_id}"


class PublicAnswer(models.Model):
    """The anonymised question and answer, written apart. Members read it once the chair checked these words (`digest`) and the
    asker agreed to them; other words begin anew.
    """

    question = models.OneToOneField(Question, on_delete=models.PROTECT, primary_key=True, related_name="+")
    title = models.TextField()
    asked = models.TextField()
    answer = models.TextField()
    digest = models.TextField()
    writer = models.IntegerField()
    written = models.BigIntegerField()
    checked = models.BigIntegerField(null=True)
    published = models.BigIntegerField(null=True)

    class Meta:
        db_table = "casework_answer"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(published__isnull=True) | models.Q(checked__isnull=False), name="casework_answer_checked"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["-published"], name="casework_answer_newest")]

    def __str__(self) -> str:
        return f"answer to {self.pk}"

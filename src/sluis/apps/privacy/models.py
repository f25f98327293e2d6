"""Assessments of circles."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from sluis.core.exchange.words import OPENING


class Outcome(models.TextChoices):
    """What the privacykader answers. Never allowed by default."""

    POSSIBLE = "mogelijk", "mogelijk"
    CONDITIONAL = "mogelijk_onder_voorwaarden", "mogelijk onder voorwaarden"
    IMPOSSIBLE = "niet_mogelijk", "niet mogelijk"
    UNCLEAR = "nader_onderzoek", "nader onderzoek"


class Assessment(models.Model):
    """One version of the assessment of one circle, approved by a person, from `starts` until `ends` (seconds)."""

    name = models.TextField()
    version = models.PositiveIntegerField()
    circle = models.BinaryField()
    facts = models.JSONField()
    outcome = models.TextField(choices=Outcome.choices)
    articles = models.JSONField()
    conditions = models.JSONField()
    reason = models.TextField()
    starts = models.BigIntegerField()
    ends = models.BigIntegerField()
    approver = models.TextField()
    approved = models.BigIntegerField()

    class Meta:
        db_table = "privacy_assessment"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["circle", "version"], name="privacy_assessment_version"),
            models.CheckConstraint(condition=models.Q(ends__gt=models.F("starts")), name="privacy_assessment_term"),
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"

    @property
    def opens(self) -> bool:
        """Whether the outcome opens the gate."""
        return self.outcome in OPENING

    def covers(self, at: int) -> bool:
        """Whether the assessment opens the gate at `at`: a possible outcome, within its term."""
        return self.opens and self.starts <= at < self.ends

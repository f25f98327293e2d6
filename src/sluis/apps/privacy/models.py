"""Assessments of circles, and the evidence that their conditions are met."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from sluis.core.exchange.words import OPENING


class Outcome(models.TextChoices):
    """What the privacykader answers. Never allowed by default."""

    POSSIBLE = "mogelijk", "mogelijk"
    CONDITIONAL = "mogelijk_onder_voorwaarden", "mogelijk onder voorwaarden"
    IMPOSSIBLE = "niet_mogelijk", "niet mogelijk"
    UNCLEAR = "nader_onderzoek", "nader onderzoek"


class Kind(models.TextChoices):
    """What a document is that shows a condition to be met."""

    LICENCE = "vergunning", _("vergunning van de AP")
    CONSULTATION = "raadpleging", _("contact met of raadpleging van de AP")
    DPIA = "dpia", _("DPIA")
    BALANCING = "belangenafweging", _("belangenafweging")
    COVENANT = "convenant", _("convenant")
    PROTOCOL = "protocol", _("protocol")
    ARRANGEMENT = "regeling", _("regeling tussen verantwoordelijken")
    NOTICE = "informatie", _("informatie aan betrokkenen")
    DECISION = "besluit", _("besluit of aanwijzing")


class Evidence(models.Model):
    """A document by its name: who is party to it, what it covers, from `starts` until `ends` (seconds; null: no end).

    Taken back: `withdrawn` (seconds) and why. What it was stays to be read.
    """

    name = models.TextField(primary_key=True)
    kind = models.TextField(choices=Kind.choices)
    title = models.TextField()
    parties = models.JSONField()
    scope = models.TextField()
    source = models.TextField(blank=True)
    starts = models.BigIntegerField()
    ends = models.BigIntegerField(null=True)
    registered = models.BigIntegerField()
    registrar = models.TextField()
    withdrawn = models.BigIntegerField(null=True)
    reason = models.TextField(blank=True)

    class Meta:
        db_table = "privacy_evidence"

    def __str__(self) -> str:
        return self.name

    def lasts_until(self) -> int | None:
        """The first second it no longer counts; None when nothing ends it."""
        known = [one for one in (self.ends, self.withdrawn) if one is not None]
        return min(known, default=None)

    def last_until(self, ends: int) -> None:
        """Counts until `ends` (seconds) from now on: its record was written anew, or opened again."""
        self.ends = ends
        self.save(update_fields=["ends"])

    def take_back(self, at: int, reason: str) -> None:
        """Counts no more from `at` (seconds) on."""
        self.withdrawn, self.reason = at, reason
        self.save(update_fields=["withdrawn", "reason"])


class Assessment(models.Model):
    """One version of the assessment of one circle, approved by a person, from `starts` until `ends` (seconds).

    `exchanges` are the facts, one a direction; outcome, articles and conditions are what the rules of `rules` said of them.
    `met` is condition -> name of the evidence. `shuts`: when, and by `shut_by`, the gate closes without anybody doing so.
    `overruled` names a later version of the rules that says otherwise.
    """

    name = models.TextField()
    version = models.PositiveIntegerField()
    circle = models.BinaryField()
    exchanges = models.JSONField()
    rules = models.TextField()
    outcome = models.TextField(choices=Outcome.choices)
    articles = models.JSONField()
    conditions = models.JSONField()
    met = models.JSONField()
    promises = models.JSONField()
    reason = models.TextField()
    starts = models.BigIntegerField()
    ends = models.BigIntegerField()
    review = models.BigIntegerField()
    shuts = models.BigIntegerField()
    shut_by = models.TextField()
    overruled = models.TextField(blank=True)
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

    def shut_at(self, at: int, by: str) -> None:
        """The gate closes by itself at `at` (seconds), for the reason `by`."""
        self.shuts, self.shut_by = at, by
        self.save(update_fields=["shuts", "shut_by"])

    def overrule(self, version: str) -> None:
        """A later version of the rules says otherwise."""
        self.overruled = version
        self.save(update_fields=["overruled"])


class Necessity(models.Model):
    """One version of the record of necessity and proportionality of a circle: two members stand behind it.

    `dpia` and `balancing` hold a text a part, `bounds` a bound a measure. `values` is what was measured last, at `measured`
    (seconds). `reopened`: since when a value lies outside its bound, and `outside` which; it must be written anew by then.
    """

    circle = models.BinaryField()
    version = models.PositiveIntegerField()
    dpia = models.JSONField()
    balancing = models.JSONField()
    bounds = models.JSONField()
    starts = models.BigIntegerField()
    review = models.BigIntegerField()
    change = models.ForeignKey("partners.TwoPersonChange", on_delete=models.PROTECT, related_name="+")
    values = models.JSONField(default=dict)
    measured = models.BigIntegerField(null=True)
    reopened = models.BigIntegerField(null=True)
    outside = models.JSONField(default=list)

    class Meta:
        db_table = "privacy_necessity"
        constraints: ClassVar = [models.UniqueConstraint(fields=["circle", "version"], name="privacy_necessity_version")]

    def __str__(self) -> str:
        return f"necessity v{self.version}"

    def keep_values(self, values: dict[str, int], at: int) -> None:
        """What was measured last."""
        self.values, self.measured = values, at
        self.save(update_fields=["values", "measured"])

    def reopen(self, outside: list[dict[str, object]], *, at: int, review: int) -> None:
        """A value left its bound at `at` (seconds): to be written anew before `review`."""
        self.reopened, self.outside, self.review = at, outside, review
        self.save(update_fields=["reopened", "outside", "review"])

"""Pilots: what steering may know of one, what only members of its circle read, and who decided what."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from sluis.core.exchange import pilots
from sluis.core.exchange.pilots import Decision, State


class Pilot(models.Model):
    """A pilot of one circle, without its content: a title that others may read, dates (seconds) and decisions.

    `until`: how long the proposal waits. `counts_from`: since when the stop criteria count, anew after an extension. `ended`
    and `ended_by`: when and why it stopped. `practice`: the circle it goes on in, with the version its assessment had then.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    circle = models.BinaryField()
    circle_name = models.TextField()
    title = models.TextField()
    kind = models.TextField()
    starts = models.BigIntegerField()
    ends = models.BigIntegerField()
    until = models.BigIntegerField()
    counts_from = models.BigIntegerField()
    proposed = models.BigIntegerField()
    proposer = models.BinaryField()
    confirmed = models.BigIntegerField(null=True)
    state = models.TextField(default=State.PROPOSED.value)
    ended = models.BigIntegerField(null=True)
    ended_by = models.TextField(blank=True)
    decision = models.TextField(blank=True, default="")
    decided = models.BigIntegerField(null=True)
    practice = models.BinaryField(null=True)
    practice_after = models.IntegerField(default=0)

    class Meta:
        db_table = "exchange_pilot"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["circle"], condition=models.Q(state__in=["bevestigd", "afgelopen"]), name="exchange_pilot_one_a_circle"
            ),
            models.CheckConstraint(condition=models.Q(ends__gt=models.F("starts")), name="exchange_pilot_term"),
            models.CheckConstraint(
                condition=~models.Q(state="besloten") | models.Q(decision__in=["stoppen", "praktijk"]),
                name="exchange_pilot_decided",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["circle", "confirmed"], name="exchange_pilot_circle")]

    def __str__(self) -> str:
        return f"pilot {self.state}"

    def standing(self) -> pilots.Standing:
        """What its phase depends on."""
        return pilots.Standing(self.state, self.decision, self.starts, self.ends, self.until)

    def confirm(self, at: int) -> None:
        """A second person agreed."""
        self.state, self.confirmed, self.starts = State.CONFIRMED, at, max(at, self.starts)
        self.counts_from = self.starts
        self.save(update_fields=["state", "confirmed", "starts", "counts_from"])

    def decline(self) -> None:
        """A second person did not agree."""
        self.state = State.DECLINED
        self.save(update_fields=["state"])

    def end(self, at: int, by: str) -> None:
        """Stopped at `at` (seconds), by `by`."""
        self.state, self.ended, self.ended_by, self.ends = State.ENDED, at, by, min(self.ends, max(at, self.starts + 1))
        self.save(update_fields=["state", "ended", "ended_by", "ends"])

    def extend(self, at: int, ends: int) -> None:
        """Goes on until `ends` (seconds); criteria count anew from `at`."""
        self.state, self.decision, self.decided = State.CONFIRMED, Decision.EXTENDED, at
        self.ends, self.counts_from, self.ended, self.ended_by = ends, at, None, ""
        self.save(update_fields=["state", "decision", "decided", "ends", "counts_from", "ended", "ended_by"])

    def settle(self, at: int, decision: Decision, *, practice: bytes | None = None, after: int = 0) -> None:
        """Decided for good: to stop, or to go on in the circle `practice` by an assessment of a later version than `after`."""
        self.state, self.decision, self.decided = State.DECIDED, decision, at
        self.practice, self.practice_after = practice, after
        self.save(update_fields=["state", "decision", "decided", "practice", "practice_after"])


class PilotPlan(models.Model):
    """What only members of the circle read, of whom `parties` are the ids in hexadecimal: what should be better, by how much,
    what stops it; its counts once they are closed (`counted`, seconds); and the conclusion that people wrote."""

    pilot = models.OneToOneField(Pilot, on_delete=models.PROTECT, primary_key=True, related_name="+")
    parties = models.JSONField()
    hypothesis = models.TextField()
    goal = models.JSONField()
    criteria = models.JSONField()
    counts = models.JSONField(null=True)
    counted = models.BigIntegerField(null=True)
    conclusion = models.TextField(blank=True)
    concluder = models.TextField(blank=True)
    concluded = models.BigIntegerField(null=True)

    class Meta:
        db_table = "exchange_pilotplan"

    def __str__(self) -> str:
        return "plan of a pilot"


class PilotStep(models.Model):
    """What happened to a pilot: when, by which organisation (none: by itself), and why. Rows are never changed."""

    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="+")
    time = models.BigIntegerField()
    act = models.TextField()
    organisation = models.TextField(blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        db_table = "exchange_pilotstep"
        indexes: ClassVar = [models.Index(fields=["pilot", "time"], name="exchange_pilotstep_pilot")]

    def __str__(self) -> str:
        return self.act

"""What follows a signal: disputes, access, feedback, entries, and how far each member read."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Dispute(models.Model):
    """A dispute on a tag, opened by a desk that verified person and control. While it is open the tag has no entry.

    Under the next key it goes on as a row of its own with the same `root`, the id of the first: they are decided together.
    """

    id = models.BinaryField(primary_key=True)
    root = models.BinaryField(db_index=True)
    circle = models.BinaryField()
    key_id = models.BinaryField()
    tag = models.BinaryField()
    opener = models.BinaryField()
    ground = models.TextField()
    person = models.TextField()
    control = models.TextField()
    opened = models.BigIntegerField()
    decide_by = models.BigIntegerField()
    state = models.TextField(default="open")
    decided = models.BigIntegerField(null=True)

    class Meta:
        db_table = "exchange_dispute"
        indexes: ClassVar = [models.Index(fields=["key_id", "tag", "state"], name="exchange_dispute_tag")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["key_id", "tag"], condition=models.Q(state="open"), name="exchange_dispute_one_open"
            ),
        ]

    def __str__(self) -> str:
        return f"dispute {self.state}"


class Access(models.Model):
    """One signal of which a data subject asks access, and what its publisher answered."""

    pk = models.CompositePrimaryKey("request", "signal_id")
    request = models.BinaryField()
    signal_id = models.BinaryField()
    publisher = models.BinaryField()
    desk = models.BinaryField()
    commitment = models.BinaryField()
    circle = models.BinaryField()
    created = models.BigIntegerField()
    until = models.BigIntegerField()
    state = models.TextField(default="gevraagd")
    ground = models.TextField(blank=True)

    class Meta:
        db_table = "exchange_access"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["desk", "commitment", "signal_id"], name="exchange_access_once"),
        ]

    def __str__(self) -> str:
        return f"access {self.state}"


class Feedback(models.Model):
    """What a hit on a signal led to, so long after the hit: the asker's last word.

    The publisher is told the day after, without who; until then what it was told before counts (`told_measure`, or nothing).
    """

    pk = models.CompositePrimaryKey("signal_id", "party")
    signal_id = models.BinaryField()
    party = models.BinaryField()
    publisher = models.BinaryField()
    circle = models.BinaryField()
    measure = models.TextField()
    within = models.TextField()
    time = models.BigIntegerField()
    told = models.BooleanField(default=False)
    told_measure = models.TextField(blank=True, default="")
    told_within = models.TextField(blank=True, default="")

    class Meta:
        db_table = "exchange_feedback"
        indexes: ClassVar = [
            models.Index(fields=["told", "time"], name="exchange_feedback_told"),
            models.Index(fields=["circle", "time"], name="exchange_feedback_circle"),
        ]

    def __str__(self) -> str:
        return f"feedback {self.measure}"


class Entry(models.Model):
    """What may be seen of a tag now, as in the stream without its sequence (26 octets). No row: nothing may be seen."""

    pk = models.CompositePrimaryKey("key_id", "tag")
    key_id = models.BinaryField()
    tag = models.BinaryField()
    octets = models.BinaryField()

    class Meta:
        db_table = "exchange_entry"

    def __str__(self) -> str:
        return "an entry"


class Removal(models.Model):
    """An entry that went, with its place in the stream: a member whose cursor stays before it is late."""

    sequence = models.BigIntegerField(primary_key=True)
    circle = models.BinaryField()
    key_id = models.BinaryField()
    time = models.BigIntegerField()

    class Meta:
        db_table = "exchange_removal"
        indexes: ClassVar = [models.Index(fields=["key_id", "time"], name="exchange_removal_key")]

    def __str__(self) -> str:
        return f"removal {self.sequence}"


class Receipt(models.Model):
    """A member's last signed cursor in a stream."""

    pk = models.CompositePrimaryKey("party", "stream")
    party = models.BinaryField()
    stream = models.TextField()
    sequence = models.BigIntegerField()
    time = models.BigIntegerField()
    signed = models.BinaryField()

    class Meta:
        db_table = "exchange_receipt"

    def __str__(self) -> str:
        return f"cursor {self.sequence} in {self.stream}"

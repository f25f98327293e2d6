"""Ceremonies and the keys they make. Octets as the protocol names them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class CeremonyState(models.TextChoices):
    """How a ceremony is."""

    OPEN = "open", "open"
    DONE = "done", "klaar"
    FAILED = "failed", "afgebroken"


class Ceremony(models.Model):
    """One ceremony; `slots` as sent to the holders. A failed one says who failed and how; a new one is opened.

    `kind` is dkg, refresh or reshare; `dealers` the indices that deal; `order` the signed order of a refresh out of turn.
    """

    id = models.BinaryField(primary_key=True)
    kind = models.TextField(default="dkg")
    slots = models.BinaryField()
    dealers = models.JSONField(default=list)
    order = models.BinaryField(null=True)
    opened = models.BigIntegerField()
    state = models.TextField(choices=CeremonyState.choices, default=CeremonyState.OPEN)
    why = models.TextField(blank=True)

    class Meta:
        db_table = "exchange_ceremony"

    def __str__(self) -> str:
        return f"ceremony {self.state}"

    def end(self, state: CeremonyState, *, why: str = "") -> None:
        """Closes the ceremony."""
        self.state, self.why = state, why
        self.save(update_fields=["state", "why"])


class Message(models.Model):
    """A holder's message in one round, as sent; the first one counts."""

    pk = models.CompositePrimaryKey("ceremony_id", "round", "index")
    ceremony = models.ForeignKey(Ceremony, on_delete=models.CASCADE, related_name="+")
    round = models.SmallIntegerField()
    index = models.SmallIntegerField()
    body = models.BinaryField()

    class Meta:
        db_table = "exchange_message"

    def __str__(self) -> str:
        return f"round {self.round} of {self.index}"


class Key(models.Model):
    """A key with its newest generation: the record that all holders signed, as sent. `made` and `renewed` are the record's.

    `erased` is when the hub erased what was published under it, a day after the end of its use; `forgotten` says that the
    stream tells of it no more.
    """

    id = models.BinaryField(primary_key=True)
    circle = models.BinaryField()
    type = models.SmallIntegerField()
    epoch = models.IntegerField()
    generation = models.IntegerField()
    made = models.BigIntegerField(default=0)
    renewed = models.BigIntegerField(default=0)
    erased = models.BigIntegerField(null=True)
    forgotten = models.BooleanField(default=False)
    body = models.BinaryField()

    class Meta:
        db_table = "exchange_key"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["circle", "type", "epoch"], name="exchange_key_slot"),
        ]

    def __str__(self) -> str:
        return f"key of type {self.type}, epoch {self.epoch}"


class Generation(models.Model):
    """One generation of a key: its record as sent, and the ceremony that made it."""

    pk = models.CompositePrimaryKey("key_id", "generation")
    key_id = models.BinaryField()
    generation = models.IntegerField()
    renewed = models.BigIntegerField()
    ceremony = models.BinaryField()
    body = models.BinaryField()

    class Meta:
        db_table = "exchange_generation"

    def __str__(self) -> str:
        return f"generation {self.generation}"


class RefreshOrder(models.Model):
    """A holder's signed order to refresh all shares, after an incident. `digest` is SHA-256 of its payload."""

    digest = models.BinaryField(primary_key=True)
    holder = models.SmallIntegerField()
    time = models.BigIntegerField()
    body = models.BinaryField()

    class Meta:
        db_table = "exchange_refreshorder"

    def __str__(self) -> str:
        return f"refresh ordered by holder {self.holder}"


class Attestation(models.Model):
    """A holder's signed word that it erased shares. `digest` is SHA-256 of its payload; the log names it."""

    digest = models.BinaryField(primary_key=True)
    holder = models.SmallIntegerField()
    time = models.BigIntegerField()
    body = models.BinaryField()

    class Meta:
        db_table = "exchange_attestation"

    def __str__(self) -> str:
        return f"erasure by holder {self.holder}"

"""Ceremonies, keys, signals, disclosures. Octets as the protocol names them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class CeremonyState(models.TextChoices):
    """How a ceremony is."""

    OPEN = "open", "open"
    DONE = "done", "klaar"
    FAILED = "failed", "afgebroken"


class Ceremony(models.Model):
    """One key ceremony; `slots` as sent to the holders. A failed one says who failed and how; a new one is opened."""

    id = models.BinaryField(primary_key=True)
    slots = models.BinaryField()
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
    """A key record that all holders signed, as sent."""

    id = models.BinaryField(primary_key=True)
    circle = models.BinaryField()
    type = models.SmallIntegerField()
    epoch = models.IntegerField()
    generation = models.IntegerField()
    body = models.BinaryField()

    class Meta:
        db_table = "exchange_key"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["circle", "type", "epoch"], name="exchange_key_slot"),
        ]

    def __str__(self) -> str:
        return f"key of type {self.type}, epoch {self.epoch}"


class Signal(models.Model):
    """A live signal: one per publisher and tag. The header is kept as signed; the columns beside it are read from it.

    `salt` is the share s: with the sealed context it opens only for who evaluated the identifier.
    """

    pk = models.CompositePrimaryKey("publisher", "key_id", "tag")
    publisher = models.BinaryField()
    key_id = models.BinaryField()
    tag = models.BinaryField()
    group = models.BinaryField()
    header = models.BinaryField()
    revision = models.IntegerField()
    expires = models.IntegerField()
    salt = models.BinaryField()
    signature = models.BinaryField()
    context = models.BinaryField()

    class Meta:
        db_table = "exchange_signal"
        indexes: ClassVar = [models.Index(fields=["key_id", "tag"], name="exchange_signal_tag")]

    def __str__(self) -> str:
        return f"signal, revision {self.revision}"


class Disclosure(models.Model):
    """What was disclosed to whom, for which purpose, with the receipt the hub signed. It names signals, never identifiers."""

    time = models.BigIntegerField()
    asker = models.BinaryField()
    circle = models.BinaryField()
    commitment = models.BinaryField()
    purpose = models.TextField()
    level = models.TextField()
    signals = models.JSONField()
    publishers = models.JSONField()
    receipt = models.BinaryField()

    class Meta:
        db_table = "exchange_disclosure"
        indexes: ClassVar = [models.Index(fields=["circle", "time"], name="exchange_disclosure_circle")]

    def __str__(self) -> str:
        return f"disclosure for {self.purpose}"

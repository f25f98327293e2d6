"""Signals, and what is disclosed of them. Octets as the protocol names them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Signal(models.Model):
    """A live signal: one per publisher and tag. The header is kept as signed; the columns beside it are read from it.

    `salt` is the share s: with the sealed context it opens only for who evaluated the identifier. `purposes` are those of the
    circle when it was shared (`core.law.purposes`): a later purpose of the circle does not reach back. Null: shared before
    this was kept.
    """

    pk = models.CompositePrimaryKey("publisher", "key_id", "tag")
    publisher = models.BinaryField()
    key_id = models.BinaryField()
    tag = models.BinaryField()
    signal_id = models.BinaryField()
    group = models.BinaryField()
    header = models.BinaryField()
    revision = models.IntegerField()
    expires = models.IntegerField()
    salt = models.BinaryField()
    signature = models.BinaryField()
    context = models.BinaryField()
    purposes = models.SmallIntegerField(null=True)

    class Meta:
        db_table = "exchange_signal"
        indexes: ClassVar = [
            models.Index(fields=["key_id", "tag"], name="exchange_signal_tag"),
            models.Index(fields=["signal_id"], name="exchange_signal_id"),
        ]

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


class Handed(models.Model):
    """Who got which signal's context: these hear it when the signal is corrected."""

    pk = models.CompositePrimaryKey("signal_id", "party")
    signal_id = models.BinaryField()
    party = models.BinaryField()
    circle = models.BinaryField()
    time = models.BigIntegerField()

    class Meta:
        db_table = "exchange_handed"

    def __str__(self) -> str:
        return "a signal handed over"


class ApprovalState(models.TextChoices):
    """How a publisher answered; silence refuses."""

    PENDING = "gevraagd", "gevraagd"
    APPROVED = "toegestaan", "toegestaan"
    REFUSED = "geweigerd", "geweigerd"
    SILENT = "geen-antwoord", "geen antwoord"


class Approval(models.Model):
    """One signal whose publisher is asked before anything is disclosed. The publisher sees sector, purpose and article."""

    pk = models.CompositePrimaryKey("request", "signal_id")
    request = models.BinaryField()
    signal_id = models.BinaryField()
    publisher = models.BinaryField()
    asker = models.BinaryField()
    circle = models.BinaryField()
    key_id = models.BinaryField()
    level = models.TextField()
    purpose = models.TextField()
    commitment = models.BinaryField()
    created = models.BigIntegerField()
    until = models.BigIntegerField()
    state = models.TextField(choices=ApprovalState.choices, default=ApprovalState.PENDING)

    class Meta:
        db_table = "exchange_approval"
        indexes: ClassVar = [models.Index(fields=["state", "until"], name="exchange_approval_due")]

    def __str__(self) -> str:
        return f"approval {self.state}"

"""Streams and their events (the outbox is the stream), and the nonces of signed requests."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Stream(models.Model):
    """A stream by name with the sequence of its last event. Its row is taken last in a transaction, so that commit order is
    sequence order; a sequence object would hand out numbers before others commit, and a reader's cursor would lose rows.

    A reader whose cursor lies before `floor` may have missed an event that was tidied away, and begins anew."""

    name = models.TextField(primary_key=True)
    head = models.BigIntegerField(default=0)
    floor = models.BigIntegerField(default=0, db_default=0)

    class Meta:
        db_table = "plumbing_stream"

    def __str__(self) -> str:
        return self.name


class Event(models.Model):
    """One event: octets for the readers of a stream."""

    pk = models.CompositePrimaryKey("stream", "sequence")
    stream = models.TextField()
    sequence = models.BigIntegerField()
    body = models.BinaryField()

    class Meta:
        db_table = "plumbing_event"

    def __str__(self) -> str:
        return f"{self.stream} {self.sequence}"


class Place(models.Model):
    """How far a reader of the hub itself is in a stream: it has dealt with everything up to `sequence`."""

    pk = models.CompositePrimaryKey("reader", "stream")
    reader = models.TextField()
    stream = models.TextField()
    sequence = models.BigIntegerField()

    class Meta:
        db_table = "plumbing_place"

    def __str__(self) -> str:
        return f"{self.reader} in {self.stream} at {self.sequence}"


class Nonce(models.Model):
    """A nonce of a signed request: counts once per key, for 300 seconds."""

    pk = models.CompositePrimaryKey("key", "nonce")
    key = models.BinaryField()
    nonce = models.BinaryField()
    seen = models.BigIntegerField()

    class Meta:
        db_table = "plumbing_nonce"
        indexes: ClassVar = [models.Index(fields=["seen"], name="plumbing_nonce_seen")]

    def __str__(self) -> str:
        return f"nonce of {self.seen}"

"""Ceremonies, keys, signals and what follows them. Octets as the protocol names them."""

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


class Signal(models.Model):
    """A live signal: one per publisher and tag. The header is kept as signed; the columns beside it are read from it.

    `salt` is the share s: with the sealed context it opens only for who evaluated the identifier.
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
        indexes: ClassVar = [models.Index(fields=["told", "time"], name="exchange_feedback_told")]

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

"""The log's tables. Leaves, places and tiles are never changed; the database refuses it to its owner too."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Leaf(models.Model):
    """One leaf: its number, when it was added (seconds), and the hash of salt and event."""

    number = models.BigAutoField(primary_key=True)
    time = models.BigIntegerField()
    leaf = models.BinaryField()

    class Meta:
        db_table = "audit_leaf"

    def __str__(self) -> str:
        return f"leaf {self.number}"


class Event(models.Model):
    """What a leaf is of. `outcome` is passed or refused; `ground` says why a gate stayed shut; `gate` is 1 or 2.

    Beside the event's octets stand the few columns that pages count by. None of them can name an identifier.
    """

    leaf = models.OneToOneField(Leaf, on_delete=models.PROTECT, primary_key=True, related_name="+")
    salt = models.BinaryField()
    event = models.BinaryField()
    time = models.BigIntegerField()
    activity = models.TextField()
    circle = models.BinaryField(null=True)
    party = models.BinaryField(null=True)
    outcome = models.TextField()
    gate = models.SmallIntegerField(null=True)
    ground = models.TextField(blank=True)
    articles = models.JSONField(default=list)
    amount = models.IntegerField(default=1)

    class Meta:
        db_table = "audit_event"
        indexes: ClassVar = [
            models.Index(fields=["circle", "time"], name="audit_event_circle_time"),
            models.Index(fields=["party", "time", "leaf"], name="audit_event_party_time"),
        ]

    def __str__(self) -> str:
        return f"{self.activity} {self.outcome}"


class Waiting(models.Model):
    """A leaf without a place yet, and whom it concerns: the party, and the key holder that says so."""

    leaf = models.OneToOneField(Leaf, on_delete=models.PROTECT, primary_key=True, related_name="+")
    party = models.BinaryField(null=True)
    witness = models.BinaryField(null=True)

    class Meta:
        db_table = "audit_waiting"

    def __str__(self) -> str:
        return f"leaf {self.pk} waits"


class PlacedLeaf(models.Model):
    """The place of a leaf in the tree, from 0 without gaps."""

    place = models.BigIntegerField(primary_key=True)
    leaf = models.OneToOneField(Leaf, on_delete=models.PROTECT, related_name="+")
    party = models.BinaryField(null=True)
    witness = models.BinaryField(null=True)

    class Meta:
        db_table = "audit_place"
        indexes: ClassVar = [
            models.Index(fields=["party", "place"], name="audit_place_party"),
            models.Index(fields=["witness", "place"], name="audit_place_witness"),
        ]

    def __str__(self) -> str:
        return f"place {self.place}"


class HashTile(models.Model):
    """Up to 256 hashes of the tree; the last tile of a level grows, and what is in a tile never changes."""

    pk = models.CompositePrimaryKey("level", "number")
    level = models.SmallIntegerField()
    number = models.BigIntegerField()
    hashes = models.BinaryField()

    class Meta:
        db_table = "audit_tile"

    def __str__(self) -> str:
        return f"tile {self.level} {self.number}"


class Checkpoint(models.Model):
    """A checkpoint as a note with the log's signature. `witnessed`: enough holders cosigned it."""

    size = models.BigIntegerField(primary_key=True)
    time = models.BigIntegerField()
    note = models.TextField()
    witnessed = models.BooleanField(default=False)

    class Meta:
        db_table = "audit_checkpoint"
        indexes: ClassVar = [
            models.Index(fields=["time"], name="audit_checkpoint_time"),
            models.Index(fields=["size"], condition=models.Q(witnessed=True), name="audit_checkpoint_witnessed"),
        ]

    def __str__(self) -> str:
        return f"checkpoint of {self.size}"


class Cosignature(models.Model):
    """A holder's cosignature of a checkpoint, as a line of the note; a later one takes its place."""

    pk = models.CompositePrimaryKey("checkpoint", "name")
    checkpoint = models.ForeignKey(Checkpoint, on_delete=models.CASCADE, db_column="size", related_name="+")
    name = models.TextField()
    key = models.BinaryField()
    time = models.BigIntegerField()
    line = models.TextField()

    class Meta:
        db_table = "audit_cosignature"

    def __str__(self) -> str:
        return f"{self.name} on {self.checkpoint_id}"


class HolderLine(models.Model):
    """What a key holder says it evaluated: digest of the request, key, member, use, number, root of the case commitments.

    `leaf` is the number of its leaf in the log; lines from before the log had places have none.
    """

    pk = models.CompositePrimaryKey("holder", "digest")
    holder = models.SmallIntegerField()
    digest = models.BinaryField()
    batch = models.BinaryField()
    key = models.BinaryField()
    member = models.BinaryField()
    use = models.SmallIntegerField()
    m = models.SmallIntegerField()
    root = models.BinaryField()
    time = models.BigIntegerField()
    leaf = models.BigIntegerField(null=True)
    trace = models.TextField(default="", db_default="")

    class Meta:
        db_table = "audit_holderline"
        indexes: ClassVar = [
            models.Index(fields=["member", "time"], name="audit_holderline_member"),
            models.Index(fields=["key", "time"], name="audit_holderline_key"),
        ]

    def __str__(self) -> str:
        return f"holder {self.holder}"


class EdgeNonce(models.Model):
    """A nonce the edge saw; written by the edge only."""

    pk = models.CompositePrimaryKey("key", "nonce")
    key = models.BinaryField()
    nonce = models.BinaryField()
    seen = models.BigIntegerField()

    class Meta:
        db_table = "edge_nonce"
        indexes: ClassVar = [models.Index(fields=["seen"], name="edge_nonce_seen")]

    def __str__(self) -> str:
        return f"nonce of {self.seen}"


class EdgeAudit(models.Model):
    """A bucket question as the edge recorded it before it answered; never a prefix. Written by the edge only."""

    number = models.BigAutoField(primary_key=True)
    time = models.BigIntegerField()
    member = models.BinaryField()
    circle = models.BinaryField()
    type = models.SmallIntegerField()
    key_id = models.BinaryField()
    prefixes = models.SmallIntegerField()
    outcome = models.TextField()
    trace = models.TextField(default="", db_default="")

    class Meta:
        db_table = "edge_audit"
        indexes: ClassVar = [
            models.Index(fields=["circle", "time"], name="edge_audit_circle_time"),
            models.Index(fields=["member", "time", "number"], name="edge_audit_member_time"),
        ]

    def __str__(self) -> str:
        return f"{self.prefixes} prefixes {self.outcome}"


class EdgeLogged(models.Model):
    """Up to which line of the edge the log has its leaves."""

    number = models.BigIntegerField(primary_key=True)

    class Meta:
        db_table = "audit_edgelogged"

    def __str__(self) -> str:
        return f"edge lines up to {self.number}"


class Draw(models.Model):
    """One day of one circle that an auditor draws from: SHA-256 of its secret, logged before the day, and the secret after it.

    `seal` is the size of the log at which the day was closed: what stands before it is drawn from.
    """

    pk = models.CompositePrimaryKey("circle", "day")
    circle = models.BinaryField()
    day = models.IntegerField()
    auditor = models.BinaryField()
    commitment = models.BinaryField()
    committed = models.BigIntegerField()
    secret = models.BinaryField(null=True)
    seal = models.BigIntegerField(null=True)

    class Meta:
        db_table = "audit_draw"

    def __str__(self) -> str:
        return f"draw of day {self.day}"


class Sample(models.Model):
    """One question that was drawn, and how it ended; `outcome` is empty while it may be shown, until `until` (seconds)."""

    number = models.BigAutoField(primary_key=True)
    circle = models.BinaryField()
    day = models.IntegerField()
    member = models.BinaryField()
    digest = models.BinaryField()
    batch = models.BinaryField()
    key = models.BinaryField()
    m = models.SmallIntegerField()
    position = models.SmallIntegerField()
    root = models.BinaryField()
    use = models.SmallIntegerField()
    until = models.BigIntegerField()
    outcome = models.TextField(blank=True, default="")
    ended = models.BigIntegerField(null=True)

    class Meta:
        db_table = "audit_sample"
        indexes: ClassVar = [
            models.Index(fields=["circle", "day", "member"], name="audit_sample_day"),
            models.Index(fields=["until"], condition=models.Q(outcome=""), name="audit_sample_open"),
        ]

    def __str__(self) -> str:
        return f"question {self.position} of day {self.day}"


class Processing(models.Model):
    """One processing of personal data, by the fields of Logboek Dataverwerkingen. Times in milliseconds.

    `data_subject` is ciphertext that the hub cannot open, and absent where the hub does not know of whom data are.
    `controller` is the party for whom it was done; `foreign` the span there that asked for it; `leaf` its leaf in the log.
    """

    number = models.BigAutoField(primary_key=True)
    trace = models.TextField()
    span = models.TextField()
    foreign = models.TextField()
    activity = models.TextField()
    data_subject = models.BinaryField(null=True)
    controller = models.BinaryField()
    circle = models.BinaryField(null=True)
    amount = models.IntegerField()
    started = models.BigIntegerField()
    ended = models.BigIntegerField()
    status = models.TextField()
    leaf = models.BigIntegerField(null=True)

    class Meta:
        db_table = "audit_processing"
        indexes: ClassVar = [
            models.Index(fields=["controller", "number"], name="audit_processing_controller"),
            models.Index(fields=["trace"], name="audit_processing_trace"),
        ]

    def __str__(self) -> str:
        return f"{self.activity} {self.status}"


class Decision(models.Model):
    """One decision to allow or deny, by the fields of an Authorization Decision Log, its question in the shape of AuthZEN.

    `policy` says by which version it was decided; `reasons` are codes and articles. `time` in milliseconds.
    """

    number = models.BigAutoField(primary_key=True)
    time = models.BigIntegerField()
    trace = models.TextField()
    span = models.TextField()
    subject_type = models.TextField()
    subject = models.TextField()
    action = models.TextField()
    resource_type = models.TextField()
    resource = models.TextField()
    context = models.JSONField()
    decision = models.BooleanField()
    reasons = models.JSONField()
    policy = models.TextField()

    class Meta:
        db_table = "audit_decision"
        indexes: ClassVar = [
            models.Index(fields=["subject", "number"], name="audit_decision_subject"),
            models.Index(fields=["resource", "number"], name="audit_decision_resource"),
            models.Index(fields=["trace"], name="audit_decision_trace"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.decision}"

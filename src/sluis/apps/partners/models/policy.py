"""Policy documents as sent, their proofs, and keys taken away."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class PolicyDocument(models.Model):
    """A policy snapshot as sent, all sections; never changed. In force only once it has a proof.

    `leaf` is the number of the leaf in the log that holds its digest.
    """

    serial = models.BigIntegerField(primary_key=True)
    received = models.BigIntegerField()
    body = models.BinaryField()
    leaf = models.BigIntegerField(null=True)

    class Meta:
        db_table = "partners_policydocument"

    def __str__(self) -> str:
        return f"serial {self.serial}"


class PolicyProof(models.Model):
    """That a snapshot is in the log, seen by enough holders. Of the highest serial the last one made is in force.

    `size` is that of the checkpoint. A holder that cosigns the same checkpoint later gives one more, with more cosignatures.
    """

    number = models.BigAutoField(primary_key=True)
    document = models.ForeignKey(PolicyDocument, on_delete=models.PROTECT, db_column="serial", related_name="+")
    size = models.BigIntegerField()
    received = models.BigIntegerField()
    body = models.BinaryField()

    class Meta:
        db_table = "partners_policyproof"
        indexes: ClassVar = [models.Index(fields=["document", "number"], name="partners_policyproof_serial")]

    def __str__(self) -> str:
        return f"proof of serial {self.document_id}"


class Revocation(models.Model):
    """A key taken away, with the signed document that says so."""

    key = models.BinaryField(primary_key=True)
    received = models.BigIntegerField()
    body = models.BinaryField()

    class Meta:
        db_table = "partners_revocation"

    def __str__(self) -> str:
        return f"revocation of {self.received}"

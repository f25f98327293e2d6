"""Organisations and people for the portal; policy documents as sent."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


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


class Organisation(models.Model):
    """An organisation that takes part, by its party id (16 octets)."""

    id = models.BinaryField(primary_key=True)
    name = models.TextField()
    sector = models.TextField()
    group = models.BinaryField()

    class Meta:
        db_table = "partners_organisation"

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    """What a person may do for an organisation. The last four steer, supervise or run Sluis; they read no content."""

    ANALYST = "analyst", _("analist")
    DATA_OFFICER = "data_officer", _("gegevensbeheerder")
    PRIVACY_OFFICER = "privacy_officer", _("privacyjurist")
    ORG_ADMIN = "org_admin", _("beheerder")
    AUDITOR = "auditor", _("auditor")
    OBSERVER = "observer", _("waarnemer")
    PROGRAMME_OFFICE = "programme_office", _("programmabureau")
    CORE_GROUP = "core_group", _("kerngroep")
    SUPERVISOR = "supervisor", _("toezichthouder")
    OPERATOR = "operator", _("systeembeheerder")


class Membership(models.Model):
    """A person's role in one organisation."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    role = models.TextField(choices=Role.choices)

    class Meta:
        db_table = "partners_membership"

    def __str__(self) -> str:
        return f"{self.role} of {self.organisation}"

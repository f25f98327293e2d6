"""What stands in for a phone, and whom a partner's own identity provider vouches for."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from sluis.apps.partners.models.people import Organisation


class RecoveryCode(models.Model):
    """One recovery code of a person, as SHA-256; the row goes when the code is used."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    digest = models.BinaryField(unique=True)

    class Meta:
        db_table = "partners_recoverycode"

    def __str__(self) -> str:
        return f"recovery code of {self.user_id}"


class OutsideIdentity(models.Model):
    """Who a subject of an identity provider is here. The provider vouches for its own organisation only."""

    issuer = models.TextField()
    subject = models.TextField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "partners_outsideidentity"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="partners_outsideidentity_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} by {self.issuer}"

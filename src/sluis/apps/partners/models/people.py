"""Organisations, and the roles of people in them."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Organisation(models.Model):
    """An organisation that takes part, by its party id (16 octets); `left` is when it stopped (seconds)."""

    id = models.BinaryField(primary_key=True)
    name = models.TextField()
    sector = models.TextField()
    group = models.BinaryField()
    left = models.BigIntegerField(null=True)

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
    """A person's role in one organisation, from `since` until `ended` (seconds; empty while it lasts).

    A row never changes its role: another role is another row, so that the table is the history, and a session that was opened
    in a role ends with it.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    role = models.TextField(choices=Role.choices)
    since = models.BigIntegerField(default=0)
    ended = models.BigIntegerField(null=True)

    class Meta:
        db_table = "partners_membership"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "organisation"], condition=models.Q(ended=None), name="partners_membership_one_role"
            )
        ]

    def __str__(self) -> str:
        return f"{self.role} of {self.organisation}"

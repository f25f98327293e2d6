"""Whom to ask for what at an organisation, and which circles let outsiders see who is in them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from sluis.apps.partners.models.changes import TwoPersonChange
from sluis.apps.partners.models.people import Organisation


class Subject(models.TextChoices):
    """What one asks about."""

    HIT = "treffer", _("uitleg bij een treffer")
    DISPUTE = "betwisting", _("een betwisting of bezwaar")
    PRIVACY = "privacy", _("privacy en grondslag")
    TECHNIQUE = "techniek", _("techniek van het koppelpunt")
    PRESS = "pers", _("pers en campagnes")
    COOPERATION = "samenwerking", _("samenwerking en werkgroepen")


class ContactPoint(models.Model):
    """Who at an organisation answers on a subject: a desk or a function, with an address."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    subject = models.TextField(choices=Subject.choices)
    who = models.TextField()
    email = models.TextField()
    phone = models.TextField(blank=True)

    class Meta:
        db_table = "partners_contactpoint"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "subject"], name="partners_contactpoint_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} at {self.organisation}"


class ShownCircle(models.Model):
    """A circle (16 octets) whose members decided that outsiders may see who is in it. Without a row nobody outside does."""

    circle = models.BinaryField(primary_key=True)
    change = models.ForeignKey(TwoPersonChange, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "partners_showncircle"

    def __str__(self) -> str:
        return "a circle that is shown"

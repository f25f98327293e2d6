"""What one person proposes and another decides."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from sluis.apps.partners.models.people import Organisation


class ChangeState(models.TextChoices):
    """How a proposal stands. Only the first may still become another."""

    PROPOSED = "voorgesteld", _("wacht op een tweede persoon")
    APPROVED = "goedgekeurd", _("goedgekeurd")
    REFUSED = "afgewezen", _("afgewezen")
    WITHDRAWN = "ingetrokken", _("ingetrokken")
    LAPSED = "verlopen", _("verlopen: niemand besliste op tijd")


class TwoPersonChange(models.Model):
    """A change of `kind` for an organisation: `payload` says what (JSON), `reason` why. Moments are seconds.

    Who decides is not who proposed: the database refuses it too. A decided row never changes again.
    """

    kind = models.TextField()
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    payload = models.BinaryField()
    reason = models.TextField()
    proposer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed = models.BigIntegerField()
    until = models.BigIntegerField()
    state = models.TextField(choices=ChangeState.choices, default=ChangeState.PROPOSED)
    decider = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    decided = models.BigIntegerField(null=True)
    answer = models.TextField(blank=True)

    class Meta:
        db_table = "partners_change"
        indexes: ClassVar = [models.Index(fields=["organisation", "state"], name="partners_change_waiting")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(decider=models.F("proposer")) | ~models.Q(state__in=["goedgekeurd", "afgewezen"]),
                name="partners_change_two_people",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"


class Invitation(models.Model):
    """That somebody may make an account with a role in an organisation, by a secret of which the digest is kept, once."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    username = models.TextField()
    email = models.TextField()
    role = models.TextField()
    digest = models.BinaryField(unique=True)
    until = models.BigIntegerField()
    used = models.BigIntegerField(null=True)
    change = models.OneToOneField(TwoPersonChange, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "partners_invitation"

    def __str__(self) -> str:
        return f"invitation {self.pk}"

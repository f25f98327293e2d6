"""Applications to take part, and the agreements that were signed for them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from sluis.apps.partners.models.changes import TwoPersonChange
from sluis.apps.partners.models.people import Organisation


class Door(models.TextChoices):
    """What one wants to take part in. A working group needs no keys and no circle."""

    WORKING_GROUP = "werkgroep", _("een werkgroep")
    EXCHANGE = "uitwisseling", _("een uitwisseling van gegevens")


class Step(models.TextChoices):
    """What an application waits for; the last three are its end."""

    TEST = "toets", _("de toets door het programmabureau")
    AGREEMENTS = "afspraken", _("uw handtekening onder de afspraken")
    KEY = "sleutel", _("de sleutel van uw organisatie")
    CIRCLE = "kring", _("uw keuze van een eerste uitwisselkring")
    DECISION = "besluit", _("het besluit van de kerngroep")
    ADMITTED = "toegelaten", _("niets meer: u doet mee")
    REFUSED = "afgewezen", _("niets meer: u bent niet toegelaten")
    WITHDRAWN = "ingetrokken", _("niets meer: u trok de aanmelding in")


class Application(models.Model):
    """One application. `digest` is of the code in the applicant's link; `since` is when it came to this step (seconds).

    `mandate`, `confidentiality` and `lawfulness` are what the applicant says to the three questions of the test; `passed` and
    `judgement` are what the programme office found.
    """

    reference = models.TextField(unique=True)
    digest = models.BinaryField()
    door = models.TextField(choices=Door.choices)
    name = models.TextField()
    kvk = models.TextField(blank=True)
    sector = models.TextField()
    contact = models.TextField()
    email = models.TextField()
    motive = models.TextField()
    mandate = models.TextField()
    confidentiality = models.TextField()
    lawfulness = models.TextField()
    received = models.BigIntegerField()
    step = models.TextField(choices=Step.choices, default=Step.TEST)
    since = models.BigIntegerField()
    passed = models.BooleanField(null=True)
    judgement = models.TextField(blank=True)
    challenge = models.BinaryField()
    key = models.BinaryField(null=True, unique=True)
    circle = models.TextField(blank=True)
    answer = models.TextField(blank=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", null=True)
    change = models.ForeignKey(TwoPersonChange, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        db_table = "partners_application"
        indexes: ClassVar = [models.Index(fields=["step", "since"], name="partners_application_step")]

    def __str__(self) -> str:
        return self.reference


class SignedAgreement(models.Model):
    """That somebody signed a version of an agreement for an applicant; `digest` is SHA-256 of its text. Never changed."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="+")
    place = models.SmallIntegerField()
    code = models.TextField()
    version = models.SmallIntegerField()
    digest = models.BinaryField()
    signer = models.TextField()
    office = models.TextField()
    signed = models.BigIntegerField()

    class Meta:
        db_table = "partners_signedagreement"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["application", "place"], name="partners_signedagreement_place"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.version}"


class Departure(models.Model):
    """That an organisation left: the signed receipt, and the digest of the code of the link behind which it can be read."""

    organisation = models.OneToOneField(Organisation, on_delete=models.PROTECT, primary_key=True, related_name="+")
    change = models.OneToOneField(TwoPersonChange, on_delete=models.PROTECT, related_name="+")
    digest = models.BinaryField(unique=True)
    receipt = models.BinaryField()
    export = models.BinaryField()

    class Meta:
        db_table = "partners_departure"

    def __str__(self) -> str:
        return f"departure of {self.organisation}"

"""What somebody fills in to ask the privacykader. All of it is about a kind of exchange, never about a person or a case."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from sluis.apps.privacy import selectors
from sluis.core import errors
from sluis.core.law import facts, vocabulary
from sluis.core.law.assessing import World
from sluis.core.law.facts import Facts
from sluis.core.law.technique import NEEDS, Wish

_NEEDED: Final = {"required": _("Kies wat hier past."), "invalid_choice": _("Kies een van de mogelijkheden in de lijst.")}
_NO_DAY: Final = {"invalid": _("Schrijf de dag als jjjj-mm-dd, bijvoorbeeld 2027-07-10.")}


class _KaderForm(forms.Form):
    """A form that asks for facts in the words of the rules in force, and for the law they are asked about."""

    asks: ClassVar[Sequence[str]] = ()
    what_if = forms.MultipleChoiceField(
        label=_("Doe alsof dit al wet is"), required=False, error_messages=_NEEDED, widget=forms.CheckboxSelectMultiple
    )
    as_of = forms.DateField(label=_("Het recht op deze dag"), required=False, error_messages=_NO_DAY)

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.rules = selectors.rules_in_force()
        for name in self.asks:
            self.fields[name] = _field(name, self._choices(name))
        self.order_fields(self.asks)
        scenarios = [(one, selectors.scenario_name(one)) for one in self.rules.scenarios()]
        self.fields["what_if"] = _several(self.fields["what_if"].label, scenarios, required=False)

    def _choices(self, name: str) -> list[tuple[str, Any]]:
        return [(code, selectors.in_language(word)) for code, word in self.rules.words.words(name).items()]

    def again(self) -> list[tuple[str, str]]:
        """(name, value) of everything a valid form asked, to ask it once more."""
        held = [(name, self.cleaned_data[name]) for name in self.fields if self.cleaned_data[name]]
        return [(name, str(one)) for name, value in held for one in (value if isinstance(value, list) else [value])]

    def world(self) -> World:
        """The law a valid form asks about."""
        return World(frozenset(self.cleaned_data["what_if"]), self.cleaned_data["as_of"])


def _field(name: str, choices: list[tuple[str, Any]]) -> forms.Field:
    if name in vocabulary.MANY:
        return _several(selectors.field_name(name), choices, required=name == "data")
    return forms.ChoiceField(label=selectors.field_name(name), choices=[("", _("kies")), *choices], error_messages=_NEEDED)


def _several(label: Any, choices: list[tuple[str, Any]], *, required: bool) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, choices=choices, required=required, error_messages=_NEEDED, widget=forms.CheckboxSelectMultiple
    )


class ExchangeForm(_KaderForm):
    """A proposed exchange, all its facts."""

    asks = tuple(vocabulary.LISTS)

    def clean(self) -> dict[str, Any]:
        """The facts, when they can be true together."""
        cleaned = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        try:
            cleaned["facts"] = facts.read(self._given(cleaned), self.rules.words)
        except errors.Malformed as error:
            for fault in error.faults:
                self.add_error(fault.where, selectors.contradiction(fault.where))
        return cleaned

    def _given(self, cleaned: dict[str, Any]) -> dict[str, Any]:
        return {name: cleaned[name] for name in self.asks}

    def told(self) -> Facts:
        """The facts of a valid form."""
        found: Facts = self.cleaned_data["facts"]
        return found


class MatrixForm(_KaderForm):
    """What is the same in every cell of the matrix. Whoever asks nothing sees the question most asked."""

    asks = ("data", "offence", "subject", "purpose", "technique", "flags")
    USUAL: ClassVar[dict[str, Any]] = {
        "data": ["account_identifier"],
        "offence": "suspicion",
        "subject": "suspect",
        "purpose": "prevent_fraud",
        "technique": "hit_no_hit",
        "flags": [],
    }

    def told(self) -> Facts:
        """The facts of a valid form; sender and receiver differ by cell."""
        chosen = {name: self.cleaned_data[name] for name in ("offence", "subject", "purpose", "technique")}
        data, flags = frozenset(self.cleaned_data["data"]), frozenset(self.cleaned_data["flags"])
        return Facts(sender="bank", receiver="bank", data=data, flags=flags, **chosen)


class PoliceForm(ExchangeForm):
    """The same question with the police as receiver, and only what matters there."""

    asks = ("from", "data", "offence", "subject", "purpose", "technique", "flags")
    _WORDS: ClassVar[dict[str, tuple[str, ...]]] = {
        "purpose": ("investigate", "victim_support", "warn_potential_victims", "content_removal"),
        "technique": ("plain", "referral", "conduit"),
        "flags": (
            *("offence_against_sender", "aangifte_done", "legal_demand", "victim_consent", "victim_reports_directly"),
            *("from_police", "outside_eea", "minor"),
        ),
    }

    def _choices(self, name: str) -> list[tuple[str, Any]]:
        wanted = self._WORDS.get(name)
        return [one for one in super()._choices(name) if wanted is None or one[0] in wanted]

    def _given(self, cleaned: dict[str, Any]) -> dict[str, Any]:
        return {**super()._given(cleaned), "to": "police"}


class TechniqueForm(forms.Form):
    """What somebody wants to know, and in which circumstances."""

    need = forms.ChoiceField(label=_("Wat wilt u weten?"), error_messages=_NEEDED)
    many_parties = forms.BooleanField(label=_("Er doen meer dan twee partijen mee"), required=False)
    within_seconds = forms.BooleanField(label=_("Het antwoord moet er binnen seconden zijn"), required=False)
    guessable = forms.BooleanField(label=_("Het gaat om nummers die te raden zijn, zoals IBAN of telefoon"), required=False)

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        choices = [("", _("kies")), *((code, selectors.in_language(text)) for code, text in NEEDS.items())]
        self.fields["need"] = forms.ChoiceField(label=self.fields["need"].label, choices=choices, error_messages=_NEEDED)
        self.order_fields(["need"])

    def wish(self) -> Wish:
        """What a valid form asks."""
        return Wish(**self.cleaned_data)


class ProposalForm(forms.Form):
    """What an assessment has besides facts: for which circle, how long, why, and the evidence for each condition.

    `circles` are (name, title) of the reader's own, `evidence` (name, title) of what its organisation is party to.
    """

    kring = forms.ChoiceField(label=_("Voor welke uitwisselkring"), error_messages=_NEEDED)
    terug = forms.BooleanField(label=_("Ook andersom: de ontvanger vertelt de afzender hetzelfde"), required=False)
    erbij = forms.BooleanField(label=_("Houd de richtingen die al beoordeeld zijn"), required=False)
    naam = forms.CharField(label=_("Naam om te noemen"), max_length=80, error_messages={"required": _("Geef een naam.")})
    waarom = forms.CharField(label=_("Waarom"), max_length=500, error_messages={"required": _("Geef een reden.")})
    tot = forms.DateField(label=_("Geldt tot en met"), error_messages={"required": _("Kies een dag."), **_NO_DAY})
    herzien = forms.DateField(label=_("Te herzien uiterlijk op"), error_messages={"required": _("Kies een dag."), **_NO_DAY})

    def __init__(
        self, *given: Any, circles: Sequence[tuple[str, str]], conditions: Sequence[Any], evidence: Sequence[Any]
    ) -> None:
        super().__init__(*given)
        self.fields["kring"] = forms.ChoiceField(
            label=self.fields["kring"].label, choices=[("", _("kies")), *circles], error_messages=_NEEDED
        )
        self._codes = [one.code for one in conditions]
        shown = [("", _("geen stuk: dwingt de sluis af, of staat open")), *((one.name, one.title) for one in evidence)]
        for one in conditions:
            self.fields[f"met-{one.code}"] = forms.ChoiceField(label=one.words, choices=shown, required=False)

    def met(self) -> dict[str, str]:
        """Condition -> name of the evidence, of a valid form."""
        chosen = {code: self.cleaned_data[f"met-{code}"] for code in self._codes}
        return {code: name for code, name in chosen.items() if name}


class EvidenceForm(forms.Form):
    """A document that shows a condition to be met, by its name; the document itself stays where it is."""

    name = forms.CharField(label=_("Naam om te noemen"), max_length=80, error_messages={"required": _("Geef een naam.")})
    kind = forms.ChoiceField(label=_("Soort"), error_messages=_NEEDED)
    title = forms.CharField(label=_("Titel"), max_length=200, error_messages={"required": _("Geef de titel.")})
    others = forms.CharField(label=_("Andere partijen, met puntkomma's ertussen"), max_length=500, required=False)
    scope = forms.CharField(
        label=_("Waarover het gaat"), max_length=300, error_messages={"required": _("Schrijf waarover het gaat.")}
    )
    source = forms.CharField(label=_("Waar het te lezen is"), max_length=300, required=False)
    starts = forms.DateField(label=_("Geldt vanaf"), error_messages={"required": _("Kies een dag."), **_NO_DAY})
    ends = forms.DateField(label=_("Geldt tot en met; leeg: geen einde"), required=False, error_messages=_NO_DAY)

    def __init__(self, *given: Any, kinds: Sequence[tuple[str, Any]]) -> None:
        super().__init__(*given)
        self.fields["kind"] = forms.ChoiceField(label=_("Soort"), choices=[("", _("kies")), *kinds], error_messages=_NEEDED)

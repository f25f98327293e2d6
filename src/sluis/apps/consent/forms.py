"""What people fill in. Rules of content are the services'; a form only makes values of what was typed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from sluis.apps.consent.models import Marking, Scope
from sluis.apps.consent.selectors import rules
from sluis.apps.consent.selectors.rules import Audience
from sluis.apps.consent.services import Draft, Edit, Founding, Proposal


class FoundForm(forms.Form):
    """A group to found."""

    naam = forms.CharField(required=False)
    leden = forms.MultipleChoiceField(required=False)

    def __init__(self, data: Any = None, *, organisations: Iterable[tuple[str, str]]) -> None:
        super().__init__(data)
        _choose(self, "leden", organisations)

    def founding(self) -> Founding:
        """What a valid form asks for."""
        return Founding(self.cleaned_data["naam"], tuple(bytes.fromhex(one) for one in self.cleaned_data["leden"]))


class ItemForm(forms.Form):
    """Title, text and marking of an item; `versie` is the one that was read."""

    titel = forms.CharField(required=False)
    tekst = forms.CharField(required=False, strip=False)
    markering = forms.ChoiceField(choices=Marking.choices)
    versie = forms.IntegerField(required=False, min_value=1)

    def draft(self) -> Draft:
        """A new item."""
        given = self.cleaned_data
        return Draft(given["titel"], given["tekst"], given["markering"])

    def edit(self) -> Edit:
        """Other words for an item."""
        given = self.cleaned_data
        return Edit(given["titel"], given["tekst"], given["markering"], given["versie"] or 0)


class ReleaseForm(forms.Form):
    """To whom, under which marking, how long; `zeker` when the warning was read."""

    publiek = forms.ChoiceField(choices=Scope.choices)
    organisaties = forms.MultipleChoiceField(required=False)
    sector = forms.ChoiceField(required=False)
    markering = forms.ChoiceField(choices=Marking.choices)
    dagen = forms.IntegerField(min_value=1, max_value=rules.LONGEST)
    zeker = forms.BooleanField(required=False)

    def __init__(
        self, data: Any = None, *, organisations: Iterable[tuple[str, str]], sectors: Iterable[tuple[str, str]]
    ) -> None:
        super().__init__(data)
        _choose(self, "organisaties", organisations)
        _choose(self, "sector", [("", ""), *sectors])

    def audience(self) -> Audience:
        """The audience of a valid form: of what was filled in beside the scope only what belongs to it."""
        given, scope = self.cleaned_data, self.cleaned_data["publiek"]
        named = given["organisaties"] if scope == Scope.ORGANISATIONS else []
        sector = given["sector"] if scope == Scope.SECTOR else ""
        return Audience(scope, frozenset(bytes.fromhex(one) for one in named), sector)

    def proposal(self) -> Proposal:
        """What a valid form proposes."""
        given = self.cleaned_data
        return Proposal(self.audience(), given["markering"], given["dagen"], sure=given["zeker"])


def _choose(form: forms.Form, name: str, choices: Iterable[tuple[str, str]]) -> None:
    field = form.fields[name]
    if isinstance(field, forms.ChoiceField):
        field.choices = list(choices)

"""What people fill in: the filter of their organisation's own calls, and a pilot to propose."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sluis.apps.audit.selectors import PASSED, REFUSED, Mark, Wanted
from sluis.core.exchange import pilots
from sluis.core.exchange.pilots import Bound, Plan
from sluis.core.exchange.policy import Section

_FIRST: Final = MinValueValidator(date(2020, 1, 1), message=_("Kies een dag na 1 januari 2020."))
_LAST: Final = MaxValueValidator(date(2199, 12, 31), message=_("Kies een dag vóór 2200."))
# What was typed is not said again: it may be an identifier.
_NO_DAY: Final = {"invalid": _("Schrijf de dag als jjjj-mm-dd, bijvoorbeeld 2026-11-22.")}
_NO_CHOICE: Final = {"invalid_choice": _("Kies een van de mogelijkheden in de lijst.")}


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, required=False, validators=[_FIRST, _LAST], error_messages=_NO_DAY)


def _choice(label: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, error_messages=_NO_CHOICE)


class CallFilter(forms.Form):
    """Which calls to list. Every field may be left empty; `na` is the mark after which the page goes on."""

    kring = _choice(_("Uitwisselkring"))
    wat = _choice(_("Handeling"))
    uitkomst = _choice(_("Uitkomst"))
    van = _day(_("Van dag"))
    tot = _day(_("Tot en met dag"))
    na = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, circles: Iterable[Section], activities: Iterable[tuple[str, str]]) -> None:
        super().__init__(data)
        self._circles = {one.name: one for one in circles}
        everything = ("", _("alle"))
        self._choices("kring", [everything, *((name, one.title) for name, one in self._circles.items())])
        self._choices("wat", [everything, *activities])
        self._choices("uitkomst", [everything, (PASSED, _("doorgelaten")), (REFUSED, _("geweigerd"))])

    def _choices(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    def clean_na(self) -> Mark | None:
        """The mark, or None for the newest."""
        text = str(self.cleaned_data["na"])
        mark = Mark.parse(text)
        if text and mark is None:
            raise forms.ValidationError(_("Deze bladzijde bestaat niet. Begin weer bij de nieuwste."))
        return mark

    def clean(self) -> dict[str, Any]:
        """Raises when the period ends before it begins."""
        given: dict[str, Any] = dict(self.cleaned_data)
        first, last = given.get("van"), given.get("tot")
        if first and last and last < first:
            self.add_error("tot", _("Deze dag ligt vóór de eerste dag."))
        return given

    def wanted(self, party: bytes) -> Wanted:
        """What a valid form asks for."""
        given = self.cleaned_data
        circle = self._circles.get(given["kring"])
        return Wanted(
            party=party,
            circle=circle.circle if circle else None,
            activity=given["wat"],
            outcome=given["uitkomst"],
            since=_midnight(given["van"]) if given["van"] else None,
            until=_midnight(given["tot"] + timedelta(days=1)) if given["tot"] else None,
        )

    def chosen(self) -> dict[str, str]:
        """What was filled in and holds, as it goes into an address; where the page goes on left out."""
        return {name: str(value) for name, value in self.cleaned_data.items() if value and name != "na"}


def _midnight(day: date) -> int:
    return int(timezone.make_aware(datetime.combine(day, time.min)).timestamp())


_NUMBER: Final = {"invalid": _("Schrijf een heel getal."), "required": _("Schrijf een heel getal.")}
_WANTED: Final = {**_NO_DAY, "required": _("Kies een eerste en een laatste dag.")}


class PilotForm(forms.Form):
    """A pilot to propose. Days are whole days here; a stop criterion that is left empty is not asked for."""

    titel = forms.CharField(required=False)
    hypothese = forms.CharField(required=False)
    soort = forms.CharField(required=False)
    van = forms.DateField(validators=[_FIRST, _LAST], error_messages=_WANTED)
    tot = forms.DateField(validators=[_FIRST, _LAST], error_messages=_WANTED)
    doel_maat = forms.CharField(required=False)
    doel_getal = forms.IntegerField(error_messages=_NUMBER)
    onterecht = forms.IntegerField(required=False, error_messages=_NUMBER)
    betwistingen = forms.IntegerField(required=False, error_messages=_NUMBER)
    treffer_op = forms.DateField(required=False, validators=[_FIRST, _LAST], error_messages=_NO_DAY)
    reden = forms.CharField(required=False)

    def plan(self) -> Plan:
        """What a valid form proposes; whether it holds is for `core.exchange.pilots`."""
        given = self.cleaned_data
        return Plan(
            title=given["titel"],
            hypothesis=given["hypothese"],
            kind=given["soort"],
            starts=_midnight(given["van"]),
            ends=_midnight(given["tot"] + timedelta(days=1)),
            goal=Bound(given["doel_maat"], given["doel_getal"]),
            criteria=tuple(self._criteria()),
        )

    def _criteria(self) -> Iterable[Bound]:
        given = self.cleaned_data
        for name, measure in (("onterecht", pilots.SHARE_WRONG), ("betwistingen", pilots.DISPUTES)):
            if given[name] is not None:
                yield Bound(measure, given[name])
        if given["treffer_op"]:
            yield Bound(pilots.NO_HITS, _midnight(given["treffer_op"] + timedelta(days=1)))


class PilotTerm(forms.Form):
    """A new last day of a pilot."""

    tot = forms.DateField(validators=[_FIRST, _LAST], error_messages=_WANTED)

    def ends(self) -> int:
        """The first second after that day; 0 when none was chosen."""
        return _midnight(self.cleaned_data["tot"] + timedelta(days=1)) if self.is_valid() else 0

"""Which technique fits: properties of what one wants to know in, advice with leaks, costs and open law out."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sluis.apps.privacy import selectors
from sluis.apps.privacy.forms import TechniqueForm
from sluis.core.law import technique
from sluis.core.law.technique import Technique, Text
from sluis.plumbing.pages import page


@dataclass(frozen=True, slots=True)
class TechniqueView:
    """A technique in the reader's language."""

    name: str
    leaks: tuple[str, ...]
    costs: tuple[str, ...]
    unsolved: tuple[str, ...]
    cautions: tuple[str, ...]


@page
def choose_technique(request: HttpRequest) -> HttpResponse:
    """The question, and with a complete one the advice. Nothing is kept."""
    form = TechniqueForm(request.GET or None)
    shown: dict[str, object] = {"section": "kader", "form": form}
    if not form.is_bound or not form.is_valid():
        return render(request, "privacy/choose-technique.html", shown, status=400 if form.is_bound else 200)
    advice = technique.choose(form.wish())
    return render(request, "privacy/choose-technique.html", {**shown, "advice": view(advice.technique, advice.cautions)})


def view(found: Technique, cautions: tuple[Text, ...] = ()) -> TechniqueView:
    """A technique for a page."""

    def told(texts: tuple[Text, ...]) -> tuple[str, ...]:
        return tuple(map(selectors.in_language, texts))

    return TechniqueView(
        selectors.in_language(found.name), told(found.leaks), told(found.costs), told(found.unsolved), told(cautions)
    )

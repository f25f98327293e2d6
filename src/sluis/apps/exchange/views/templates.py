"""Templates of circles: choose one, see what the law still asks, take a draft along. Nothing here opens or keeps anything."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import msgspec
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sluis.apps.exchange.selectors import templates as reads
from sluis.apps.exchange.selectors.templates import Drafted, Shut
from sluis.apps.exchange.views import people, presentation, whatif, words
from sluis.apps.exchange.views.whatif import ComingView
from sluis.apps.privacy import selectors as privacy
from sluis.core import errors
from sluis.core.law.rules import Condition

_FAULTS: Final[Mapping[str, str | Promise]] = {
    "kringnaam": _("Kies een korte naam van 3 tot 40 kleine letters, cijfers of streepjes."),
    "titel-lengte": _("Geef een titel van 5 tot 120 tekens."),
}


@dataclass(frozen=True, slots=True)
class TemplateView:
    """A template in words: its rules, what the privacykader answers, and what still has to be shown."""

    id: str
    title: str
    about: str
    facts: tuple[tuple[str, str], ...]
    directions: tuple[tuple[tuple[str, str], ...], ...]
    outcome: str
    opens: bool
    articles: tuple[str, ...]
    controlled: tuple[tuple[str, str], ...]
    open: tuple[tuple[str, str], ...]
    days: int
    least: int
    most: int
    hidden: bool
    gives: str
    evidence: str
    review_days: int
    query: str


@dataclass(frozen=True, slots=True)
class ShutView:
    """A kind of exchange that is off, in words."""

    title: str
    about: str
    outcome: str
    articles: tuple[str, ...]
    query: str
    coming: tuple[ComingView, ...]


@people.page
def list_templates(request: HttpRequest) -> HttpResponse:
    """All templates, and the kinds of exchange that are off with their article."""
    people.party_of(request)
    shown = {
        "section": "circles",
        "templates": [view(one) for one in reads.every()],
        "shut": [_shut(one) for one in reads.shut()],
    }
    return render(request, "exchange/list-templates.html", shown)


@people.page
def show_template(request: HttpRequest, template: str) -> HttpResponse:
    """One template with all it asks; with a name and a title, its draft as a file for the policy authority."""
    people.party_of(request)
    found, faults = reads.drafted(template), []
    name, title = request.GET.get("naam", ""), request.GET.get("titel", "")
    if name or title:
        try:
            return _file(reads.drafted(template, circle=secrets.token_bytes(16), name=name, title=title))
        except errors.Malformed as error:
            faults = [str(_FAULTS[one.code]) for one in error.faults]
    shown = {"section": "circles", "template": view(found), "faults": faults, "name": name, "title": title}
    return render(request, "exchange/show-template.html", shown, status=422 if faults else 200)


def _file(found: Drafted) -> HttpResponse:
    """The section without members and assessment, the circle's own rules, and what is still needed."""
    one, asked = found.template, found.needed
    told = {
        "template": one.id,
        "section": found.section,
        "rules": {"gives": one.gives, "evidence": one.evidence, "review_days": one.review_days},
        "members": {"least": one.least, "most": one.most, "hidden": one.hidden},
        "needed": {
            "outcome": asked.whole.outcome,
            "articles": asked.whole.articles,
            "met_by_sluis": list(asked.controlled),
            "open": list(asked.open),
            "rules_version": asked.whole.version,
        },
    }
    kept = {"content-disposition": f'attachment; filename="kring-{found.section.name}.json"', "cache-control": "no-store"}
    return HttpResponse(msgspec.json.encode(told), content_type="application/json", headers=kept)


def view(found: Drafted) -> TemplateView:
    """A template in the reader's language."""
    one, asked = found.template, found.needed
    english = privacy.is_english()
    return TemplateView(
        id=one.id,
        title=one.title_en if english else one.title_nl,
        about=one.about_en if english else one.about_nl,
        facts=presentation.rule_facts(found.section),
        directions=tuple(map(privacy.fact_rows, one.exchanges)),
        outcome=words.named(words.OUTCOMES, asked.whole.outcome),
        opens=asked.whole.opens,
        articles=asked.whole.articles,
        controlled=_conditions(asked.controlled),
        open=_conditions(asked.open),
        days=one.days,
        least=one.least,
        most=one.most,
        hidden=one.hidden,
        gives=one.gives,
        evidence=one.evidence,
        review_days=one.review_days,
        query=whatif.question(one.exchanges[0]),
    )


def _conditions(found: Mapping[str, Condition]) -> tuple[tuple[str, str], ...]:
    return tuple((privacy.in_language(one), one.article) for one in found.values())


def _shut(found: Shut) -> ShutView:
    english = privacy.is_english()
    return ShutView(
        title=found.told.title_en if english else found.told.title_nl,
        about=found.told.about_en if english else found.told.about_nl,
        outcome=words.named(words.OUTCOMES, found.needed.whole.outcome),
        articles=found.needed.whole.articles,
        query=whatif.question(found.told.exchanges[0]),
        coming=whatif.views(found.coming),
    )

"""The whole assessment of a circle in words: facts, answer, articles, conditions, and every version before it."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from sluis.apps.exchange import selectors
from sluis.apps.exchange.views import people, words
from sluis.apps.privacy import selectors as privacy
from sluis.apps.privacy.selectors import Assessment


@dataclass(frozen=True, slots=True)
class VersionView:
    """One version of an assessment in words. `opens`: whether its answer lets anything pass."""

    name: str
    version: int
    outcome: str
    opens: bool
    reason: str
    articles: tuple[str, ...]
    conditions: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    term: str
    approved: str
    approver: str


@people.page
def show_assessment(request: HttpRequest, name: str) -> HttpResponse:
    """All that was assessed of one circle, the newest first."""
    found = selectors.assessment_page(name, party=people.party_of(request))
    versions = [_version(one) for one in found.versions]
    shown = {
        "section": "circles",
        "circle": found.section,
        "newest": versions[0] if versions else None,
        "older": versions[1:],
        "is_open": found.shut is None,
        "stop": None if found.shut is None else words.refusal(found.shut.code, found.shut.articles, section=found.section),
        "grants_watch": found.section.assessment is not None and "watch" in found.section.assessment.grants,
    }
    return render(request, "exchange/show-assessment.html", shown)


def _version(one: Assessment) -> VersionView:
    return VersionView(
        name=one.name,
        version=one.version,
        outcome=words.named(words.OUTCOMES, one.outcome),
        opens=one.opens,
        reason=one.reason,
        articles=tuple(one.articles),
        conditions=tuple(one.conditions),
        facts=privacy.fact_rows(one.facts),
        term=_("%(first)s tot en met %(last)s") % {"first": words.day(one.starts), "last": words.day(one.ends - 1)},
        approved=words.day(one.approved),
        approver=one.approver,
    )

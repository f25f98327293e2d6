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
from sluis.core.exchange.policy import Section


@dataclass(frozen=True, slots=True)
class VersionView:
    """One version of an assessment in words. `opens`: whether its answer lets anything pass."""

    name: str
    version: int
    outcome: str
    opens: bool
    reason: str
    articles: tuple[str, ...]
    conditions: tuple[tuple[privacy.ConditionState, str], ...]
    promises: tuple[str, ...]
    directions: tuple[tuple[tuple[str, str], ...], ...]
    rules: str
    term: str
    approved: str
    approver: str


@people.page
def show_assessment(request: HttpRequest, name: str) -> HttpResponse:
    """All that was assessed of one circle, the newest first."""
    found = selectors.assessment_page(name, party=people.party_of(request))
    versions = [_version(one, found.section) for one in found.versions]
    shown = {
        "section": "circles",
        "circle": found.section,
        "newest": versions[0] if versions else None,
        "older": versions[1:],
        "instead": _instead(found.versions[0]) if found.versions else (),
        "is_open": found.shut is None,
        "stop": None if found.shut is None else words.refusal(found.shut.code, found.shut.articles, section=found.section),
        "grants_watch": found.section.assessment is not None and "watch" in found.section.assessment.grants,
    }
    return render(request, "exchange/show-assessment.html", shown)


def _instead(newest: Assessment) -> list[tuple[tuple[str, ...], str]]:
    """What would be possible, when the newest version says no."""
    found = () if newest.opens else privacy.possible_instead(newest.exchanges)
    return [(changes, words.named(words.OUTCOMES, outcome)) for changes, outcome in found]


def _version(one: Assessment, section: Section) -> VersionView:
    return VersionView(
        name=one.name,
        version=one.version,
        outcome=words.named(words.OUTCOMES, one.outcome),
        opens=one.opens,
        reason=one.reason,
        articles=tuple(one.articles),
        conditions=tuple((each, words.evidence(each)) for each in privacy.condition_states(one, section)),
        promises=tuple(one.promises),
        directions=tuple(map(privacy.fact_rows, one.exchanges)),
        rules=one.rules,
        term=_("%(first)s tot en met %(last)s") % {"first": words.day(one.starts), "last": words.day(one.ends - 1)},
        approved=words.day(one.approved),
        approver=one.approver,
    )

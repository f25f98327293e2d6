"""What one's own organisation asked: passages and refusals with reason and article, as a page, CSV and JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

import msgspec
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from sluis.apps.audit.selectors import PASSED, REFUSED, Call
from sluis.apps.exchange import selectors
from sluis.apps.exchange.forms import CallFilter
from sluis.apps.exchange.selectors import CallPage
from sluis.apps.exchange.views import people, words
from sluis.core import errors
from sluis.core.errors import Fault
from sluis.core.exchange.policy import Section
from sluis.plumbing import api, tables
from sluis.wire import problems

PAGE: Final = 50
EXPORT: Final = 10_000
_GATE: Final = 2
_COLUMNS: Final = (
    "tijd_utc",
    "kring",
    "handeling",
    "bijzonderheid",
    "aantal",
    "uitkomst",
    "poort",
    "grond",
    "reden",
    "artikelen",
    "eigen_afleiding",
    "wat_wel_kan",
    "plaats_in_logboek",
)


@dataclass(frozen=True, slots=True)
class CallRow:
    """One call in words. `circle` is its title, `name` what its address has; empty for a circle one is no member of."""

    moment: str
    sign: str
    sign_words: str
    circle: str
    name: str
    activity: str
    detail: str
    amount: int
    passed: bool
    refusal: words.Refusal | None
    place: int | None


class Passage(msgspec.Struct, frozen=True):
    """One call as it is exported. `time` is RFC 3339 in UTC; `gate`, `ground` and what follows are of a refusal."""

    time: str
    circle: str
    activity: str
    detail: str
    amount: int
    outcome: str
    gate: int | None
    ground: str
    reason: str
    articles: tuple[str, ...]
    inferred: bool
    instead: str
    place: int | None


class Export(msgspec.Struct, frozen=True):
    """Own calls, newest first; `next` is where to go on (`na`), null at the end."""

    organisation: str
    passages: tuple[Passage, ...]
    next: str | None


@people.page
def list_passages(request: HttpRequest) -> HttpResponse:
    """Own calls, newest first, 50 a page."""
    party, name = people.organisation_of(request)
    circles = selectors.known_circles(party)
    form = _filter(request, circles)
    shown = {"form": form, "section": "passages", "organisation": name}
    if not form.is_valid():
        return render(request, "exchange/list-passages.html", shown, status=400)
    found = _found(form, party, limit=PAGE)
    query = form.chosen()
    more = {
        "rows": [_row(one, _by_id(circles)) for one in found.calls],
        "older": urlencode({**query, "na": found.following.text()}) if found.following else "",
        "query": urlencode(query),
        "here": _here(query),
        "is_first": not form.cleaned_data["na"],
        "export": EXPORT,
    }
    return render(request, "exchange/list-passages.html", shown | more)


@people.page
def export_passages(request: HttpRequest, kind: str) -> HttpResponse:
    """Own calls as CSV or JSON, at most 10,000 from where the page goes on; a wrong filter is told with every fault."""
    party, name = people.organisation_of(request)
    circles = selectors.known_circles(party)
    form = _filter(request, circles)
    if not form.is_valid():
        return _refused(form)
    found = _found(form, party, limit=EXPORT)
    rows = tuple(_exported(one, _by_id(circles)) for one in found.calls)
    if kind == "json":
        return api.answer(Export(name, rows, found.following.text() if found.following else None))
    return tables.csv_file("doorlatingen.csv", tables.as_csv(_COLUMNS, map(_cells, rows)))


def _filter(request: HttpRequest, circles: list[Section]) -> CallFilter:
    asked = [(code, str(word)) for code, word in words.ACTIVITIES.items() if code not in (*selectors.NOT_ASKED, words.ASSESSED)]
    return CallFilter(request.GET, circles=circles, activities=asked)


def _found(form: CallFilter, party: bytes, *, limit: int) -> CallPage:
    return selectors.calls_of(form.wanted(party), after=form.cleaned_data["na"], limit=limit)


def _by_id(circles: list[Section]) -> dict[bytes, Section]:
    return {one.circle: one for one in circles}


def _here(query: dict[str, str]) -> str:
    """The page's own address, made of what holds: what else was typed is not said again."""
    path = reverse("exchange:list-passages")
    return f"{path}?{urlencode(query)}" if query else path


def _refused(form: CallFilter) -> HttpResponse:
    faults = tuple(Fault(name, "onjuist", str(told[0])) for name, told in form.errors.items())
    status, headers, body = problems.to_problem(errors.Malformed("The filter does not hold.", faults=faults))
    return HttpResponse(body, status=status, headers=headers)


def _row(one: Call, circles: dict[bytes, Section]) -> CallRow:
    section, sign = circles.get(one.circle), words.sign(one.activity, passed=one.passed)
    return CallRow(
        moment=words.moment(one.mark.time),
        sign=sign,
        sign_words=str(words.SIGNS[sign]),
        circle=section.title if section else _("kring waar u niet in zit"),
        name=section.name if section else "",
        activity=words.named(words.ACTIVITIES, one.activity),
        detail=words.detail(one.reference),
        amount=one.amount,
        passed=one.passed,
        refusal=None if one.passed else words.refusal(one.ground, one.articles, section=section),
        place=one.place,
    )


def _exported(one: Call, circles: dict[bytes, Section]) -> Passage:
    section = circles.get(one.circle)
    why = None if one.passed else words.refusal(one.ground, one.articles, section=section)
    return Passage(
        time=words.machine_time(one.mark.time),
        circle=section.name if section else "",
        activity=one.activity,
        detail=words.detail(one.reference),
        amount=one.amount,
        outcome=PASSED if one.passed else REFUSED,
        gate=_GATE if why else None,
        ground=one.ground,
        reason=why.reason if why else "",
        articles=why.articles if why else (),
        inferred=bool(why and why.inferred),
        instead=why.instead if why else "",
        place=one.place,
    )


def _cells(one: Passage) -> tuple[str | int, ...]:
    row = msgspec.structs.asdict(one) | {"articles": "; ".join(one.articles), "inferred": "ja" if one.inferred else ""}
    return tuple("" if value is None else value for value in row.values())

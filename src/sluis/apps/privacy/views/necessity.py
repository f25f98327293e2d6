"""Necessity and proportionality of one circle: the record, what was measured against it, and a new version by two members."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from sluis.apps.partners import selectors as partners
from sluis.apps.partners.services import circles
from sluis.apps.privacy import selectors
from sluis.apps.privacy.selectors import Necessity
from sluis.apps.privacy.services import necessity as services
from sluis.apps.privacy.views import refusing
from sluis.core import errors
from sluis.core.exchange.policy import Section
from sluis.core.law import necessity
from sluis.core.law.necessity import Measure, Part, Texts
from sluis.plumbing import moments, pages

_FAULTS: Final[dict[str, Promise]] = {
    "deel-ontbreekt": gettext_lazy("Schrijf hier 10 tot 4000 tekens."),
    "grens-ontbreekt": gettext_lazy("Noem ten minste één grens."),
    "onjuiste-grens": gettext_lazy("Vul een heel getal in: een percentage van 0 tot 100, of een aantal tot 10.000."),
    "onjuiste-termijn": gettext_lazy("Kies een termijn van 1 tot 730 dagen."),
}


@dataclass(frozen=True, slots=True)
class PartView:
    """A part of the record: its field in a form, words, article, what is written there, and what is wrong with it."""

    field: str
    words: str
    article: str
    text: str
    fault: Promise | str = ""


@dataclass(frozen=True, slots=True)
class BoundView:
    """A bound in words, its field, the bound that was stated, the value measured last, and whether that lies outside."""

    field: str
    words: str
    side: str
    bound: str = ""
    value: str = ""
    is_outside: bool = False
    fault: Promise | str = ""


@pages.page
def show_necessity(request: HttpRequest, name: str) -> HttpResponse:
    """The record of the circle called `name`, for its members."""
    return _shown(request, name)


def _shown(request: HttpRequest, name: str, *, error: errors.SluisError | None = None) -> HttpResponse:
    by = partners.acting(request.user)
    circle = circles.circle_of(name, by=by)
    versions = selectors.necessity_versions(circle.circle)
    waiting = [one for one in circles.waiting(services.RULE, services.Statement, by=by) if one[1].circle == circle.circle.hex()]
    shown = {
        "section": "kader",
        "circle": circle,
        "versions": [(one, moments.day(one.starts), moments.day(one.review)) for one in versions],
        "parts": _parts(versions[0]) if versions else (),
        "bounds": _bounds(versions[0]) if versions else (),
        "measured": moments.day(versions[0].measured) if versions and versions[0].measured else "",
        "waiting": [
            (row, _of_statement(told), bytes(row.organisation_id) == by.organisation, told.review_days) for row, told in waiting
        ],
        "is_jurist": by.role in services.JURISTS,
        "faults": refusing.words(error, _FAULTS),
    }
    return render(request, "privacy/show-necessity.html", shown, status=refusing.status(error))


@pages.form_page
def propose_necessity(request: HttpRequest, name: str) -> HttpResponse:
    """Writes a record, or a new version of it, for another member to approve. What was typed stays on the page."""
    by = partners.acting(request.user)
    circle, given = circles.circle_of(name, by=by), _given(request)
    if request.method != "POST":
        newest = selectors.necessity_of(circle.circle)
        return _form(request, circle, given=_as_given(newest) if newest else {})
    try:
        services.propose(name, _texts(given), by=by, reason=given.get("reden", ""))
    except refusing.REFUSED as error:
        return _form(request, circle, given=given, error=error)
    return redirect("privacy:show-necessity", name)


@require_POST
@pages.guarded
def decide_necessity(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """Approves or refuses what another member proposed."""
    by = partners.acting(request.user)
    circles.circle_of(name, by=by)
    try:
        if request.POST.get("besluit") == "ja":
            services.approve(number, by=by)
        else:
            services.refuse(number, by=by, answer=request.POST.get("reden", ""))
    except refusing.REFUSED as error:
        return _shown(request, name, error=error)
    return redirect("privacy:show-necessity", name)


def _given(request: HttpRequest) -> dict[str, str]:
    return {name: value for name, value in request.POST.items() if isinstance(value, str)}


def _texts(given: dict[str, str]) -> Texts:
    known = necessity.parts()
    bounds = {name: typed for name in known.measures if (typed := given.get(f"grens-{name}", "").strip())}
    return Texts(
        dpia={code: given.get(code, "").strip() for code in known.dpia},
        balancing={code: given.get(code, "").strip() for code in known.balancing},
        bounds={name: _number(typed) for name, typed in bounds.items()},
        review_days=_number(given.get("dagen", "")),
    )


def _number(typed: str) -> int:
    """The number somebody typed; one that no term and no bound allows when it is none."""
    return int(typed) if typed.strip().isdecimal() and len(typed) <= 6 else -1


def _as_given(row: Necessity) -> dict[str, str]:
    bounds = {f"grens-{name}": str(bound) for name, bound in row.bounds.items()}
    return {**row.dpia, **row.balancing, **bounds, "dagen": str(round((row.review - row.starts) / services.DAY))}


def _form(
    request: HttpRequest, circle: Section, *, given: dict[str, str], error: errors.SluisError | None = None
) -> HttpResponse:
    known = necessity.parts()
    wrong = {one.where: refusing.of_fault(one, _FAULTS) for one in error.faults} if error else {}
    shown = {
        "section": "kader",
        "circle": circle,
        "dpia": [
            _part(code, one, text=given.get(code, ""), fault=wrong.get(f"dpia.{code}", "")) for code, one in known.dpia.items()
        ],
        "balancing": [
            _part(code, one, text=given.get(code, ""), fault=wrong.get(f"balancing.{code}", ""))
            for code, one in known.balancing.items()
        ],
        "bounds": [
            _bound(name, one, bound=given.get(f"grens-{name}", ""), fault=wrong.get(f"bounds.{name}", ""))
            for name, one in known.measures.items()
        ],
        "days": given.get("dagen", "180"),
        "reason": given.get("reden", ""),
        "faults": refusing.words(error, _FAULTS),
    }
    return render(request, "privacy/propose-necessity.html", shown, status=refusing.status(error))


def _part(code: str, part: Part, *, text: str, fault: Promise | str = "") -> PartView:
    return PartView(code, selectors.in_language(part), part.article, text, fault)


def _parts(row: Necessity) -> list[PartView]:
    return _written(row.dpia, row.balancing)


def _of_statement(told: services.Statement) -> list[PartView]:
    return _written(told.dpia, told.balancing)


def _written(dpia: dict[str, str], balancing: dict[str, str]) -> list[PartView]:
    known, texts = necessity.parts(), {**dpia, **balancing}
    return [_part(code, one, text=texts[code]) for code, one in {**known.dpia, **known.balancing}.items() if texts.get(code)]


def _bound(name: str, measure: Measure, **given: Any) -> BoundView:
    side = _("ten hoogste") if measure.side == "most" else _("ten minste")
    words = selectors.in_language(measure)
    return BoundView(f"grens-{name}", f"{words} (%)" if measure.unit == "percent" else words, side, **given)


def _bounds(row: Necessity) -> list[BoundView]:
    known, outside = necessity.parts().measures, {one["measure"] for one in row.outside}
    return [
        _bound(
            name,
            known[name],
            bound=_amount(known[name], bound),
            value=_amount(known[name], row.values[name]) if name in row.values else "",
            is_outside=name in outside,
        )
        for name, bound in row.bounds.items()
    ]


def _amount(measure: Measure, number: int) -> str:
    return f"{number}%" if measure.unit == "percent" else str(number)

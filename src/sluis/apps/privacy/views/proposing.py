"""From an answer to an assessment: a member proposes it for a circle with its evidence, another member approves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from sluis.apps.partners import selectors as partners
from sluis.apps.partners.selectors import Acting
from sluis.apps.partners.services import circles
from sluis.apps.privacy import selectors, services
from sluis.apps.privacy.forms import EvidenceForm, ExchangeForm, ProposalForm
from sluis.apps.privacy.services import proposing
from sluis.apps.privacy.services.necessity import JURISTS
from sluis.apps.privacy.services.proposing import ProposedAssessment
from sluis.apps.privacy.views import refusing, words
from sluis.core import errors
from sluis.core.law import assessing, facts
from sluis.core.law.facts import Facts
from sluis.plumbing import moments, pages
from sluis.wire import clock

_FAULTS: Final[dict[str, Promise]] = {
    "until": gettext_lazy("De laatste dag ligt na vandaag."),
    "review": gettext_lazy("Herzien valt binnen de termijn."),
    "exchanges": gettext_lazy("De richtingen die al beoordeeld zijn, passen niet meer bij de regels van nu."),
    "bewijs-bestaat": gettext_lazy("Er is al een ander stuk met deze naam. Kies een andere naam."),
    "bewijs-onjuist": gettext_lazy("De laatste dag ligt na de eerste."),
}


@dataclass(frozen=True, slots=True)
class ProposalView:
    """A proposal that waits: its row, the facts of each direction, the answer, each condition's evidence."""

    row: Any
    why: str
    name: str
    directions: tuple[tuple[tuple[str, str], ...], ...]
    sign: words.Sign | None
    met: tuple[tuple[str, str], ...]
    until: str
    is_own: bool


def _jurist(request: HttpRequest) -> Acting:
    by = partners.acting(request.user)
    if by.role not in JURISTS:
        raise PermissionDenied
    return by


@pages.form_page
def propose_assessment(request: HttpRequest) -> HttpResponse:
    """The facts come from an answer; here they get a circle, a term and evidence. What was typed stays on the page."""
    by, asked = _jurist(request), ExchangeForm(request.POST or request.GET or None)
    if not asked.is_bound or not asked.is_valid():
        return redirect("privacy:ask")
    form = _form(request, by, asked.told())
    error: errors.SluisError | None = None
    if form.is_bound and form.is_valid():
        try:
            proposing.propose(form.cleaned_data["kring"], _told(form, asked.told()), by=by)
        except refusing.REFUSED as raised:
            error = raised
        else:
            return redirect("privacy:show-proposals", form.cleaned_data["kring"])
    shown = {
        "section": "kader",
        "form": form,
        "facts": selectors.fact_rows(asked.told().as_data()),
        "hidden": [one for one in asked.again() if one[0] not in {"what_if", "as_of", "facts"}],
        "sign": words.SIGNS[assessing.assess(asked.told(), asked.rules).outcome],
        "faults": refusing.words(error, _FAULTS),
    }
    return render(request, "privacy/propose-assessment.html", shown, status=refusing.status(error, form.errors))


def _form(request: HttpRequest, by: Acting, asked: Facts) -> ProposalForm:
    rules = selectors.rules_in_force()
    codes = dict.fromkeys(code for one in (asked, _back(asked)) for code in assessing.assess(one, rules).conditions)
    own = sorted((one.name, one.title) for one, _shown in partners.own_circles(by.organisation))
    evidence = selectors.evidence_of(by.organisation_name, at=clock.now())
    typed = request.POST if "kring" in request.POST else None
    return ProposalForm(typed, circles=own, conditions=words.conditions(tuple(codes)), evidence=evidence)


def _back(asked: Facts) -> Facts:
    """The same, told by the receiver to the sender."""
    told = asked.as_data()
    return facts.read({**told, "from": told["to"], "to": told["from"]}, selectors.rules_in_force().words)


def _told(form: ProposalForm, asked: Facts) -> ProposedAssessment:
    given, directions = form.cleaned_data, [asked.as_data()]
    if given["terug"] and asked.sender != asked.receiver:
        directions.append(_back(asked).as_data())
    return ProposedAssessment(
        circle="",
        title="",
        name=given["naam"],
        exchanges=tuple(_kept(given) + directions),
        met=form.met(),
        until=moments.end_of(given["tot"]),
        review=moments.end_of(given["herzien"]),
        why=given["waarom"],
    )


def _kept(given: dict[str, Any]) -> list[dict[str, Any]]:
    if not given["erbij"]:
        return []
    circle = next((one for one in partners.snapshot().sections.values() if one.name == given["kring"]), None)
    newest = selectors.assessment_of(circle.circle) if circle else None
    return list(newest.exchanges) if newest else []


@pages.page
def show_proposals(request: HttpRequest, name: str) -> HttpResponse:
    """What waits for another member of the circle called `name`; for its members."""
    return _shown(request, name)


def _shown(request: HttpRequest, name: str, *, error: errors.SluisError | None = None) -> HttpResponse:
    by = partners.acting(request.user)
    circle = circles.circle_of(name, by=by)
    waiting = circles.waiting(proposing.RULE, ProposedAssessment, by=by)
    shown = {
        "section": "kader",
        "circle": circle,
        "waiting": [_view(row, told, by) for row, told in waiting if told.circle == circle.circle.hex()],
        "is_jurist": by.role in JURISTS,
        "faults": refusing.words(error, _FAULTS),
    }
    return render(request, "privacy/show-proposals.html", shown, status=refusing.status(error))


def _view(row: Any, told: ProposedAssessment, by: Acting) -> ProposalView:
    known = selectors.rules_in_force().conditions
    return ProposalView(
        row=row,
        why=told.why,
        name=told.name,
        directions=tuple(map(selectors.fact_rows, told.exchanges)),
        sign=_sign(told.exchanges),
        met=tuple((selectors.in_language(known[code]), name) for code, name in told.met.items() if code in known),
        until=moments.day(told.until - 1),
        is_own=bytes(row.organisation_id) == by.organisation,
    )


def _sign(exchanges: Sequence[dict[str, Any]]) -> words.Sign | None:
    """What the rules of now say of the whole; nothing when they do not know the facts any more."""
    rules = selectors.rules_in_force()
    try:
        answers = [assessing.assess(facts.read(one, rules.words), rules) for one in exchanges]
    except errors.Malformed:
        return None
    return words.SIGNS[assessing.worst(answers).outcome]


@require_POST
@pages.guarded
def decide_proposal(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """Approves or refuses what another member proposed."""
    by = partners.acting(request.user)
    circles.circle_of(name, by=by)
    try:
        if request.POST.get("besluit") != "ja":
            proposing.refuse(number, by=by, answer=request.POST.get("reden", ""))
            return redirect("privacy:show-proposals", name)
        proposing.approve(number, by=by)
    except refusing.REFUSED as error:
        return _shown(request, name, error=error)
    return redirect("exchange:show-assessment", name)


@pages.form_page
def register_evidence(request: HttpRequest) -> HttpResponse:
    """Registers a document to which the reader's own organisation is party. It counts once two members name it together."""
    by = _jurist(request)
    form = EvidenceForm(request.POST or None, kinds=selectors.evidence_kinds())
    error: errors.SluisError | None = None
    if form.is_bound and form.is_valid():
        try:
            services.register(_document(form.cleaned_data, by))
        except refusing.REFUSED as raised:
            error = raised
        else:
            return redirect("privacy:show-registers")
    shown = {"section": "kader", "form": form, "faults": refusing.words(error, _FAULTS)}
    return render(request, "privacy/register-evidence.html", shown, status=refusing.status(error, form.errors))


def _document(given: dict[str, Any], by: Acting) -> services.EvidenceForm:
    others = [one.strip() for one in given["others"].split(";") if one.strip()]
    return services.EvidenceForm(
        name=given["name"],
        kind=given["kind"],
        title=given["title"],
        parties=tuple(dict.fromkeys([by.organisation_name, *others])),
        scope=given["scope"],
        source=given["source"],
        from_=moments.begin_of(given["starts"]),
        until=moments.end_of(given["ends"]) if given["ends"] else None,
        registrar=f"{by.name}, {by.organisation_name}",
    )

"""The rules of a circle and what its members decided about misuse: proposed by one member, decided by another."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from sluis.apps.partners.models import MisuseStep
from sluis.apps.partners.selectors import Acting
from sluis.apps.partners.selectors import circles as found
from sluis.apps.partners.services import circles, roles
from sluis.apps.partners.services.changes import Rule
from sluis.apps.partners.views.people import acting_page
from sluis.apps.partners.views.words import moment, words
from sluis.core import errors
from sluis.core.exchange.policy import Section

_RULES: Final[dict[str, Rule]] = {rule.kind: rule for rule in (circles.RULES, circles.MISUSE)}


@require_safe
@acting_page
def show_rules(request: HttpRequest, by: Acting, name: str) -> HttpResponse:
    """For members: who is none meets a page that is not there."""
    return _page(request, by, circles.circle_of(name, by=by))


def _page(request: HttpRequest, by: Acting, section: Section, *, error: errors.SluisError | None = None) -> HttpResponse:
    circle = section.circle.hex()
    versions = [(one, moment(one.since)) for one in found.rules_of(section.circle)]
    rules = [one for one in circles.waiting(circles.RULES, circles.NewRules, by=by) if one[1].circle == circle]
    misuse = [one for one in circles.waiting(circles.MISUSE, circles.Misuse, by=by) if one[1].circle == circle]
    shown = {
        "section": "circles",
        "circle": section,
        "newest": versions[0] if versions else None,
        "older": versions[1:],
        "rules": [(row, told, bytes(row.organisation_id) == by.organisation) for row, told in rules],
        "misuse": [(row, told, _is_party(bytes(row.organisation_id), told, by)) for row, told in misuse],
        "decided": [(one, MisuseStep(one.step).label, moment(one.since)) for one in found.misuse_in(section.circle)],
        "others": [(one.id.hex(), one.name) for one in section.members if one.id != by.organisation],
        "steps": MisuseStep.choices,
        "is_admin": by.role in roles.ADMINS,
        "faults": list(dict.fromkeys(words(error))) if error else [],
    }
    status = 200 if error is None else 403 if isinstance(error, errors.NotAllowed) else 422
    return render(request, "partners/show-rules.html", shown, status=status)


def _is_party(proposer: bytes, told: circles.Misuse, by: Acting) -> bool:
    """Whether one's own organisation proposed this, or is whom it is about: then it does not decide."""
    return proposer == by.organisation or told.member == by.organisation.hex()


@require_POST
@acting_page
def act_on_rules(request: HttpRequest, by: Acting, name: str) -> HttpResponse:
    """Proposes rules or a step on misuse."""
    section = circles.circle_of(name, by=by)
    try:
        _propose(request, by, name)
    except (errors.NotAllowed, errors.Malformed, errors.Conflict) as error:
        return _page(request, by, section, error=error)
    return redirect("partners:show-rules", name)


def _propose(request: HttpRequest, by: Acting, name: str) -> None:
    given, reason = request.POST, request.POST.get("reden", "")
    if given.get("doe") == "regels":
        days = given.get("dagen", "")
        number = int(days) if days.isdecimal() and len(days) < 5 else 0
        new = circles.NewRules("", "", given.get("geven", ""), given.get("bewijs", ""), number)
        circles.propose_rules(name, new, by=by, reason=reason)
        return
    try:
        member = bytes.fromhex(given.get("lid", ""))
    except ValueError:
        member = b""
    circles.propose_misuse(name, by=by, member=member, step=given.get("stap", ""), reason=reason)


@require_POST
@acting_page
def decide_on_rules(request: HttpRequest, by: Acting, *, name: str, number: int) -> HttpResponse:
    """Approves or refuses what another member proposed."""
    section, rule = circles.circle_of(name, by=by), _RULES.get(request.POST.get("soort", ""), circles.RULES)
    try:
        if request.POST.get("besluit") != "ja":
            circles.refuse(rule, number, by=by, answer=request.POST.get("reden", ""))
        elif rule is circles.RULES:
            circles.decide_rules(number, by=by)
        else:
            circles.decide_misuse(number, by=by)
    except (errors.NotAllowed, errors.Malformed, errors.Conflict) as error:
        return _page(request, by, section, error=error)
    return redirect("partners:show-rules", name)

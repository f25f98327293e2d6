"""The side of programme office and core group: the pipeline of applications, one of them, and what is done with it."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from sluis.apps.partners import services
from sluis.apps.partners.models import Role
from sluis.apps.partners.selectors import Acting
from sluis.apps.partners.selectors import admission as found
from sluis.apps.partners.services import admission
from sluis.apps.partners.views.people import acting_page
from sluis.apps.partners.views.words import moment, words
from sluis.core import errors


@require_safe
@acting_page
def list_applications(request: HttpRequest, by: Acting) -> HttpResponse:
    """Every application that goes on, with its age and next step; and those that ended."""
    try:
        rows, ended = found.pipeline(by), found.ended_applications(by)
    except errors.NotAllowed:
        raise PermissionDenied from None
    shown = {"section": "applications", "rows": rows, "ended": [(one, moment(one.since)) for one in ended]}
    return render(request, "partners/list-applications.html", shown)


@require_safe
@acting_page
def show_application(request: HttpRequest, by: Acting, number: int) -> HttpResponse:
    """One application, whole."""
    return _page(request, by, number)


def _page(request: HttpRequest, by: Acting, number: int, *, error: errors.SluisError | None = None) -> HttpResponse:
    try:
        application = found.application_numbered(number, by=by)
    except errors.NotAllowed:
        raise PermissionDenied from None
    change = application.change
    waits = change is not None and change.state == "voorgesteld"
    shown = {
        "section": "applications",
        "application": application,
        "received": moment(application.received),
        "since": moment(application.since),
        "agreements": [(one, moment(one.signed.signed)) for one in found.agreements_of(application) if one.signed],
        "key": bytes(application.key).hex() if application.key else "",
        "change": change if waits else None,
        "admits": waits and change is not None and services.payload_of(change, admission.Admission).admit,
        "is_mine": waits and change is not None and change.proposer_id == by.person,
        "may_decide": by.role == Role.CORE_GROUP,
        "may_judge": by.role == Role.PROGRAMME_OFFICE,
        "ended": application.step in found.ENDED,
        "faults": words(error) if error else [],
    }
    status = 200 if error is None else 403 if isinstance(error, errors.NotAllowed) else 422
    return render(request, "partners/show-application.html", shown, status=status)


@require_POST
@acting_page
def act_on_application(request: HttpRequest, by: Acting, number: int) -> HttpResponse:
    """Judges the test, proposes a decision, or decides on what another proposed."""
    try:
        _act(request, by, number)
    except (errors.NotAllowed, errors.Conflict, errors.Malformed) as error:
        return _page(request, by, number, error=error)
    return redirect("partners:show-application", number)


def _act(request: HttpRequest, by: Acting, number: int) -> None:
    given, yes = request.POST, request.POST.get("besluit") == "ja"
    match given.get("doe"):
        case "toets":
            admission.judge(number, by=by, passed=yes, judgement=given.get("reden", ""))
        case "voorstel":
            admission.propose_admission(number, by=by, admit=yes, reason=given.get("reden", ""))
        case "besluit" if yes:
            admission.decide_admission(_change_of(number, by), by=by)
        case "besluit":
            services.refuse(admission.ADMIT, _change_of(number, by), by=by, answer=given.get("reden", ""))
        case _:
            raise errors.NotFound("There is nothing of that name to do.", code="onbekende-aanmelding")


def _change_of(number: int, by: Acting) -> int:
    change = found.application_numbered(number, by=by).change_id
    if change is None:
        raise errors.Conflict("Nothing was proposed.", code="voorstel-besloten")
    return change

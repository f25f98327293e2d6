"""Who to ask for what, one's own contact points, and whether outsiders see who is in one's circles."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from sluis.apps.partners.models import ContactPoint, Subject
from sluis.apps.partners.selectors import Acting
from sluis.apps.partners.selectors import directory as found
from sluis.apps.partners.services import circles, directory, roles
from sluis.apps.partners.views.people import acting_page
from sluis.apps.partners.views.words import words
from sluis.core import errors


@require_safe
@acting_page
def show_directory(request: HttpRequest, by: Acting) -> HttpResponse:
    """Every organisation, or those that answer on a subject."""
    subject = request.GET.get("onderwerp", "")
    subject = subject if subject in Subject.values else ""
    shown = {
        "section": "directory",
        "entries": found.directory(by.organisation, subject=subject),
        "subjects": Subject.choices,
        "subject": subject,
        "is_admin": by.role in roles.ADMINS,
    }
    return render(request, "partners/show-directory.html", shown)


@require_safe
@acting_page
def edit_directory(request: HttpRequest, by: Acting) -> HttpResponse:
    """One's own contact points, and one's own circles."""
    return _page(request, by)


def _page(request: HttpRequest, by: Acting, *, error: errors.SluisError | None = None) -> HttpResponse:
    known = {one.subject: one for one in ContactPoint.objects.filter(organisation=by.organisation)}
    waiting = circles.waiting(circles.SHOW, directory.Showing, by=by)
    shown = {
        "section": "directory",
        "organisation": by.organisation_name,
        "is_admin": by.role in roles.ADMINS,
        "points": [(code, label, known.get(code)) for code, label in Subject.choices],
        "circles": found.own_circles(by.organisation),
        "waiting": [(row, told, bytes(row.organisation_id) == by.organisation) for row, told in waiting],
        "faults": words(error) if error else [],
    }
    status = 200 if error is None else 403 if isinstance(error, errors.NotAllowed) else 422
    return render(request, "partners/edit-directory.html", shown, status=status)


@require_POST
@acting_page
def set_contact_point(request: HttpRequest, by: Acting) -> HttpResponse:
    """Sets one contact point; an empty name takes it away."""
    given = {name: request.POST.get(field, "").strip() for name, field in _FIELDS.items()}
    try:
        directory.set_contact_point(directory.Point(**given), by=by)
    except (errors.NotAllowed, errors.Malformed) as error:
        return _page(request, by, error=error)
    return redirect("partners:edit-directory")


_FIELDS = {"subject": "onderwerp", "who": "wie", "email": "email", "phone": "telefoon"}


@require_POST
@acting_page
def propose_showing(request: HttpRequest, by: Acting) -> HttpResponse:
    """Proposes to show or hide the members of one's circle."""
    shown, reason = request.POST.get("tonen") == "ja", request.POST.get("reden", "")
    try:
        directory.propose_showing(request.POST.get("kring", ""), by=by, shown=shown, reason=reason)
    except (errors.NotAllowed, errors.Malformed, errors.Conflict) as error:
        return _page(request, by, error=error)
    return redirect("partners:edit-directory")


@require_POST
@acting_page
def decide_showing(request: HttpRequest, by: Acting, number: int) -> HttpResponse:
    """Approves or refuses what another member proposed."""
    try:
        if request.POST.get("besluit") == "ja":
            directory.decide_showing(number, by=by)
        else:
            circles.refuse(circles.SHOW, number, by=by, answer=request.POST.get("reden", ""))
    except (errors.NotAllowed, errors.Malformed, errors.Conflict) as error:
        return _page(request, by, error=error)
    return redirect("partners:edit-directory")

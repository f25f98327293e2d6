"""People of one's own organisation: who has which role, what waits for a second person, and invitations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sluis.apps.partners import selectors, services
from sluis.apps.partners.models import Role, TwoPersonChange
from sluis.apps.partners.selectors import Acting
from sluis.apps.partners.services import roles
from sluis.apps.partners.views.words import moment, words
from sluis.core import errors
from sluis.plumbing import pages

View = Callable[..., HttpResponse]
_KINDS: Final = frozenset({roles.INVITE.kind, roles.CHANGE_ROLE.kind})


def acting_page(view: View) -> View:
    """A page for who acts for an organisation; what is not there or not theirs is 404."""

    @wraps(view)
    def answered(request: HttpRequest, **given: Any) -> HttpResponse:
        try:
            by = selectors.acting(request.user)
        except errors.NotAllowed:
            raise PermissionDenied from None
        return view(request, by=by, **given)

    return pages.guarded(answered)


@require_safe
@acting_page
def list_people(request: HttpRequest, by: Acting) -> HttpResponse:
    """Roles now and before, what waits, and what was decided."""
    return render(request, "partners/list-people.html", _shown(by))


def _shown(by: Acting, *, faults: list[str] | None = None, typed: Mapping[str, str] | None = None) -> dict[str, object]:
    rows = list(selectors.colleagues(by))
    return {
        "section": "people",
        "organisation": by.organisation_name,
        "is_admin": by.role in roles.ADMINS,
        "me": by.person,
        "now": [one for one in rows if one.ended is None],
        "before": [(one, moment(one.since), moment(one.ended or 0)) for one in rows if one.ended is not None][:50],
        "may_decide": by.role in roles.ADMINS | roles.INVITE.decide_outside,
        "waiting": [_row(one, by) for one in selectors.waiting_for(by, kinds=_KINDS)],
        "decided": [_row(one, by) for one in selectors.decided_changes(by.organisation, kinds=_KINDS)],
        "roles": [(role.value, role.label) for role in roles.GIVEN],
        "faults": faults or [],
        "typed": typed or {},
    }


def _row(one: TwoPersonChange, by: Acting) -> dict[str, object]:
    is_invitation = one.kind == roles.INVITE.kind
    kind: type[roles.Invite | roles.NewRole] = roles.Invite if is_invitation else roles.NewRole
    told = services.payload_of(one, kind)
    return {
        "change": one,
        "who": told.username,
        "role": Role(told.role).label,
        "is_invitation": is_invitation,
        "elsewhere": "" if bytes(one.organisation_id) == by.organisation else one.organisation.name,
        "when": moment(one.proposed),
        "until": moment(one.until),
        "decided": moment(one.decided or 0),
        "is_mine": one.proposer_id == by.person,
    }


@require_POST
@acting_page
def propose_invitation(request: HttpRequest, by: Acting) -> HttpResponse:
    """Proposes to invite somebody."""
    typed = {name: request.POST.get(name, "").strip() for name in ("naam", "email", "rol", "reden")}
    invite = roles.Invite(username=typed["naam"], email=typed["email"], role=typed["rol"])
    try:
        services.propose_invitation(invite, by=by, organisation=by.organisation, reason=typed["reden"])
    except errors.SluisError as error:
        return _wrong(request, by, error, typed=typed)
    return redirect("partners:list-people")


@require_POST
@acting_page
def propose_role(request: HttpRequest, by: Acting) -> HttpResponse:
    """Proposes another role for a colleague."""
    number = request.POST.get("wie", "")
    found = next((one for one in selectors.colleagues(by) if one.ended is None and str(one.pk) == number), None)
    if found is None:
        raise Http404
    new = roles.NewRole(person=found.user_id, username=found.user.get_username(), role=request.POST.get("rol", ""))
    try:
        services.propose_role(new, by=by, organisation=by.organisation, reason=request.POST.get("reden", ""))
    except errors.SluisError as error:
        return _wrong(request, by, error)
    return redirect("partners:list-people")


@require_POST
@acting_page
def decide(request: HttpRequest, by: Acting, number: int) -> HttpResponse:
    """Approves or refuses what another proposed; an approved invitation shows its link, once."""
    rule = roles.INVITE if request.POST.get("soort") == roles.INVITE.kind else roles.CHANGE_ROLE
    try:
        if request.POST.get("besluit") != "ja":
            services.refuse(rule, number, by=by, answer=request.POST.get("reden", ""))
        elif rule is roles.INVITE:
            secret = services.approve_invitation(number, by=by)
            return render(request, "partners/invited.html", {"link": request.build_absolute_uri(f"/uitnodiging/{secret}")})
        else:
            services.approve_role(number, by=by)
    except (errors.NotAllowed, errors.Conflict, errors.Malformed) as error:
        return _wrong(request, by, error)
    return redirect("partners:list-people")


@require_POST
@acting_page
def withdraw(request: HttpRequest, by: Acting, number: int) -> HttpResponse:  # noqa: ARG001
    """Takes one's own proposal back."""
    services.withdraw(number, by=by)
    return redirect("partners:list-people")


@require_POST
@acting_page
def end_role(request: HttpRequest, by: Acting, number: int) -> HttpResponse:
    """Ends a colleague's role at once."""
    try:
        services.end_role(number, by=by)
    except (errors.NotAllowed, errors.Conflict) as error:
        return _wrong(request, by, error)
    return redirect("partners:list-people")


def _wrong(
    request: HttpRequest, by: Acting, error: errors.SluisError, *, typed: Mapping[str, str] | None = None
) -> HttpResponse:
    status = 403 if isinstance(error, errors.NotAllowed) else 422
    return render(request, "partners/list-people.html", _shown(by, faults=words(error), typed=typed), status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def accept_invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """The page behind an invitation's link: choose a password; signing in asks for a code app after that."""
    try:
        found = services.invitation(secret)
    except errors.NotFound:
        return render(request, "partners/invitation-over.html", status=404)
    shown = {"invitation": found, "role": Role(found.role).label, "faults": []}
    if request.method != "POST":
        return render(request, "partners/accept-invitation.html", shown)
    try:
        services.accept_invitation(secret, password=request.POST.get("wachtwoord", ""))
    except (errors.Malformed, errors.NotAllowed) as error:
        return render(request, "partners/accept-invitation.html", {**shown, "faults": words(error)}, status=422)
    return redirect("partners:sign-in")

"""The public side of admission: the form, and the page behind the applicant's own link."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from sluis.apps.partners.models import Application, Door, Step
from sluis.apps.partners.selectors import admission as found
from sluis.apps.partners.services import admission
from sluis.apps.partners.services.admission import ApplicationForm
from sluis.apps.partners.views.words import moment, words
from sluis.core import errors

_FIELDS: Final = ApplicationForm.__struct_fields__


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def apply(request: HttpRequest) -> HttpResponse:
    """The form that anybody may fill in; what was typed stays when something is wrong with it."""
    typed = {name: request.POST.get(name, "").strip() for name in _FIELDS}
    shown = {"doors": Door.choices, "sectors": admission.SECTORS, "typed": typed, "faults": [], "wrong": frozenset[str]()}
    if request.method != "POST":
        return render(request, "partners/apply.html", shown)
    try:
        received = admission.apply(ApplicationForm(**typed))
    except (errors.Malformed, errors.TooMany) as error:
        wrong = frozenset(one.where for one in error.faults)
        told = {**shown, "faults": list(dict.fromkeys(words(error))), "wrong": wrong}
        return render(request, "partners/apply.html", told, status=429 if isinstance(error, errors.TooMany) else 422)
    path = reverse("partners:follow-application", args=[received.reference, received.secret])
    link = request.build_absolute_uri(path)
    return render(request, "partners/applied.html", {"reference": received.reference, "link": link, "path": path})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def follow(request: HttpRequest, reference: str, secret: str) -> HttpResponse:
    """Where the application stands, what is asked of the applicant now, and a place to do that."""
    try:
        application = found.application_of(reference, secret)
    except errors.NotFound:
        raise Http404 from None
    if request.method != "POST":
        return _page(request, application)
    act = _ACTS.get(request.POST.get("doe", ""))
    if act is None:
        raise Http404
    try:
        going = act(application, request.POST)
    except errors.SluisError as error:
        application.refresh_from_db()
        return _page(request, application, faults=words(error))
    return redirect(going or request.path)


def _page(request: HttpRequest, application: Application, *, faults: list[str] | None = None) -> HttpResponse:
    agreements = found.agreements_of(application) if application.step != Step.TEST else ()
    shown = {
        "application": application,
        "received": moment(application.received),
        "since": moment(application.since),
        "agreements": [(one, moment(one.signed.signed) if one.signed else "", one.digest.hex()) for one in agreements],
        "following": next((one for one in agreements if one.signed is None), None),
        "challenge": bytes(application.challenge).hex(),
        "key": bytes(application.key).hex() if application.key else "",
        "ended": application.step in found.ENDED,
        "faults": faults or [],
    }
    return render(request, "partners/follow-application.html", shown, status=422 if faults else 200)


def _sign(application: Application, given: Mapping[str, str]) -> None:
    place = given.get("plaats", "")
    if given.get("akkoord") != "ja":
        raise errors.Malformed("Say that you agree.", code="naam-ontbreekt")
    admission.sign_agreement(
        application,
        place=int(place) if place.isdecimal() else -1,
        signer=given.get("naam", ""),
        office=given.get("functie", ""),
    )


def _register(application: Application, given: Mapping[str, str]) -> None:
    try:
        key, signature = (bytes.fromhex("".join(given.get(name, "").split())) for name in ("sleutel", "handtekening"))
    except ValueError:
        raise errors.Malformed("Key and signature are hexadecimal.", code="onjuiste-sleutel") from None
    admission.register_key(application, key=key, signature=signature)


def _ask(application: Application, given: Mapping[str, str]) -> None:
    admission.ask_circle(application, circle=given.get("kring", ""))


def _account(application: Application, given: Mapping[str, str]) -> str:
    secret = admission.first_account(application, username=given.get("naam", "").strip())
    return reverse("partners:accept-invitation", args=[secret])


def _withdraw(application: Application, _given: Mapping[str, str]) -> None:
    admission.withdraw_application(application)


_ACTS: Final[Mapping[str, Callable[[Application, Mapping[str, str]], str | None]]] = {
    "teken": _sign,
    "sleutel": _register,
    "kring": _ask,
    "account": _account,
    "intrekken": _withdraw,
}

"""Pages of case files: one's cases, one case, evidence, and the gate."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from sluis.apps.casework import selectors, services
from sluis.apps.casework.selectors import rules
from sluis.apps.casework.services import Paper
from sluis.apps.casework.views import people
from sluis.apps.casework.views.people import Form
from sluis.apps.partners.selectors import Acting
from sluis.core import errors


@people.page
def list_cases(request: HttpRequest, acting: Acting) -> HttpResponse:
    """The groups and cases of one's organisation. Who steers sees that there are cases, and no word of one."""
    if acting.role in rules.STEERING:
        return render(request, "casework/list-waiting.html", {"rows": selectors.waiting(acting), "section": "cases"})
    return render(request, "casework/list-cases.html", {"page": selectors.my_cases(acting), "section": "cases"})


@people.page
def open_case(request: HttpRequest, acting: Acting, bottleneck: UUID) -> HttpResponse:
    """Chooses an entry; then its case is shown, or why not."""
    if request.method != "POST":
        return redirect("casework:show-entry", bottleneck)
    try:
        return redirect("casework:show-case", services.open_case(acting, bottleneck))
    except errors.Conflict as error:
        people.complain(request, error)
        return redirect("casework:show-entry", bottleneck)


@people.page
def show_case(request: HttpRequest, acting: Acting, case: UUID) -> HttpResponse:
    """One case with its stages, evidence and history."""
    return render(request, "casework/show-case.html", {"page": selectors.case_page(acting, case), "section": "cases"})


@people.page
def add_document(request: HttpRequest, acting: Acting, case: UUID) -> HttpResponse:
    """A form to put a document forward."""
    form = Form("casework/add-document.html", {"page": selectors.case_page(acting, case)}, "casework:show-case")

    def put(typed: people.Typed) -> UUID:
        services.add_document(acting, case, Paper(typed["titel"], typed["vindplaats"], typed["samenvatting"]))
        return case

    return people.filled(request, form, put)


@people.page
def add_assessment(request: HttpRequest, acting: Acting, case: UUID) -> HttpResponse:
    """A form to put an answer of the privacykader forward."""
    form = Form("casework/add-assessment.html", {"page": selectors.case_page(acting, case)}, "casework:show-case")

    def put(typed: people.Typed) -> UUID:
        services.add_assessment(acting, case, title=typed["titel"], address=typed["adres"])
        return case

    return people.filled(request, form, put)


@people.deed("casework:show-case")
def take_stage(request: HttpRequest, acting: Acting, case: UUID) -> None:  # noqa: ARG001
    """Makes oneself the owner of the stage."""
    services.take_stage(acting, case)


@people.deed("casework:show-case")
def ask_gate(request: HttpRequest, acting: Acting, case: UUID) -> None:  # noqa: ARG001
    """Asks another member to let the case pass."""
    services.ask_gate(acting, case)


@people.deed("casework:show-case")
def answer_gate(request: HttpRequest, acting: Acting, case: UUID) -> None:
    """Approves or refuses."""
    given = request.POST
    question, agrees = people.whole(given.get("vraag")), given.get("antwoord") == "ja"
    services.answer_gate(acting, case, question, agrees=agrees, why=given.get("reden", ""))


@people.deed("casework:show-case")
def go_back(request: HttpRequest, acting: Acting, case: UUID) -> None:
    """Sends the case back."""
    services.go_back(acting, case, to=people.whole(request.POST.get("fase")), why=request.POST.get("reden", ""))


@people.deed("casework:show-case")
def link_pilot(request: HttpRequest, acting: Acting, case: UUID) -> None:
    """Says which pilot tests the case."""
    services.link_pilot(acting, case, request.POST.get("proeftuin", ""))


@people.deed("casework:show-case")
def add_pilot(request: HttpRequest, acting: Acting, case: UUID) -> None:  # noqa: ARG001
    """Puts forward what was decided of the pilot."""
    services.add_pilot(acting, case)

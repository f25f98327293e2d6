"""Pages of the expert group: one's questions, asking, what experts and chair do with them, and answers for members."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sluis.apps.casework import selectors, services
from sluis.apps.casework.selectors import rules, terms
from sluis.apps.casework.selectors.experts import PAGE
from sluis.apps.casework.services import Anonymous, Asked, PeerView
from sluis.apps.casework.views import people
from sluis.apps.casework.views.people import Form
from sluis.apps.partners.selectors import Acting

QUESTION = "casework:show-question"
TERMS = {"triage_days": terms.TRIAGE.days, "answer_days": terms.ANSWER.days}


@people.page
def show_desk(request: HttpRequest, acting: Acting) -> HttpResponse:
    """One's questions, for experts all of them. Who steers sees that something waits, and no word of it."""
    if acting.role in rules.STEERING:
        shown = {"rows": selectors.asked_questions(acting), "section": "experts", **TERMS}
        return render(request, "casework/list-asked.html", shown)
    return render(request, "casework/show-desk.html", {"page": selectors.desk(acting), "section": "experts", **TERMS})


@people.page
def ask_question(request: HttpRequest, acting: Acting) -> HttpResponse:
    """A form to ask."""
    form = Form("casework/ask-question.html", {"section": "experts", **TERMS}, QUESTION)
    return people.filled(request, form, lambda typed: services.ask(acting, Asked(typed["titel"], typed["vraag"])))


@people.page
def show_question(request: HttpRequest, acting: Acting, question: UUID) -> HttpResponse:
    """One question, for its asker or an expert."""
    shown = {"page": selectors.question_page(acting, question), "section": "experts"}
    return render(request, "casework/show-question.html", shown)


@people.deed(QUESTION)
def triage(request: HttpRequest, acting: Acting, question: UUID) -> None:
    """Accepts, refers or refuses."""
    given = request.POST
    services.triage(acting, question, choice=given.get("keuze", ""), why=given.get("reden", ""))


@people.page
def write_draft(request: HttpRequest, acting: Acting, question: UUID) -> HttpResponse:
    """A form with the last draft to go on from."""
    page = selectors.question_page(acting, question)
    start = {"advies": page.draft.text if page.draft else ""}
    form = Form("casework/write-draft.html", {"page": page, "section": "experts"}, QUESTION, start)

    def write(typed: people.Typed) -> UUID:
        services.write_draft(acting, question, typed["advies"])
        return question

    return people.filled(request, form, write)


@people.deed(QUESTION)
def review(request: HttpRequest, acting: Acting, question: UUID) -> None:
    """Agrees or not, with remarks."""
    given = request.POST
    number, agrees = people.whole(given.get("concept")), given.get("oordeel") == "ja"
    services.review(acting, question, PeerView(number, agrees, given.get("opmerkingen", "")))


@people.deed(QUESTION)
def sign(request: HttpRequest, acting: Acting, question: UUID) -> None:
    """The chair signs."""
    services.sign(acting, question, people.whole(request.POST.get("concept")))


@people.page
def write_answer(request: HttpRequest, acting: Acting, question: UUID) -> HttpResponse:
    """A form for the anonymised words."""
    page = selectors.question_page(acting, question)
    there = page.answer
    start = {"titel": there.title, "vraag": there.asked_text, "antwoord": there.answer_text} if there else {}
    form = Form("casework/write-answer.html", {"page": page, "section": "experts"}, QUESTION, start)

    def write(typed: people.Typed) -> UUID:
        services.write_answer(acting, question, Anonymous(typed["titel"], typed["vraag"], typed["antwoord"]))
        return question

    return people.filled(request, form, write)


@people.deed(QUESTION)
def check_answer(request: HttpRequest, acting: Acting, question: UUID) -> None:
    """The chair checks the words that were before its eyes."""
    services.check_answer(acting, question, request.POST.get("afdruk", ""))


@people.deed(QUESTION)
def agree_answer(request: HttpRequest, acting: Acting, question: UUID) -> None:
    """The asker agrees to the words that were before its eyes."""
    services.agree_answer(acting, question, request.POST.get("afdruk", ""))


@people.page
def list_answers(request: HttpRequest, acting: Acting) -> HttpResponse:
    """What was answered, with a search."""
    wanted = request.GET.get("q", "")
    found = selectors.answers(acting, wanted=wanted, after=request.GET.get("na", ""))
    more = found[PAGE - 1].mark if len(found) > PAGE else ""
    shown = {"rows": found[:PAGE], "more": more, "wanted": wanted, "section": "experts"}
    return render(request, "casework/list-answers.html", shown)


@people.page
def show_answer(request: HttpRequest, acting: Acting, answer: UUID) -> HttpResponse:
    """One answer."""
    return render(request, "casework/show-answer.html", {"one": selectors.answer_page(acting, answer), "section": "experts"})

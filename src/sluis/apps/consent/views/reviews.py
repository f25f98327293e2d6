"""Pages of a review round."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sluis.apps.consent import selectors, services
from sluis.apps.consent.services import Remark, Settling
from sluis.apps.consent.views import people
from sluis.apps.partners.selectors import Acting


@people.page
def show_review(request: HttpRequest, acting: Acting, review: UUID) -> HttpResponse:
    """A text paragraph by paragraph, with comments and what was done with each."""
    page = selectors.review_page(acting, review)
    return render(request, "consent/show-review.html", {"page": page, "section": "groups"})


@people.deed("consent:show-review")
def add_comment(request: HttpRequest, acting: Acting, review: UUID) -> None:
    """A comment on one paragraph."""
    number = request.POST.get("alinea", "")
    paragraph = int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 0
    services.comment(acting, review, Remark(paragraph, request.POST.get("opmerking", "")))


@people.deed("consent:show-review")
def settle_comment(request: HttpRequest, acting: Acting, *, review: UUID, comment: UUID) -> None:  # noqa: ARG001
    """What was done with a comment."""
    services.settle(acting, comment, Settling(request.POST.get("uitkomst", ""), request.POST.get("antwoord", "")))


@people.deed("consent:show-review")
def finish_review(request: HttpRequest, acting: Acting, review: UUID) -> None:  # noqa: ARG001
    """Says that one has nothing more."""
    services.finish(acting, review)


@people.deed("consent:show-review")
def close_review(request: HttpRequest, acting: Acting, review: UUID) -> None:  # noqa: ARG001
    """Closes the round."""
    services.close_review(acting, review)

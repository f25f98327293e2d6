"""Pages of one item: reading, editing, proposing to release it with a preview, answering."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from sluis.apps.consent import selectors, services
from sluis.apps.consent.forms import ItemForm, ReleaseForm
from sluis.apps.consent.models import Marking, Scope
from sluis.apps.consent.selectors import ItemPage, rules
from sluis.apps.consent.views import groups, people, words
from sluis.apps.partners import selectors as partners
from sluis.apps.partners.selectors import Acting
from sluis.core import errors


@people.page
def show_item(request: HttpRequest, acting: Acting, item: UUID) -> HttpResponse:
    """One item: its words, why one sees it and who else does, contributors and what they answered."""
    page = selectors.item_page(acting, item)
    shown = {"page": page, "decides": acting.role in rules.DECIDERS, "section": "groups"}
    return render(request, "consent/show-item.html", shown)


@people.page
def edit_item(request: HttpRequest, acting: Acting, item: UUID) -> HttpResponse:
    """A form with the words as they are. What was typed is kept when somebody else was first."""
    rules.require(acting, rules.WRITERS)
    page = _writable(acting, item)
    now = {"titel": page.title, "tekst": page.text, "markering": page.marking, "versie": page.number}
    form = ItemForm(request.POST or None, initial=now)
    refused = ""
    if form.is_bound and form.is_valid():
        try:
            services.edit(acting, item, form.edit())
            return redirect("consent:show-item", item)
        except (errors.Malformed, errors.Conflict) as error:
            refused = words.told(error)
    elif form.is_bound:
        refused = words.refusal("stuk-onjuist")
    shown = {"page": page, "form": form, "refused": refused, "markings": Marking.choices, "section": "groups"}
    return render(request, "consent/edit-item.html", shown, status=422 if refused else 200)


def _writable(acting: Acting, item: UUID) -> ItemPage:
    page = selectors.item_page(acting, item)
    if not page.may_write:
        raise errors.NotFound("There is no such item, or it is not yours.", code="onbekend-stuk")
    return page


@people.page
def propose_release(request: HttpRequest, acting: Acting, item: UUID) -> HttpResponse:
    """Choose an audience, see it as that audience would, then propose. A release that waits gets the other audience."""
    rules.require(acting, rules.WRITERS)
    page, form = _writable(acting, item), _form(request)
    is_valid = form.is_bound and form.is_valid()
    refused = words.refusal("publiek-onjuist") if form.is_bound and not is_valid else ""
    if is_valid and "voorstellen" in request.POST:
        try:
            _propose(acting, page, form)
            return redirect("consent:show-item", item)
        except (errors.Malformed, errors.Conflict) as error:
            refused = words.told(error)
    preview = (
        selectors.preview(acting, item, audience=form.audience(), marking=form.cleaned_data["markering"]) if is_valid else None
    )
    shown = {
        "page": page,
        "form": form,
        "preview": preview,
        "refused": refused,
        "markings": [one for one in Marking.choices if rules.ALLOWED[one[0]]],
        "scopes": Scope.choices,
        "section": "groups",
    }
    return render(request, "consent/propose-release.html", shown, status=422 if refused else 200)


def _form(request: HttpRequest) -> ReleaseForm:
    named = sorted(((key.hex(), name) for key, name in partners.names().items()), key=lambda one: one[1])
    sectors = sorted((one, words.named("sectors", one)) for one in set(partners.sectors().values()))
    return ReleaseForm(request.POST or None, organisations=named, sectors=sectors)


def _propose(acting: Acting, page: ItemPage, form: ReleaseForm) -> None:
    if page.release is not None and page.release.state == "open":
        services.change_audience(acting, page.release.id, form.proposal())
    else:
        services.propose(acting, page.id, form.proposal())


@people.deed("consent:show-item")
def credit_member(request: HttpRequest, acting: Acting, item: UUID) -> None:
    """Names a contributor."""
    services.credit(acting, item, groups.party(request, "organisatie"))


@people.deed("consent:show-item")
def agree_release(request: HttpRequest, acting: Acting, *, item: UUID, release: UUID) -> None:  # noqa: ARG001
    """Yes to exactly the text and audience that were on the page."""
    services.agree(acting, release, digest=request.POST.get("afdruk", ""))


@people.deed("consent:show-item")
def refuse_release(request: HttpRequest, acting: Acting, *, item: UUID, release: UUID) -> None:  # noqa: ARG001
    """No, with a reason."""
    services.refuse(acting, release, digest=request.POST.get("afdruk", ""), why=request.POST.get("reden", ""))


@people.deed("consent:show-item")
def take_back(request: HttpRequest, acting: Acting, *, item: UUID, release: UUID) -> None:  # noqa: ARG001
    """Takes a yes back."""
    services.withdraw_consent(acting, release)


@people.deed("consent:show-item")
def call_off(request: HttpRequest, acting: Acting, *, item: UUID, release: UUID) -> None:  # noqa: ARG001
    """Calls the release off."""
    services.withdraw(acting, release)


@people.deed("consent:show-item")
def open_review(request: HttpRequest, acting: Acting, item: UUID) -> None:
    """Asks the chosen members to read."""
    chosen = [bytes.fromhex(one) for one in request.POST.getlist("lezers") if _is_party(one)]
    services.open_review(acting, item, readers=frozenset(chosen))


def _is_party(text: str) -> bool:
    return len(text) == 32 and all(one in "0123456789abcdef" for one in text)

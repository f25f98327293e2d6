"""May I share this with the police? An answer with reasons, then a message that is ready to send, and a receipt."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from sluis.apps.partners import selectors as partners
from sluis.apps.privacy import selectors, services
from sluis.apps.privacy.forms import PoliceForm
from sluis.apps.privacy.selectors import Weighed
from sluis.apps.privacy.views import words
from sluis.plumbing.pages import form_page


@form_page
def ask_police(request: HttpRequest) -> HttpResponse:
    """The question; with a complete one its answer; after "give me the message" also the message and the receipt."""
    given = request.POST if request.method == "POST" else request.GET
    form = PoliceForm(given or None)
    shown: dict[str, object] = {"section": "kader", "form": form}
    if not form.is_bound or not form.is_valid():
        return render(request, "privacy/ask-police.html", shown, status=400 if form.is_bound else 200)
    weighed = selectors.weigh(form.told(), form.rules, world=form.world())
    shown["answer"] = words.answer_view(weighed)
    if request.method == "POST" and weighed.answer.opens:
        actor = partners.acting(request.user)
        receipt = services.keep_advice(weighed.answer, party=actor.organisation)
        shown |= {"receipt": receipt, "message": message(weighed, sender=actor.organisation_name, receipt=receipt.digest)}
    return render(request, "privacy/ask-police.html", shown)


def message(weighed: Weighed, *, sender: str, receipt: str) -> str:
    """The message in words, by kinds of data only: the data themselves go over the police's own channel."""
    told = dict(selectors.fact_rows(weighed.answer.facts.as_data()))
    lines = [
        _("Aan de politie"),
        "",
        _("Wij, %(sender)s, willen u het volgende geven.") % {"sender": sender},
        *(f"- {name}: {told[name]}" for name in map(selectors.field_name, ("data", "subject", "offence", "purpose"))),
        "",
        _("Grondslag volgens ons: %(articles)s.") % {"articles": "; ".join(weighed.answer.articles)},
        _("De gegevens zelf staan niet in dit bericht. Laat ons weten langs welke beveiligde weg u ze wilt krijgen."),
        _("Kenmerk van onze afweging: %(receipt)s (regels versie %(version)s).")
        % {"receipt": receipt[:16], "version": weighed.answer.version},
    ]
    return "\n".join(lines)

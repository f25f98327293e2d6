"""May this be shared? Facts in, an answer with reasons out, on one page that can be passed on as a link."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sluis.apps.partners import selectors as partners
from sluis.apps.privacy import selectors
from sluis.apps.privacy.forms import ExchangeForm
from sluis.apps.privacy.services.necessity import JURISTS
from sluis.apps.privacy.views import choosing, words
from sluis.core.law import technique
from sluis.plumbing.pages import page


@page
def ask(request: HttpRequest) -> HttpResponse:
    """The question, and once it is complete its answer. Facts of a kind of exchange stand in the address; nothing is kept."""
    form = ExchangeForm(request.GET or None)
    shown: dict[str, object] = {"section": "kader", "form": form}
    if not form.is_bound or not form.is_valid():
        return render(request, "privacy/ask.html", shown, status=400 if form.is_bound else 200)
    answer = words.answer_view(selectors.weigh(form.told(), form.rules, world=form.world()))
    near = [(one, urlencode(one.query, doseq=True)) for one in answer.nearest]
    found = technique.of_fact(form.told().technique)
    advice = choosing.view(found) if found else None
    mine = partners.organisation_of(request.user)
    shown |= {"is_jurist": mine is not None and mine.role in JURISTS, "again": urlencode(form.told().as_data(), doseq=True)}
    return render(request, "privacy/ask.html", {**shown, "answer": answer, "near": near, "advice": advice})

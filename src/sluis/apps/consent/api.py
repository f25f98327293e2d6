"""Closed groups for machines: that there is something, and what was released. Only people consent, in the portal."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from sluis.apps.consent import selectors
from sluis.apps.consent.selectors.published import PAGE
from sluis.apps.partners import selectors as partners
from sluis.core.exchange.groups import Messages, ReleasedText, Releases
from sluis.plumbing import api, signed

calls = api.Calls("groepen")


@calls.get("/berichten", "What your organisation was told about its groups: kind and link", answers=Messages)
def get_messages(request: HttpRequest, na: str = "0") -> HttpResponse:
    """Signed by a member or holder; after the sequence `na`, in order. It never says what an item is about."""
    party = partners.owner(signed.signer(request))
    return api.answer(selectors.messages_after(party, api.number(na, where="na")))


@calls.get("/vrijgaven", "What contributors released to your organisation, without its source", answers=Releases)
def get_releases(request: HttpRequest, na: str = "") -> HttpResponse:
    """Signed by a member or holder; the newest first, older than the mark `na`. Each carries its marking (TLP 2.0)."""
    found = selectors.published(partners.system_of(partners.owner(signed.signer(request))), after=na)
    page = found[:PAGE]
    told = tuple(
        ReleasedText(one.id.hex, one.kind, one.title, one.paragraphs, one.marking, one.scope, one.sector, one.released)
        for one in page
    )
    return api.answer(Releases(told, page[-1].mark if len(found) > PAGE else ""))

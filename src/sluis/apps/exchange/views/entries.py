"""What the log has of one's own organisation: the list, one entry with its proof, and the proof as a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import msgspec
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from sluis.apps.audit import selectors as audit
from sluis.apps.audit.selectors import OwnLeaf
from sluis.apps.exchange import selectors
from sluis.apps.exchange.selectors import Verified
from sluis.apps.exchange.views import people, words

PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One entry in words; `what` says so when its event was erased."""

    place: int
    moment: str
    what: str
    detail: str
    circle: str
    amount: int
    refused: str
    leaf: str


@people.page
def list_entries(request: HttpRequest) -> HttpResponse:
    """Own entries, newest first, 50 a page; `voor` is the place before which the page goes on."""
    party, name = people.organisation_of(request)
    shown = {"section": "log", "organisation": name}
    before = request.GET.get("voor", "")
    if before and not _is_place(before):
        return render(request, "exchange/list-entries.html", shown | {"fault": True}, status=400)
    found = audit.own_leaves(party, before=int(before) if before else None, limit=PAGE + 1)
    circles = {one.circle: one.title for one in selectors.known_circles(party)}
    more = {
        "rows": [_row(one, circles) for one in found[:PAGE]],
        "older": found[PAGE - 1].place if len(found) > PAGE else None,
        "is_first": not before,
        "waiting": audit.waiting_of(party),
    }
    return render(request, "exchange/list-entries.html", shown | more)


@people.page
def show_entry(request: HttpRequest, place: int) -> HttpResponse:
    """One entry with its proof, which the server verified."""
    party = people.party_of(request)
    found = selectors.verified(party, place)
    circles = {one.circle: one.title for one in selectors.known_circles(party)}
    shown = {"entry": _row(found.leaf, circles), "section": "log", **_proven(found)}
    return render(request, "exchange/show-entry.html", shown)


@people.page
def download_proof(request: HttpRequest, place: int) -> HttpResponse:
    """Event, salt, place, path and checkpoint as JSON. Not there when the event was erased, or before a checkpoint has it."""
    found = selectors.verified(people.party_of(request), place)
    if found.proof is None or not found.leaf.event:
        raise Http404
    kept = {"content-disposition": f'attachment; filename="{_file(place)}"', "cache-control": "no-store"}
    octets = msgspec.json.encode(found.proof.logged(found.leaf))
    return HttpResponse(octets, content_type="application/json", headers=kept)


def _file(place: int) -> str:
    return f"sluis-bewijs-{place}.json"


def _is_place(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


def _row(one: OwnLeaf, circles: dict[bytes, str]) -> EntryRow:
    told = one.told
    if told is None:
        return EntryRow(
            one.place, words.moment(one.time), _("gewist op verzoek; het blad blijft"), "", "", 0, "", one.leaf.hex()
        )
    return EntryRow(
        place=one.place,
        moment=words.moment(told.time),
        what=words.named(words.ACTIVITIES, told.activity),
        detail=words.detail(told.reference),
        circle=circles.get(bytes.fromhex(told.circle), ""),
        amount=told.amount,
        refused="" if told.outcome == audit.PASSED else words.refusal(told.ground, told.articles).reason,
        leaf=one.leaf.hex(),
    )


def _proven(found: Verified) -> dict[str, object]:
    leaf, proof = found.leaf, found.proof
    return {
        "event": leaf.event.decode(),
        "salt": leaf.salt.hex(),
        "proof": proof,
        "path": [one.hex() for one in proof.path] if proof else [],
        "cosigned": [(name, words.moment(when)) for name, when in found.cosigned],
        "threshold": found.threshold,
        "holders": len(found.cosigned),
        "fault": found.fault,
        "file": _file(leaf.place),
    }

"""Ontvangstbewijzen: the hub's signed receipts of what was disclosed, and the partner's own log, refusals included."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import msgspec
from starlette.responses import Response

from sluis.client.gateway.pages import export
from sluis.client.gateway.pages.visits import Visit, Way
from sluis.client.store import Processing
from sluis.core.exchange import documents
from sluis.core.exchange.bodies import DisclosureReceipt
from sluis.core.exchange.documents import Signed

SHOWN: Final = 200
_MOST: Final = 20_000
REFUSED: Final = "geweigerd"


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt of the hub, with the dossier it belongs to and the case of it."""

    dossier: int
    reference: str
    told: DisclosureReceipt
    signed: Signed


def receipts(visit: Visit) -> list[Receipt]:
    """Every receipt that is kept, newest first."""
    found = [
        Receipt(one.number, one.dossier.about.reference, documents.read(signed.payload, DisclosureReceipt), signed)
        for one in visit.session.store.desk.dossiers(limit=_MOST)
        for signed in (one.dossier.disclosure.receipts if one.dossier.disclosure else ())
    ]
    return sorted(found, key=lambda one: -one.told.time)


def show(visit: Visit) -> Response:
    """Receipts and log."""
    lines = list(reversed(visit.session.store.processing()))
    if only_refused := visit.request.query_params.get("toon") == REFUSED:
        lines = [one for one in lines if is_refused(one)]
    skip = visit.number("vanaf")
    shown: dict[str, Any] = {
        "receipts": receipts(visit),
        "lines": lines[skip : skip + SHOWN],
        "total": len(lines),
        "more": skip + SHOWN if len(lines) > skip + SHOWN else 0,
        "only_refused": only_refused,
        "is_refused": is_refused,
    }
    return visit.render("log.html", at="ontvangstbewijzen", **shown)


def is_refused(line: Processing) -> bool:
    """Whether a line of the log tells of a refusal."""
    return line.outcome.startswith(REFUSED)


def save(visit: Visit) -> Response:
    """The log as CSV, workbook or JSON."""
    head = ("tijd", "wie", "handeling", "kring", "type", "doel", "aantal", "uitkomst")
    cells = [
        (visit.wording.moment(one.time), one.who, one.activity, one.circle, one.type, one.purpose, str(one.amount), one.outcome)
        for one in visit.session.store.processing()
    ]
    return export.answer(visit, "eigen-logboek", export.Table(head, cells))


def save_receipts(visit: Visit) -> Response:
    """Every receipt as the hub signed it, for who wants to verify them."""
    signed = msgspec.json.format(msgspec.json.encode([one.signed for one in receipts(visit)]))
    return export.file("kwitanties.json", signed, kind="application/json")


WAYS: Final = (
    Way("GET", "/ontvangstbewijzen", show),
    Way("GET", "/ontvangstbewijzen/logboek", save),
    Way("GET", "/ontvangstbewijzen/kwitanties", save_receipts),
)

"""Attenderingen: one list of hits and alerts, newest first, who has what in hand, and a stream that says that it grew."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from typing import Any, Final, get_args

import anyio
import anyio.to_thread
from starlette.responses import Response

from sluis.client.deskbook import Kept, State
from sluis.client.gateway.member import Member
from sluis.client.gateway.pages import dossier, export, matters
from sluis.client.gateway.pages.visits import Visit, Way
from sluis.core.exchange.words import Use
from sluis.wire import sse

SHOWN: Final = 50
TAKEN_AWAY: Final = 20_000
TICK: Final = 1.0
MINE: Final = "mijn"
ALL: Final = "alles"


def show(visit: Visit) -> Response:
    """The desk: the question, the list, and one dossier opened beside it."""
    dossier.take_in(visit.member)
    which = chosen(visit)
    found = listed(visit, which, limit=SHOWN + 1, skip=visit.number("vanaf"))
    opened = visit.session.store.desk.read(visit.number("open"))
    context: dict[str, Any] = {
        "rows": found[:SHOWN],
        "which": which,
        "more": visit.number("vanaf") + SHOWN if len(found) > SHOWN else 0,
        "choices": matters.choices(visit, Use.CHECK),
        "types": matters.types(visit),
        "typed": {},
        "faults": {},
        "open": opened.number if opened else 0,
        "opened": dossier.view(visit, opened) if opened else None,
    }
    return visit.render("alerts.html", at="attenderingen", **context)


def chosen(visit: Visit) -> str:
    """Which list the query asks for; what waits when it says none."""
    wanted = visit.request.query_params.get("lijst", "nieuw")
    return wanted if wanted in (*get_args(State), MINE, ALL) else "nieuw"


def listed(visit: Visit, which: str, *, limit: int, skip: int = 0) -> list[Kept]:
    """The dossiers of a list, newest first."""
    book = visit.session.store.desk
    if which == MINE:
        found = [one for one in book.dossiers("bezig", limit=TAKEN_AWAY) if one.dossier.who == visit.who]
        return found[skip : skip + limit]
    states: dict[str, State | None] = {**{one: one for one in get_args(State)}, ALL: None}
    return book.dossiers(states[which], limit=limit, skip=skip)


def save(visit: Visit) -> Response:
    """The list as CSV, workbook or JSON."""
    dossier.take_in(visit.member)
    head = ("nummer", "soort", "stand", "tijd", "kenmerk", "type", "eigen-kenmerk", "kring", "anderen", "bewijsgraad", "advies")
    found = export.free(visit, listed(visit, chosen(visit), limit=TAKEN_AWAY), _about)
    rows = [_cells(visit, one) for one in found]
    return export.answer(visit, "attenderingen", export.Table((*head, "vorm", "door", "besluit"), rows))


def _about(one: Kept) -> tuple[str, str, str]:
    about = one.dossier.about
    return about.reference, about.type, about.identifier


def _cells(visit: Visit, one: Kept) -> tuple[str, ...]:
    file, about, hit = one.dossier, one.dossier.about, one.dossier.hit
    told = (hit.others, hit.grade, hit.advice, hit.form) if hit else ("", "", "", "")
    head = (str(one.number), one.kind, one.state, visit.wording.moment(one.opened))
    return (*head, about.identifier, about.type, about.reference, about.circle, *told, file.who, file.disposition)


async def stream(member: Member, is_open: Callable[[], bool]) -> AsyncGenerator[bytes]:
    """Says how many dossiers wait whenever that changes: a number, and nothing of whom. Ends when `is_open` says no."""
    last, silent = -1, 0.0
    while is_open():
        waiting = await anyio.to_thread.run_sync(_waiting, member)
        if waiting != last:
            yield sse.event("attenderingen", str(waiting))
            last, silent = waiting, 0.0
        silent += TICK
        if silent >= sse.BEAT:
            silent = 0.0
            yield sse.HEARTBEAT
        await anyio.sleep(TICK)


def _waiting(member: Member) -> int:
    dossier.take_in(member)
    return member.session.store.desk.counts()["nieuw"]


WAYS: Final = (Way("GET", "/attenderingen", show), Way("GET", "/attenderingen/uitvoer", save))

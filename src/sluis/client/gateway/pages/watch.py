"""Bewaken: the partner's own customers and payees, compared with what others share. Its own use, by its own assessment."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from starlette.responses import Response

from sluis.client import watch as watching
from sluis.client.casebook import WATCH
from sluis.client.gateway.jobs import Job
from sluis.client.gateway.pages import export, matters, rows, told
from sluis.client.gateway.pages.rows import Read
from sluis.client.gateway.pages.visits import Visit, Way
from sluis.client.session import Matter
from sluis.client.watch import Watched
from sluis.core import errors
from sluis.core.errors import Fault
from sluis.core.exchange.words import Use

SHOWN: Final = 100
PIECE: Final = 250
CASE: Final = "bewaken"
_KEPT: Final = ("doel", "soort", "kenmerk", "eigen", "veel")


@dataclass(frozen=True, slots=True, repr=False)
class Kept:
    """One identifier that is watched, in one circle, for one of the partner's own references."""

    circle: str
    type: str
    identifier: str
    reference: str
    purpose: str
    since: int
    matched: bool


@dataclass(slots=True, repr=False)
class WatchJob(Job):
    """A list to watch: what was read, why, and how many readings were taken up."""

    matter: Matter = field(default_factory=lambda: Matter("", "", ""))
    read: Read = field(default_factory=lambda: Read((), ()))
    watched: int = 0


def listed(visit: Visit) -> list[Kept]:
    """All that is watched, by reference; an identifier stands once, whatever its scopes and keys."""
    casebook = visit.session.store.casebook
    found: dict[tuple[str, ...], Kept] = {}
    for key_id in casebook.key_ids():
        for place in casebook.places(key_id):
            if place.why != WATCH:
                continue
            one = casebook.read(place)
            mark = (one.reference, one.type, one.identifier, one.circle)
            matched = place.matched or (mark in found and found[mark].matched)
            found[mark] = Kept(one.circle, one.type, one.identifier, one.reference, one.purpose, place.added, matched)
    return [found[mark] for mark in sorted(found)]


def show(visit: Visit) -> Response:
    """The list, and the form to add."""
    return _page(visit, {})


def add(visit: Visit) -> Response:
    """Shows what was read, before anything is asked."""
    matter, faults = matters.chosen(visit, Use.WATCH, case=CASE)
    try:
        given = rows.lines(visit.form)
        if len(given) == 1 and not given[0].reference:
            given = [rows.Line(1, given[0].text, visit.form["eigen"].strip())]
        found = rows.read(given, rows.How(visit.form["soort"] or rows.RECOGNISE, matters.types(visit), visit.session.region))
    except errors.Malformed as error:
        return _page(visit, told.by_field(visit, [*faults, Fault("veel", error.reason, error.detail)]))
    if not given:
        faults.append(Fault("kenmerk", "geen-kenmerken", "Give an identifier."))
    if len(given) > rows.MOST:
        faults.append(Fault("veel", "te-veel-regels", "At most 5,000 lines."))
    if faults:
        return _page(visit, told.by_field(visit, faults))
    bare = [rows.Wrong(row.line, "geen-zaak") for row in found.rows if not row.line.reference]
    whole = Read(tuple(row for row in found.rows if row.line.reference), (*found.wrong, *bare))
    job = WatchJob(visit.who, len(whole.rows), matter=matter, read=whole)
    visit.member.jobs.keep(job)
    return visit.go(f"/bewaken/werk/{job.id}")


def show_job(visit: Visit) -> Response:
    """What was read, and how far it is."""
    job = visit.job(WatchJob)
    # Read before the rest: what ended after this is seen on the next look, whole.
    progress = job.progress
    failure = told.error(visit, job.error) if job.error else None
    wrong = [(one.line, visit.say(told.CODES.get(one.code, one.code))) for one in job.read.wrong]
    more: dict[str, Any] = {"wrong": wrong, "section": matters.section_named(visit, job.matter.circle)}
    return visit.render("watch-job.html", at="bewaken", job=job, progress=progress, failure=failure, **more)


def start_job(visit: Visit) -> Response:
    """Takes up what was read."""
    job = visit.job(WatchJob)
    if job.read.rows:
        visit.member.jobs.start(job, lambda: _work(visit, job))
    return visit.go(f"/bewaken/werk/{job.id}")


def _work(visit: Visit, job: WatchJob) -> None:
    session = visit.session
    for some in rows.by_type(job.read.rows).values():
        for piece in rows.pieces(some, PIECE):
            items = [Watched(one.identifier, one.line.reference) for one in piece]
            job.watched += watching.add(session, items, matter=job.matter)
            job.done += len(piece)


def stop(visit: Visit) -> Response:
    """Watches the chosen references no more."""
    gone = set(visit.form.all("eigen-kenmerk"))
    if gone:
        watching.remove(visit.session, gone)
    return visit.go("/bewaken#lijst")


def save(visit: Visit) -> Response:
    """The list as CSV, workbook or JSON."""
    cells = [
        (one.identifier, one.type, one.reference, one.circle, visit.wording.moment(one.since), "ja" if one.matched else "nee")
        for one in listed(visit)
    ]
    return export.answer(
        visit, "bewaking", export.Table(("kenmerk", "type", "eigen-kenmerk", "kring", "sinds", "treffer"), cells)
    )


def _page(visit: Visit, faults: dict[str, str]) -> Response:
    found, skip = listed(visit), visit.number("vanaf")
    more = skip + SHOWN if len(found) > skip + SHOWN else 0
    context = {
        "choices": matters.choices(visit, Use.WATCH),
        "types": matters.types(visit),
        "typed": {name: visit.form[name] for name in _KEPT},
        "faults": faults,
        "rows": found[skip : skip + SHOWN],
        "total": len(found),
        "more": more,
    }
    return visit.render("watch.html", at="bewaken", status=422 if faults else 200, **context)


WAYS: Final = (
    Way("GET", "/bewaken", show),
    Way("POST", "/bewaken", add),
    Way("POST", "/bewaken/stoppen", stop),
    Way("GET", "/bewaken/uitvoer", save),
    Way("GET", "/bewaken/werk/{job}", show_job),
    Way("POST", "/bewaken/werk/{job}", start_job),
)

"""Bevragen: one identifier, or up to 5,000 from a paste or a file. First what reads and what does not; then the question."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from starlette.responses import Response

from sluis.client import check as checking
from sluis.client.check import Checked
from sluis.client.deskbook import About, HitTold
from sluis.client.gateway import desk
from sluis.client.gateway.jobs import Job
from sluis.client.gateway.pages import export, matters, rows, told
from sluis.client.gateway.pages.rows import Read, Row
from sluis.client.gateway.pages.visits import Visit, Way
from sluis.client.session import Matter
from sluis.core import errors
from sluis.core.errors import Fault
from sluis.core.exchange.words import Use
from sluis.wire import logs, problems

PIECE: Final = 250
SHOWN: Final = 500
_KEPT: Final = ("doel", "zaak", "soort", "kenmerk", "veel")


@dataclass(frozen=True, slots=True, repr=False)
class Answered:
    """One row with its outcome: a hit with the number of its dossier, or none. `scope` is the reading that gave the hit."""

    row: Row
    hit: HitTold | None
    dossier: int = 0
    scope: str = ""


@dataclass(slots=True, repr=False)
class CheckJob(Job):
    """A question about many: what was read, why it is asked, and the answers so far."""

    matter: Matter = field(default_factory=lambda: Matter("", "", ""))
    read: Read = field(default_factory=lambda: Read((), ()))
    answers: list[Answered] = field(default_factory=list)
    failed: set[str] = field(default_factory=set)

    @property
    def hits(self) -> list[Answered]:
        """The answers that are hits."""
        return [one for one in self.answers if one.hit]


def show(visit: Visit) -> Response:
    """The form."""
    return _form(visit, {})


def ask(visit: Visit) -> Response:
    """One identifier is asked at once; many are first shown as they were read."""
    matter, faults = matters.chosen(visit, Use.CHECK)
    try:
        given = rows.lines(visit.form)
        kind = visit.form["soort"] or rows.RECOGNISE
        found = rows.read(given, rows.How(kind, matters.types(visit), visit.session.region))
    except errors.Malformed as error:
        return _form(visit, told.by_field(visit, [*faults, Fault("veel", error.reason, error.detail)]))
    where = "veel" if len(given) > 1 else "kenmerk"
    if not given:
        faults.append(Fault("kenmerk", "geen-kenmerken", "Give an identifier."))
    if len(given) > rows.MOST:
        faults.append(Fault("veel", "te-veel-regels", "At most 5,000 lines."))
    if len(given) == 1 and found.wrong:
        faults.append(Fault(where, found.wrong[0].code, "Look for a typing error."))
    if faults:
        return _form(visit, told.by_field(visit, faults))
    job = CheckJob(visit.who, len(found.rows), matter=matter, read=found)
    visit.member.jobs.keep(job)
    return _at_once(visit, job) if len(given) == 1 else visit.go(f"/bevragen/werk/{job.id}")


def _at_once(visit: Visit, job: CheckJob) -> Response:
    """Asks while one waits; what is refused is told above the form, in which everything still stands as typed."""
    job.progress = "bezig"
    try:
        _work(visit, job)
    except errors.SluisError as error:
        logs.logger().info("refused", code=error.reason)
        job.error, job.progress = error, "mislukt"
        return _form(visit, {}, failure=error)
    job.progress = "klaar"
    (answer,) = job.answers
    return visit.go(f"/dossiers/{answer.dossier}" if answer.hit else f"/bevragen/werk/{job.id}")


def show_job(visit: Visit) -> Response:
    """What was read, how far it is, and the answers."""
    job = visit.job(CheckJob)
    # Read before the rest: what ended after this is seen on the next look, whole.
    progress = job.progress
    failure = told.error(visit, job.error) if job.error else None
    wrong = [(one.line, visit.say(told.CODES.get(one.code, one.code))) for one in job.read.wrong]
    context: dict[str, Any] = {
        "job": job,
        "progress": progress,
        "failure": failure,
        "wrong": wrong,
        "section": matters.section_named(visit, job.matter.circle),
    }
    return visit.render("check-job.html", at="bevragen", shown_rows=SHOWN, **context)


def start_job(visit: Visit) -> Response:
    """Asks what was read; what did not read is left out."""
    job = visit.job(CheckJob)
    if job.read.rows:
        visit.member.jobs.start(job, lambda: _work(visit, job))
    return visit.go(f"/bevragen/werk/{job.id}")


def save(visit: Visit) -> Response:
    """The answers as CSV, workbook or JSON."""
    job = visit.job(CheckJob)
    head = ("regel", "kenmerk", "soort", "eigen-kenmerk", "uitkomst", "anderen", "bewijsgraad", "advies", "vorm", "dossier")
    case = job.matter.case

    def about(one: Answered) -> tuple[str, str, str]:
        return one.row.line.reference or case, one.row.identifier.type.label, str(one.row.identifier)

    return export.answer(
        visit, "bevraging", export.Table(head, [_cells(one) for one in export.free(visit, job.answers, about)])
    )


def _work(visit: Visit, job: CheckJob) -> None:
    session = visit.session
    for some in rows.by_type(job.read.rows).values():
        for piece in rows.pieces(some, PIECE):
            cases = [one.line.reference for one in piece]
            found = checking.check(session, [one.identifier for one in piece], matter=job.matter, cases=cases)
            job.answers += [_kept(visit, row, one, matter=job.matter) for row, one in zip(piece, found, strict=True)]
            job.failed |= {name for one in found for name in one.failed_holders}
            job.done += len(piece)
    job.answers.sort(key=lambda one: (one.hit is None, one.row.line.number))


def _kept(visit: Visit, row: Row, checked: Checked, *, matter: Matter) -> Answered:
    hit = told_hit(checked)
    if hit is None:
        return Answered(row, None)
    case = checked.case or matter.case
    about = About(matter.circle, row.identifier.type.label, str(row.identifier), case, matter.purpose, checked.scope)
    number = visit.session.store.desk.open_hit(about, hit, step=visit.step("bevraagd"))
    return Answered(row, hit, number, checked.scope)


def told_hit(checked: Checked) -> HitTold | None:
    """A hit in the words that are kept; None when there is none."""
    found = desk.in_words(checked).hit
    return HitTold(found.others, found.grade, found.advice, found.form, found.seen_day) if found else None


def _cells(one: Answered) -> tuple[str, ...]:
    row, hit = one.row, one.hit
    head = (str(row.line.number), str(row.identifier), row.identifier.type.label, row.line.reference)
    if hit is None:
        return (*head, "geen treffer", "", "", "", "", "")
    return (*head, "treffer", hit.others, hit.grade, hit.advice, hit.form, str(one.dossier))


def _form(visit: Visit, faults: dict[str, str], *, failure: errors.SluisError | None = None) -> Response:
    status = problems.STATUS.get(problems.kind_of(failure), 500) if failure else 422 if faults else 200
    context = {
        "choices": matters.choices(visit, Use.CHECK),
        "types": matters.types(visit),
        "typed": {name: visit.form[name] for name in _KEPT},
        "faults": faults,
        "failure": told.error(visit, failure) if failure else None,
    }
    return visit.render("check.html", at="bevragen", status=status, **context)


WAYS: Final = (
    Way("GET", "/bevragen", show),
    Way("POST", "/bevragen", ask),
    Way("GET", "/bevragen/werk/{job}", show_job),
    Way("POST", "/bevragen/werk/{job}", start_job),
    Way("GET", "/bevragen/werk/{job}/uitvoer", save),
)

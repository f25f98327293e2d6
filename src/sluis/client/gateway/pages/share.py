"""Delen: one signal from a form, or many from a file. First the preview with who will see it; then it goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, get_args

from starlette.responses import Response

from sluis.client import bulk, publish
from sluis.client.gateway.jobs import Job
from sluis.client.gateway.pages import context, drafts, matters, rows, told
from sluis.client.gateway.pages.visits import Visit, Way
from sluis.client.publish import Doubt, Draft
from sluis.client.session import Matter
from sluis.core import errors
from sluis.core.errors import Fault
from sluis.core.exchange.envelope import Channel, Phase, Role, Status
from sluis.core.exchange.words import Advice, Grade, Use

PIECE: Final = 250
SHOWN: Final = 200
_KEPT: Final = (
    *("doel", "zaak", "soort", "kenmerk", "bereik", "vorm", "graad", "advies", "rol", "bedrag", "status"),
    *("herkomst", "gezien", "verloopt"),
)


@dataclass(slots=True, repr=False)
class ShareJob(Job):
    """Signals to share: drafts by type, why, faults of the file, what is doubtful, and what became of each."""

    matter: Matter = field(default_factory=lambda: Matter("", "", ""))
    drafts: Mapping[str, Sequence[Draft]] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    states: dict[str, int] = field(default_factory=dict)

    @property
    def blocked(self) -> bool:
        """Whether something is in it that may never be shared, or that does not read."""
        return bool(self.faults) or any(one.blocked for one in self.doubts)

    def all(self) -> list[Draft]:
        """Every draft."""
        return [one for some in self.drafts.values() for one in some]


def show(visit: Visit) -> Response:
    """The form."""
    return _form(visit, {})


def offer(visit: Visit) -> Response:
    """Reads one signal, or a file of many, and shows them before anything is sent."""
    matter, faults = matters.chosen(visit, Use.PUBLISH)
    if "bestand" in visit.form.files:
        return _offer_file(visit, matter, faults)
    draft, wrong = drafts.of_form(visit)
    if draft is None or faults or wrong:
        return _form(visit, told.by_field(visit, [*faults, *wrong]))
    return _preview(visit, matter, {draft.identifier.type.label: [draft]})


def _offer_file(visit: Visit, matter: Matter, faults: list[Fault]) -> Response:
    upload, kind = visit.form.files["bestand"], visit.form["soort"]
    defaults = bulk.Defaults(kind if kind in matters.ORDER else "iban", region=visit.session.region)
    try:
        read = bulk.read(upload.name, upload.octets, defaults=defaults)
    except errors.Malformed as error:
        columns = [one.where.removeprefix("column ") for one in error.faults]
        said = " ".join((visit.say(told.CODES.get(error.reason, error.reason)), ", ".join(columns))).strip()
        return _form(visit, {**told.by_field(visit, faults), "bestand": said})
    if faults:
        return _form(visit, told.by_field(visit, faults))
    return _preview(visit, matter, read.drafts, faults=read.faults)


def _preview(visit: Visit, matter: Matter, found: Mapping[str, Sequence[Draft]], *, faults: tuple[Fault, ...] = ()) -> Response:
    flat = [one for some in found.values() for one in some]
    publish.require_own(visit.session, flat, case=matter.case)
    doubts = tuple(publish.doubts(visit.session, flat, circle=matter.circle))
    job = ShareJob(visit.who, len(flat), matter=matter, drafts=found, faults=faults, doubts=doubts)
    visit.member.jobs.keep(job)
    return visit.go(f"/delen/werk/{job.id}")


def show_job(visit: Visit) -> Response:
    """The preview: what was read, what is doubtful, who will see it; then how far it is."""
    job = visit.job(ShareJob)
    # Read before the rest: what ended after this is seen on the next look, whole.
    progress = job.progress
    section = matters.section_named(visit, job.matter.circle)
    failure = told.error(visit, job.error) if job.error else None
    more = [(one.where, told.fault(visit, one)) for one in (job.error.faults if job.error else ())]
    shown: dict[str, Any] = {
        "job": job,
        "progress": progress,
        "section": section,
        "others": len(section.members) - 1,
        "release": context.releases(section),
        "amounts": bulk.count(job.drafts),
        "faults": [(one.where, told.fault(visit, one)) for one in job.faults],
        "failure": failure,
        "failed_rows": more,
        "limit": SHOWN,
    }
    return visit.render("share-job.html", at="delen", **shown)


def start_job(visit: Visit) -> Response:
    """Shares what was previewed; doubtful ones only when they were confirmed."""
    job = visit.job(ShareJob)
    if job.blocked or (job.doubts and visit.form["bevestigd"] != "ja"):
        return visit.go(f"/delen/werk/{job.id}?bevestig=1#bevestigen")
    visit.member.jobs.start(job, lambda: _work(visit, job))
    return visit.go(f"/delen/werk/{job.id}")


def _work(visit: Visit, job: ShareJob) -> None:
    session = visit.session
    for some in job.drafts.values():
        ready = drafts.confirmed(some) if job.doubts else list(some)
        for start in range(0, len(ready), PIECE):
            piece = ready[start : start + PIECE]
            for one in publish.publish(session, piece, matter=job.matter):
                job.states[one.state] = job.states.get(one.state, 0) + 1
            job.done += len(piece)


def _form(visit: Visit, faults: dict[str, str]) -> Response:
    codes = {
        "grades": [one.name for one in Grade],
        "advices": [one.label for one in Advice],
        "roles": get_args(Role),
        "channels": get_args(Channel),
        "phases": get_args(Phase),
        "statuses": get_args(Status),
    }
    typed: dict[str, Any] = {name: visit.form[name] for name in _KEPT}
    typed |= {name: visit.form.all(name) for name in ("kanaal", "fase")}
    shown = {"choices": matters.choices(visit, Use.PUBLISH), "types": matters.types(visit), "typed": typed, "faults": faults}
    return visit.render("share.html", at="delen", status=422 if faults else 200, herken=rows.RECOGNISE, **codes, **shown)


WAYS: Final = (
    Way("GET", "/delen", show),
    Way("POST", "/delen", offer),
    Way("GET", "/delen/werk/{job}", show_job),
    Way("POST", "/delen/werk/{job}", start_job),
)

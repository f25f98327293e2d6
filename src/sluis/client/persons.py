"""Requests of persons at the controller: taken in, proven to be about their own identifier, extended, refused, closed.

Until person and control of the identifier are established nothing is looked up and nothing asked: whatever there is, the same
is said, in the same time.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Final, get_args

import msgspec

from sluis.client import proof
from sluis.client.deskbook import Step
from sluis.client.proof import Sending, Ways
from sluis.client.rightsbook import Ended, Kept, Request, Stage
from sluis.client.session import Session
from sluis.client.store import Processing
from sluis.core import errors
from sluis.core.errors import Fault
from sluis.core.exchange.rights import ControlCheck, Ground, PersonCheck
from sluis.core.identifiers.kinds import Identifier
from sluis.core.law import terms
from sluis.wire import clock

DAY: Final = 86_400
ACTIVITY: Final = "verzoek"
REACH: Final = 400
# What a code establishes; the others an employee establishes and says how.
BY_CODE: Final = frozenset({"smscode", "eencent", "eigen-account"})


@dataclass(frozen=True, slots=True)
class Controller:
    """Who answers: name and how to reach it as letters say them, its sector, and the ways of proof it has."""

    name: str = ""
    contact: str = ""
    sector: str = ""
    ways: Ways = field(default_factory=Ways)


@dataclass(frozen=True, slots=True, repr=False)
class Intake:
    """A request as it came: which right, about what, how to reach who asks, why (for what contests), the day it came (1970)."""

    right: str
    identifier: Identifier
    reach: str
    ground: str = ""
    received: int | None = None


def take_in(session: Session, intake: Intake) -> int:
    """Registers a request; its number. Raises Malformed `verzoek-onjuist` with every fault at its field."""
    today = clock.now() // DAY
    received = today if intake.received is None else intake.received
    faults = tuple(_faults(intake, received=received, today=today))
    if faults:
        raise errors.Malformed("The request is not whole.", code="verzoek-onjuist", faults=faults)
    one, ground = intake.identifier, intake.ground if intake.right in terms.CONTESTING else ""
    request = Request(one.type.label, str(one), intake.reach.strip(), ground, steps=(step(session, "ingekomen"),))
    number = session.store.rights.add(intake.right, request, received=received, now=clock.now())
    log(session, one.type.label, outcome=f"{intake.right}: ingekomen")
    return number


def _faults(intake: Intake, *, received: int, today: int) -> list[Fault]:
    found = []
    if intake.right not in get_args(terms.RightId):
        found.append(Fault("right", "onbekend-recht", "Choose a right."))
    if intake.right in terms.CONTESTING and intake.ground not in get_args(Ground):
        found.append(Fault("ground", "onbekende-keuze", "Choose why the person contests it."))
    if not 3 <= len(intake.reach.strip()) <= REACH:
        found.append(Fault("reach", "bereik-ontbreekt", f"Say in 3 to {REACH} signs how to reach the person."))
    if not today - terms.due(0, extended=True) <= received <= today:
        found.append(Fault("received", "dag-onjuist", "Give the day the request came, not later than today."))
    return found


def step(session: Session, what: str, detail: str = "") -> Step:
    """What happens now to a request, in the name of whose hands the store is in."""
    return Step(clock.now(), session.store.who, what, detail)


def log(session: Session, kind: str, *, outcome: str, circle: str = "", purpose: str = "") -> None:
    """A line in the own log: no identifier, no person."""
    session.store.log(Processing(clock.now(), ACTIVITY, circle, kind, purpose, 1, outcome))


def change(session: Session, number: int, done: Step, *, stage: Stage | None = None, **fields: Any) -> Kept:
    """Changes fields of a request, with the step that did it. Raises NotFound `onbekend-verzoek`."""

    def edit(kept: Kept) -> Kept:
        new = msgspec.structs.replace(kept.request, steps=(*kept.request.steps, done), **fields)
        return replace(kept, stage=stage or kept.stage, request=new)

    return session.store.rights.change(number, edit, now=clock.now())


def _open(session: Session, number: int) -> Kept:
    kept = session.store.rights.read(number)
    if kept.stage == "klaar":
        raise errors.Conflict("This request is closed.", code="al-gesloten")
    return kept


def vouch(session: Session, number: int, person: str) -> Kept:
    """Records how it was established who the person is.

    Raises Malformed `onbekende-keuze`, NotFound, Conflict `al-gesloten`.
    """
    _require_known(person, get_args(PersonCheck))
    kept = _open(session, number)
    found = change(session, kept.number, step(session, "persoon-vastgesteld", person), person=person)
    return _proven(session, found)


def vouch_control(session: Session, number: int, control: str) -> Kept:
    """Records how an employee established that the identifier is the person's, without a code.

    Raises Malformed `onbekende-keuze` (a code is given, not recorded), NotFound, Conflict `al-gesloten`.
    """
    _require_known(control, [one for one in get_args(ControlCheck) if one not in BY_CODE])
    kept = _open(session, number)
    found = change(session, kept.number, step(session, "bewijs-gezien", control), control=control)
    return _proven(session, found)


def _require_known(word: str, known: Any) -> None:
    if word not in known:
        raise errors.Malformed(f"Choose one of {', '.join(known)}.", code="onbekende-keuze")


def send_code(session: Session, number: int, way: str, *, controller: Controller) -> int:
    """Sends a fresh code to who has the identifier; until when it counts (seconds). Whether it arrived nobody learns.

    Raises Malformed `onbekende-weg`, TooMany `codes-op`, Unavailable `bewijsdienst-weg`, NotFound, Conflict `al-gesloten`.
    """
    kept, code = _open(session, number), proof.draw()
    until = clock.now() + terms.book().design.proof_days * DAY
    if way not in controller.ways.named(kept.request.type):
        raise errors.Malformed("There is no such way of proof for this type of identifier.", code="onbekende-weg")
    session.store.rights.keep_code(number, code, way=way, until=until)
    before = session.store.rights.code(number)
    reference = f"{kept.name}-{before.drawn if before else 1}"
    sending = Sending(reference, kept.request.type, kept.request.identifier, controller.name, code)
    controller.ways.carry(way, sending)
    change(session, number, step(session, "code-gestuurd", way))
    return until


def give_code(session: Session, number: int, given: str) -> Kept:
    """Takes the code that a person gives: right, in time and within the tries, it proves control, once.

    Raises NotAllowed `code-klopt-niet` otherwise, whatever is wrong and whatever there is; NotFound, Conflict `al-gesloten`.
    """
    kept = _open(session, number)
    way = session.store.rights.try_code(number, proof.as_drawn(given), now=clock.now())
    if not way:
        change(session, number, step(session, "code-onjuist"))
        raise errors.NotAllowed("This code does not hold, or its time or its tries are over.", code="code-klopt-niet")
    found = change(session, kept.number, step(session, "bewezen", way), control=way)
    return _proven(session, found)


def _proven(session: Session, kept: Kept) -> Kept:
    """Both established: the request may be answered."""
    if kept.stage != "nieuw" or not kept.is_verified:
        return kept
    log(session, kept.request.type, outcome=f"{kept.right}: bewezen")
    return change(session, kept.number, step(session, "mag-beantwoord"), stage="bewezen")


def extend(session: Session, number: int, reason: str) -> Kept:
    """Extends the term once, for a reason the person is told within the first term.

    Raises Malformed `geen-verlengingsgrond`, Conflict `al-verlengd`, `termijn-voorbij`, `al-gesloten`, NotFound.
    """
    kept, today = _open(session, number), clock.now() // DAY
    terms.extension(reason)
    terms.require_extendable(kept.received, today=today, extended=bool(kept.request.extended))
    done = step(session, "verlengd", reason)

    def edit(one: Kept) -> Kept:
        new = msgspec.structs.replace(one.request, extended=reason, steps=(*one.request.steps, done))
        return replace(one, due=terms.due(one.received, extended=True), request=new)

    return session.store.rights.change(number, edit, now=clock.now())


def refuse(session: Session, number: int, ground: str) -> Kept:
    """A named person refuses what is asked, on a ground of the law: before others were asked, or as the dispute body did.

    Raises Malformed `geen-weigeringsgrond`, NotAllowed `niet-bewezen`, `naam-ontbreekt`, Conflict `loopt-al`, `al-gesloten`.
    """
    kept = _open(session, number)
    kept.verified()
    terms.refusal(ground, of=kept.right)
    if not session.store.who:
        raise errors.NotAllowed("A named person refuses, not a system.", code="naam-ontbreekt")
    if kept.stage == "besloten" and kept.request.ended == "ongegrond":
        return change(session, number, step(session, "grond-genoemd", ground), refusal=ground)
    if kept.stage != "bewezen":
        raise errors.Conflict("Others are being asked already; wait for their decision.", code="loopt-al")
    log(session, kept.request.type, outcome=f"{kept.right}: geweigerd {ground}")
    return conclude(session, number, "geweigerd", refusal=ground, decider=session.store.who)


def conclude(session: Session, number: int, ended: Ended, **fields: Any) -> Kept:
    """The outcome is known: a letter can be made."""
    return change(session, number, step(session, "uitkomst", ended), stage="besloten", ended=ended, **fields)


def close(session: Session, number: int) -> Kept:
    """The letter went out and nothing is open any more; or no proof ever came.

    Raises Conflict `correctie-open` while somebody is to confirm the correction, `loopt-al` while others decide; NotFound.
    """
    kept = _open(session, number)
    if kept.request.correction and kept.request.correction.waiting:
        raise errors.Conflict("Not everybody confirmed the correction yet.", code="correctie-open")
    if kept.stage in ("bewezen", "loopt"):
        raise errors.Conflict("There is no outcome yet.", code="loopt-al")
    ended: Ended = kept.request.ended or "geen-bewijs"
    found = change(session, number, step(session, "gesloten", ended), stage="klaar", ended=ended)
    log(session, kept.request.type, outcome=f"{kept.right}: {ended}")
    return found

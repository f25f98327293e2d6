"""One request of a person: proof, answer, what others decide and confirm, extension, refusal, letters, and the end of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, get_args

from starlette.responses import Response

from sluis.client import answering, correspondence, persons
from sluis.client.correspondence import Writer
from sluis.client.gateway.pages import export, told
from sluis.client.gateway.pages.visits import PAGES, Visit, Way
from sluis.client.rightsbook import Kept
from sluis.core import errors
from sluis.core.exchange.rights import ControlCheck, PersonCheck
from sluis.core.exchange.words import Use
from sluis.core.law import letters, terms
from sluis.core.law.letters import Letter
from sluis.wire import clock, logs, problems

DAY: Final = 86_400


def show(visit: Visit) -> Response:
    """The request, with what can be done now."""
    return _page(visit, visit.session.store.rights.read(visit.number()))


def _page(visit: Visit, kept: Kept, *, failure: errors.SluisError | None = None) -> Response:
    session, right = visit.session, terms.right(kept.right)
    shown: dict[str, Any] = {
        "kept": kept,
        "about": kept.request,
        "right": right,
        "clock": kept.clock(clock.now() // DAY),
        "code": session.store.rights.code(kept.number),
        "ways": visit.member.controller.ways.named(kept.request.type),
        "persons": get_args(PersonCheck),
        "controls": [one for one in get_args(ControlCheck) if one not in persons.BY_CODE],
        "refusals": [one for one in terms.book().refusals if kept.right in one.rights],
        "extensions": terms.book().extensions,
        "letters": correspondence.fitting(session, kept),
        "contests": kept.right in terms.CONTESTING,
        "desks": _desks(visit),
        "alone": _is_alone(visit, kept),
        "failure": told.error(visit, failure) if failure else None,
    }
    status = problems.STATUS.get(problems.kind_of(failure), 500) if failure else 200
    return visit.render("person.html", at="betrokkenen", status=status, **shown)


def _desks(visit: Visit) -> list[str]:
    try:
        return answering.desks(visit.session)
    except errors.SluisError:
        return []


def _is_alone(visit: Visit, kept: Kept) -> bool:
    use = Use.DISPUTE if kept.right in terms.CONTESTING else Use.INZAGE
    try:
        return not answering.circles(visit.session, use, kept.request.type)
    except errors.SluisError:
        return False


def _done(visit: Visit, work: Callable[[int], object]) -> Response:
    """Does something, then shows the request; what is refused is told above it."""
    number = visit.number()
    kept = visit.session.store.rights.read(number)
    try:
        work(number)
    except errors.SluisError as error:
        logs.logger().info("refused", code=error.reason)
        return _page(visit, visit.session.store.rights.read(kept.number), failure=error)
    return visit.go(f"/betrokkenen/{number}")


def vouch(visit: Visit) -> Response:
    """Who the person is: how that was established."""
    return _done(visit, lambda number: persons.vouch(visit.session, number, visit.form["persoon"]))


def vouch_control(visit: Visit) -> Response:
    """That the identifier is the person's: how an employee established it."""
    return _done(visit, lambda number: persons.vouch_control(visit.session, number, visit.form["beschikking"]))


def send_code(visit: Visit) -> Response:
    """A fresh code to who has the identifier."""
    controller, way = visit.member.controller, visit.form["weg"]
    return _done(visit, lambda number: persons.send_code(visit.session, number, way, controller=controller))


def give_code(visit: Visit) -> Response:
    """The code that the person read."""
    return _done(visit, lambda number: persons.give_code(visit.session, number, visit.form["code"]))


def handle(visit: Visit) -> Response:
    """Answers it, or asks who must."""
    return _done(visit, lambda number: answering.handle(visit.session, number))


def look(visit: Visit) -> Response:
    """Looks what others answered, decided and confirmed."""
    return _done(visit, lambda number: answering.look(visit.session, number))


def extend(visit: Visit) -> Response:
    """More time, once, with a reason."""
    return _done(visit, lambda number: persons.extend(visit.session, number, visit.form["reden"]))


def refuse(visit: Visit) -> Response:
    """No, on a ground of the law, by who is signed in."""
    return _done(visit, lambda number: persons.refuse(visit.session, number, visit.form["grond"]))


def close(visit: Visit) -> Response:
    """It is over."""
    return _done(visit, lambda number: persons.close(visit.session, number))


def letter(visit: Visit) -> Response:
    """A letter to print, or as plain text (`?vorm=tekst`), in Dutch or English (`?taal=en`)."""
    query, kept = visit.request.query_params, visit.session.store.rights.read(visit.number())
    language: letters.Language = "en" if query.get("taal") == "en" else "nl"
    made = Writer(visit.session, visit.member.controller, language).letter(kept.number, str(visit.request.path_params["brief"]))
    if query.get("vorm") == "tekst":
        return export.file(f"{kept.name}.txt", made.text(kept.request.reach).encode(), kind="text/plain; charset=utf-8")
    return _printed(visit, kept, made)


def _printed(visit: Visit, kept: Kept, made: Letter) -> Response:
    return PAGES.render(visit.request, "letter.html", letter=made, reach=kept.request.reach, number=kept.number)


WAYS: Final = (
    Way("GET", "/betrokkenen/{number}", show),
    Way("POST", "/betrokkenen/{number}/persoon", vouch),
    Way("POST", "/betrokkenen/{number}/beschikking", vouch_control),
    Way("POST", "/betrokkenen/{number}/code", send_code),
    Way("POST", "/betrokkenen/{number}/bewijs", give_code),
    Way("POST", "/betrokkenen/{number}/beantwoorden", handle),
    Way("POST", "/betrokkenen/{number}/kijken", look),
    Way("POST", "/betrokkenen/{number}/verlengen", extend),
    Way("POST", "/betrokkenen/{number}/weigeren", refuse),
    Way("POST", "/betrokkenen/{number}/sluiten", close),
    Way("GET", "/betrokkenen/{number}/brieven/{brief}", letter),
)

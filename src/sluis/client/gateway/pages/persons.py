"""Verzoeken van betrokkenen: the list with its clocks, and taking a request in. Neither shows an identifier or a name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, get_args

from starlette.responses import Response

from sluis.client import bulk, persons
from sluis.client.gateway.pages import matters, told
from sluis.client.gateway.pages.visits import Visit, Way
from sluis.client.persons import Intake
from sluis.core import errors
from sluis.core.errors import Fault
from sluis.core.exchange.rights import Ground
from sluis.core.identifiers import normalise
from sluis.core.identifiers.kinds import Identifier
from sluis.core.law import terms
from sluis.wire import clock

DAY: Final = 86_400
SHOWN: Final = 100
CLOSED: Final = "klaar"
_FIELDS: Final = {"right": "recht", "ground": "grond", "reach": "bereik", "received": "ontvangen"}
_KEPT: Final = ("recht", "soort", "grond", "bereik", "ontvangen")


def show(visit: Visit) -> Response:
    """The open requests, what is late on top; or those that are over."""
    is_open = visit.request.query_params.get("lijst") != CLOSED
    book, today, skip = visit.session.store.rights, clock.now() // DAY, visit.number("vanaf")
    found = book.all(is_open=is_open, limit=SHOWN + 1, skip=skip)
    shown: dict[str, Any] = {
        "rows": [(one, one.clock(today)) for one in found[:SHOWN]],
        "more": skip + SHOWN if len(found) > SHOWN else 0,
        "is_open": is_open,
        "late": book.late(today=today),
    }
    return visit.render("persons.html", at="betrokkenen", **shown)


def begin(visit: Visit) -> Response:
    """The form of a new request."""
    return _form(visit, {})


def take_in(visit: Visit) -> Response:
    """Keeps a request. What is wrong stands at its field; the identifier is not shown again."""
    identifier, faults = _identifier(visit)
    received = _received(visit, faults)
    if identifier is None or faults:
        return _form(visit, told.by_field(visit, faults))
    form = visit.form
    try:
        number = persons.take_in(visit.session, Intake(form["recht"], identifier, form["bereik"], form["grond"], received))
    except errors.Malformed as error:
        return _form(visit, told.by_field(visit, _at_fields(error.faults)))
    return visit.go(f"/betrokkenen/{number}")


def _identifier(visit: Visit) -> tuple[Identifier | None, list[Fault]]:
    try:
        return normalise.parse(visit.form["soort"], visit.form["kenmerk"], region=visit.session.region or None), []
    except errors.Malformed as error:
        return None, [Fault("kenmerk", error.reason, error.detail)]


def _received(visit: Visit, faults: list[Fault]) -> int | None:
    try:
        return bulk.day(visit.form["ontvangen"])
    except errors.Malformed as error:
        faults.append(Fault("ontvangen", error.reason, error.detail))
        return None


def _at_fields(faults: Sequence[Fault]) -> list[Fault]:
    return [Fault(_FIELDS[one.where], one.code, one.next_step) for one in faults]


def _form(visit: Visit, faults: dict[str, str]) -> Response:
    types = matters.types(visit) or list(matters.ORDER)
    shown: dict[str, Any] = {
        "rights": [one.id for one in terms.book().rights],
        "grounds": get_args(Ground),
        "types": types,
        "typed": {name: visit.form[name] for name in _KEPT},
        "faults": faults,
    }
    return visit.render("person-new.html", at="betrokkenen", status=422 if faults else 200, **shown)


WAYS: Final = (
    Way("GET", "/betrokkenen", show),
    Way("GET", "/betrokkenen/nieuw", begin),
    Way("POST", "/betrokkenen/nieuw", take_in),
)

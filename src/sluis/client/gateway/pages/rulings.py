"""Betwistingen: what waits for this dispute body, and deciding it. The number comes by notice, the identifier from the desk."""

from __future__ import annotations

from typing import Any, Final, get_args

from starlette.responses import Response

from sluis.client import ruling
from sluis.client.gateway.pages import matters, told
from sluis.client.gateway.pages.visits import Visit, Way
from sluis.client.ruling import Verdict
from sluis.client.session import Matter
from sluis.core import errors
from sluis.core.errors import Fault
from sluis.core.exchange.policy import Section
from sluis.core.exchange.rights import Outcome
from sluis.core.identifiers import normalise
from sluis.core.identifiers.kinds import Identifier

_DECIDES: Final = "decide"


def sections(visit: Visit) -> list[Section]:
    """The circles in which this partner decides disputes."""
    return [section for section, member in visit.circles() if _DECIDES in member.uses]


def show(visit: Visit) -> Response:
    """What waits, the form, and what was decided here. Raises NotAllowed for who decides no disputes."""
    return _page(visit, {})


def decide(visit: Visit) -> Response:
    """Decides one, in the name of who is signed in."""
    form, found = visit.form, _require(visit)
    section = next((one for one in found if one.name == form["kring"]), found[0])
    identifier, faults = _identifier(visit)
    number = _number(form["nummer"], faults)
    outcome: Any = form["uitkomst"]
    if outcome not in get_args(Outcome):
        faults.append(Fault("uitkomst", "onbekende-keuze", "Choose one."))
    if faults or identifier is None:
        return _page(visit, told.by_field(visit, faults))
    matter = Matter(section.name, f"betwisting {form['nummer'][:8]}", section.purposes[0])
    try:
        ruling.rule(visit.session, Verdict(number, outcome, form["waarom"], identifier), matter=matter)
    except errors.Malformed as error:
        return _page(visit, told.by_field(visit, error.faults or [Fault("waarom", error.reason, error.detail)]))
    return visit.go("/betwistingen#besloten")


def _identifier(visit: Visit) -> tuple[Identifier | None, list[Fault]]:
    try:
        return normalise.parse(visit.form["soort"], visit.form["kenmerk"], region=visit.session.region or None), []
    except errors.Malformed as error:
        return None, [Fault("kenmerk", error.reason, error.detail)]


def _number(text: str, faults: list[Fault]) -> bytes:
    try:
        found = bytes.fromhex(text.strip())
    except ValueError:
        found = b""
    if len(found) != 16:
        faults.append(Fault("nummer", "nummer-onjuist", "Give the 32 hexadecimal digits as they were shown."))
    return found


def _require(visit: Visit) -> list[Section]:
    found = sections(visit)
    if not found:
        raise errors.NotAllowed("Only the dispute body decides.")
    return found


def _page(visit: Visit, faults: dict[str, str]) -> Response:
    found = _require(visit)
    types = sorted({name for one in found for name in one.types}, key=matters.ORDER.index)
    shown: dict[str, Any] = {
        "sections": found,
        "waiting": ruling.waiting(visit.session),
        "rulings": visit.session.store.rights.rulings(),
        "outcomes": get_args(Outcome),
        "types": types,
        "typed": {name: visit.form[name] for name in ("kring", "nummer", "soort", "uitkomst", "waarom")},
        "faults": faults,
    }
    return visit.render("rulings.html", at="betwistingen", status=422 if faults else 200, **shown)


WAYS: Final = (Way("GET", "/betwistingen", show), Way("POST", "/betwistingen", decide))

"""One hit or alert opened: what is known, which gate, what to do, what to tell the customer; who has it in hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final, get_args

import msgspec
from starlette.responses import Response

from sluis.client import check as checking
from sluis.client.deskbook import CHECKED, Dossier, Kept, State, Step
from sluis.client.gateway.member import Member
from sluis.client.gateway.pages import context, decide, export, gates, told
from sluis.client.gateway.pages.check import told_hit
from sluis.client.gateway.pages.visits import Visit, Way
from sluis.client.session import Matter
from sluis.core import errors
from sluis.core.exchange.words import Use
from sluis.core.identifiers import normalise
from sluis.core.law import adverse, decision
from sluis.wire import clock


def kept(visit: Visit) -> Kept:
    """The dossier that the path names. Raises NotFound `onbekend-dossier`."""
    found = visit.session.store.desk.read(visit.number())
    if found is None:
        raise errors.NotFound("There is no dossier of this number.", code="onbekend-dossier")
    return found


def take_in(member: Member) -> None:
    """Opens a dossier for every alert that came since the last look."""
    store = member.session.store
    found = store.casebook.alerts(after=store.desk.last_alert())
    if found:
        store.desk.take_alerts(found)


def show(visit: Visit) -> Response:
    """The page of one dossier. A correction that just came stands on it."""
    take_in(visit.member)
    return visit.render("dossier.html", at="attenderingen", view=view(visit, kept(visit)))


def view(visit: Visit, found: Kept, *, faults: dict[str, str] | None = None) -> dict[str, Any]:
    """What the template of a dossier shows."""
    section, member = next(
        ((section, member) for section, member in visit.circles() if section.name == found.dossier.about.circle), (None, None)
    )
    return {
        "kept": found,
        "file": found.dossier,
        "sign": gates.sign(found.kind, found.dossier),
        "section": section,
        "disputed": any(step.what == "betwist" for step in found.dossier.steps),
        "may_dispute": bool(member and Use.DISPUTE.label in member.uses),
        "desks": sorted({one.name for one in section.members if Use.DISPUTE.label in one.uses}) if section else [],
        "watch_only": found.kind != CHECKED,
        "release": context.releases(section),
        "related": visit.session.store.desk.related(found),
        "measures": decide.MEASURES,
        "seen": get_args(adverse.Seen),
        "faults": faults or {},
        "shut": _shut(section, member),
    }


def _shut(section: Any, member: Any) -> decision.Ground | None:
    if section is None:
        return None
    return decision.decide(decision.Passage(section, member, clock.now(), use=Use.CHECK.label))


def take(visit: Visit) -> Response:
    """This analyst has it in hand."""
    return _hand(visit, "opgepakt", state="bezig", who=visit.who)


def put_back(visit: Visit) -> Response:
    """Nobody has it in hand: it waits again."""
    return _hand(visit, "teruggelegd", state="nieuw", who="")


def _hand(visit: Visit, what: str, *, state: State, who: str) -> Response:
    step = visit.step(what)
    visit.session.store.desk.change(visit.number(), lambda one: changed(one, step, state=state, who=who))
    return visit.go(f"/dossiers/{visit.number()}")


def changed(found: Kept, step: Step, *, state: State, **fields: Any) -> Kept:
    """The dossier after a step, in a state, with some fields anew."""
    dossier: Dossier = msgspec.structs.replace(found.dossier, steps=(*found.dossier.steps, step), **fields)
    return replace(found, state=state, changed=step.time, dossier=dossier)


def ask_again(visit: Visit) -> Response:
    """Asks once more whether there is a hit, under the dossier's own case and purpose."""
    found = kept(visit)
    about = found.dossier.about
    matter = Matter(about.circle, about.reference, about.purpose)
    (checked,) = checking.check(visit.session, [normalise.parse(about.type, about.identifier)], matter=matter)
    hit = told_hit(checked)
    step = visit.step("opnieuw-bevraagd", "treffer" if hit else "geen treffer")
    visit.session.store.desk.change(found.number, lambda one: changed(one, step, state=one.state, hit=hit))
    return visit.go(f"/dossiers/{found.number}")


def ask_context(visit: Visit) -> Response:
    """Asks for the context behind the hit, through the gate; what is refused is kept with reason and articles."""
    found = kept(visit)
    disclosure = context.ask(visit, found)
    step = visit.step("context-gevraagd", context.summary(disclosure))
    _keep(visit, found, step=step, disclosure=disclosure)
    return visit.go(f"/dossiers/{found.number}#poorten")


def fetch_context(visit: Visit) -> Response:
    """Looks what became of a request that publishers were asked about."""
    found = kept(visit)
    disclosure = context.fetch(visit, found)
    _keep(visit, found, step=visit.step("context-opgehaald", context.summary(disclosure)), disclosure=disclosure)
    return visit.go(f"/dossiers/{found.number}#poorten")


def _keep(visit: Visit, found: Kept, *, step: Step, disclosure: object) -> None:
    state: State = "bezig" if found.state == "nieuw" else found.state
    who = found.dossier.who or visit.who
    visit.session.store.desk.change(found.number, lambda one: changed(one, step, state=state, who=who, disclosure=disclosure))


def settle(visit: Visit) -> Response:
    """Keeps what the analyst decided, and tells the publishers what it led to."""
    found = kept(visit)
    try:
        outcome = decide.outcome(visit, found)
    except (errors.Malformed, errors.NotPermitted) as error:
        if not error.faults:
            raise
        why = {"toets": visit.say(told.CODES[error.reason])} if error.reason in decide.SHUT else {}
        shown = view(visit, found, faults={**why, **told.by_field(visit, error.faults)})
        return visit.render("dossier.html", at="attenderingen", status=422, view=shown)
    step = Step(clock.now(), visit.who, outcome.code, outcome.detail)
    visit.session.store.desk.change(
        found.number, lambda one: changed(one, step, state=outcome.state, who=visit.who, disposition=outcome.code)
    )
    return visit.go(f"/dossiers/{found.number}#besluit")


def dispute(visit: Visit) -> Response:
    """Opens a dispute for a person whose identity and control were verified; only who has that right."""
    found = kept(visit)
    try:
        detail = decide.dispute(visit, found)
    except errors.Malformed as error:
        shown = view(visit, found, faults=told.by_field(visit, error.faults))
        return visit.render("dossier.html", at="attenderingen", status=422, view=shown)
    visit.session.store.desk.change(found.number, lambda one: changed(one, visit.step("betwist", detail), state=one.state))
    return visit.go(f"/dossiers/{found.number}")


def receipts(visit: Visit) -> Response:
    """The hub's signed receipts of what was disclosed here, as the hub signed them."""
    found = kept(visit).dossier.disclosure
    signed = msgspec.json.format(msgspec.json.encode(found.receipts if found else ()))
    return export.file(f"kwitantie-{visit.number()}.json", signed, kind="application/json")


WAYS: Final = (
    Way("GET", "/dossiers/{number}", show),
    Way("POST", "/dossiers/{number}/oppakken", take),
    Way("POST", "/dossiers/{number}/terugleggen", put_back),
    Way("POST", "/dossiers/{number}/bevragen", ask_again),
    Way("POST", "/dossiers/{number}/context", ask_context),
    Way("POST", "/dossiers/{number}/ophalen", fetch_context),
    Way("POST", "/dossiers/{number}/besluit", settle),
    Way("POST", "/dossiers/{number}/betwisting", dispute),
    Way("GET", "/dossiers/{number}/kwitantie", receipts),
)

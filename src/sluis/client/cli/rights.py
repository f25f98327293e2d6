"""`sluis dispute`, `access`, `disclosure`: answers about signals, from desks, publishers and the dispute body."""

from __future__ import annotations

from typing import Annotated, Any, get_args

import msgspec
import typer

from sluis.client import disclose as disclosing
from sluis.client import rights, ruling
from sluis.client.cli import options, output
from sluis.client.cli.options import Case, Circle, ConfigFile, Json, Kind, Purpose, Region
from sluis.client.cli.watching import identities, one_of
from sluis.client.config import Partner
from sluis.client.gateway import desk
from sluis.client.ruling import Verdict
from sluis.core import errors
from sluis.core.exchange.bodies import DisclosureDecision
from sluis.core.exchange.rights import (
    AccessAnswer,
    AccessState,
    Answer,
    ControlCheck,
    DisputeState,
    Ground,
    Outcome,
    PersonCheck,
    Verified,
)
from sluis.core.identifiers.kinds import Identifier

dispute = typer.Typer(no_args_is_help=True, help="Disputes: open one for a person, or decide as the dispute body.")
access = typer.Typer(no_args_is_help=True, help="Access by a data subject: ask, read and answer.")
disclosure = typer.Typer(no_args_is_help=True, help="Requests for context that publishers are asked about.")

Person = Annotated[str, typer.Option("--person", help=f"How you verified the person: {', '.join(get_args(PersonCheck))}.")]
Control = Annotated[
    str, typer.Option("--control", help=f"How you verified control of the identifier: {', '.join(get_args(ControlCheck))}.")
]
Id = Annotated[str, typer.Argument(help="The id, 32 hexadecimal digits.")]


class DisputeItem(msgspec.Struct, frozen=True):
    """A dispute in words."""

    id: str
    state: str
    decide_by: int


def _dispute(one: DisputeState) -> DisputeItem:
    return DisputeItem(one.id.hex(), one.state, one.decide_by)


def _parsed(partner: Partner, text: str, *, kind: str, region: str) -> Identifier:
    (found,) = options.parsed(partner, [text], kind=kind, region=region)
    return found


def _verified(person: str, control: str) -> Verified:
    chosen: dict[str, Any] = {
        "person": one_of(person, PersonCheck, "person"),
        "control": one_of(control, ControlCheck, "control"),
    }
    return Verified(**chosen)


@dispute.command(name="open")
def open_one(
    identifier: str,
    ground: Annotated[str, typer.Option("--ground", help=f"One of {', '.join(get_args(Ground))}.")],
    person: Person,
    control: Control,
    circle: Circle = "",
    case: Case = "",
    purpose: Purpose = "",
    kind: Kind = "iban",
    region: Region = "",
    file: ConfigFile = None,
    as_json: Json = False,
) -> None:
    """Open a dispute for a person whose identity and control you verified. The entry is out at once."""
    with output.told(as_json=as_json):
        partner = options.partner_of(file)
        matter = partner.matter(circle=circle, case=case, purpose=purpose)
        verified, why = _verified(person, control), one_of(ground, Ground, "ground")
        parsed = _parsed(partner, identifier, kind=kind, region=region)
        with output.working("opening", as_json=as_json):
            states = rights.dispute(partner.session(), parsed, matter=matter, ground=why, verified=verified)
        found = [_dispute(one) for one in states]
        output.show(found, lambda: "\n".join(f"{one.id}  {one.state}" for one in found), as_json=as_json)


@dispute.command()
def decide(
    dispute_id: Id,
    outcome: Annotated[str, typer.Option("--outcome", help=f"One of {', '.join(get_args(Outcome))}.")],
    by: Annotated[str, typer.Option("--by", help="Who decides: a person's name; stays here.")],
    reason: Annotated[str, typer.Option("--reason", help="Why, in 10 to 500 signs; kept here, sealed.")],
    identifier: Annotated[str, typer.Option("--identifier", help="Needed to clear: the identifier.")] = "",
    circle: Circle = "",
    case: Case = "",
    purpose: Purpose = "",
    kind: Kind = "iban",
    region: Region = "",
    file: ConfigFile = None,
    as_json: Json = False,
) -> None:
    """Decide a dispute, as a person of the dispute body. `gegrond` keeps the identifier out for good."""
    with output.told(as_json=as_json):
        partner = options.partner_of(file)
        matter = partner.matter(circle=circle, case=case, purpose=purpose)
        (identity,), chosen = identities([dispute_id]), one_of(outcome, Outcome, "outcome")
        parsed = _parsed(partner, identifier, kind=kind, region=region) if identifier else None
        verdict = Verdict(identity, chosen, reason, parsed)
        found = _dispute(ruling.rule(partner.session().used_by(by), verdict, matter=matter))
        output.show(found, lambda: f"{found.id}  {found.state}", as_json=as_json)


class AccessItem(msgspec.Struct, frozen=True):
    """One signal about the data subject in words; its context in codes when the publisher provided it."""

    signal: str
    state: str
    ground: str
    recipients: dict[str, int]
    context: object | None = None


class AccessFound(msgspec.Struct, frozen=True):
    """An access request in words."""

    id: str
    answer_by: int
    signals: tuple[AccessItem, ...]


def _access(state: AccessState, contexts: dict[bytes, Any]) -> AccessFound:
    rows = (AccessItem(one.id.hex(), one.state, one.ground, one.recipients, contexts.get(one.id)) for one in state.signals)
    return AccessFound(state.id.hex(), state.answer_by, tuple(rows))


def _access_text(found: AccessFound) -> str:
    lines = [f"request {found.id}: {len(found.signals)} signal(s)"]
    lines += [f"  {one.signal}  {one.state} {one.ground}".rstrip() for one in found.signals]
    return "\n".join(lines)


@access.command()
def ask(
    identifier: str,
    person: Person,
    control: Control,
    circle: Circle = "",
    case: Case = "",
    purpose: Purpose = "",
    kind: Kind = "iban",
    region: Region = "",
    file: ConfigFile = None,
    as_json: Json = False,
) -> None:
    """Ask, for a person you verified, what is shared about an identifier. Publishers have four weeks to answer."""
    with output.told(as_json=as_json):
        partner = options.partner_of(file)
        matter, verified = partner.matter(circle=circle, case=case, purpose=purpose), _verified(person, control)
        parsed = _parsed(partner, identifier, kind=kind, region=region)
        with output.working("asking", as_json=as_json):
            states = rights.ask_access(partner.session(), parsed, matter=matter, verified=verified)
        found = [_access(one, {}) for one in states]
        output.show(found, lambda: "\n".join(map(_access_text, found)), as_json=as_json)


@access.command()
def show(request: Id, file: ConfigFile = None, as_json: Json = False) -> None:
    """Show what publishers answered so far."""
    with output.told(as_json=as_json):
        (identity,) = identities([request])
        told = rights.fetch_access(options.partner_of(file).session(), identity)
        found = _access(told.state, dict(told.contexts))
        output.show(found, lambda: _access_text(found), as_json=as_json)


@access.command()
def answer(
    request: Id,
    signal: Annotated[str, typer.Option("--signal", help="The id of your own signal.")],
    given: Annotated[str, typer.Option("--answer", help=f"One of {', '.join(get_args(Answer))}.")],
    ground: Annotated[str, typer.Option("--ground", help="Why you refuse.")] = "",
    file: ConfigFile = None,
    as_json: Json = False,
) -> None:
    """Answer, as publisher, about one of your own signals."""
    with output.told(as_json=as_json):
        identity, about = identities([request, signal])
        words: Any = (one_of(given, Answer, "answer"), about, ground)
        session = options.partner_of(file).session()
        rights.answer_access(session, identity, [AccessAnswer(*words)])
        output.show({"answer": given}, lambda: given, as_json=as_json)


@disclosure.command(name="show")
def show_disclosure(request: Id, file: ConfigFile = None, as_json: Json = False) -> None:
    """Show what became of a request for context that publishers were asked about."""
    with output.told(as_json=as_json):
        (identity,) = identities([request])
        told = disclosing.fetch(options.partner_of(file).session(), identity)
        found = desk.disclosed(told)
        output.show(found, lambda: desk.disclosed_text(found), as_json=as_json)


@disclosure.command(name="decide")
def decide_disclosure(
    request: Id,
    signal: Annotated[str, typer.Option("--signal", help="The id of your own signal.")],
    decision: Annotated[str, typer.Option("--decision", help="toestaan or weigeren.")],
    file: ConfigFile = None,
    as_json: Json = False,
) -> None:
    """Answer who asks for the context of your own signal. Silence refuses after 24 hours."""
    with output.told(as_json=as_json):
        identity, about = identities([request, signal])
        if decision not in ("toestaan", "weigeren"):
            raise errors.Malformed("--decision is toestaan or weigeren.", code="onbekende-keuze")
        chosen: Any = decision
        disclosing.decide(options.partner_of(file).session(), identity, DisclosureDecision(chosen, about))
        output.show({"decision": decision}, lambda: decision, as_json=as_json)

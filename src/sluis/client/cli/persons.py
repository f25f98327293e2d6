"""`sluis rights`: what persons ask of a controller about an identifier of theirs, from intake to the last letter."""

from __future__ import annotations

from typing import Annotated, get_args

import msgspec
import typer

from sluis.client import answering, bulk, correspondence, persons
from sluis.client.cli import options, output
from sluis.client.cli.options import ConfigFile, Json, Kind, Region
from sluis.client.config import Partner
from sluis.client.correspondence import Writer
from sluis.client.persons import Intake
from sluis.client.rightsbook import Kept
from sluis.client.session import Session
from sluis.core.exchange.rights import Ground
from sluis.core.law import letters, terms
from sluis.wire import clock

DAY = 86_400
app = typer.Typer(no_args_is_help=True, help="Requests of persons about an identifier of theirs, at your own koppelpunt.")
Number = Annotated[int, typer.Argument(help="The number of the request.")]
By = Annotated[str, typer.Option("--by", help="Your own name; it stands with what you do.")]


class Item(msgspec.Struct, frozen=True, omit_defaults=True):
    """A request in words. Never its identifier or its person; days as YYYY-MM-DD."""

    number: int
    right: str
    stage: str
    due: str
    days_left: int
    ended: str = ""
    person: str = ""
    control: str = ""
    letters: tuple[str, ...] = ()
    disputes: tuple[str, ...] = ()
    waiting: dict[str, int] = {}


def _item(session: Session, kept: Kept) -> Item:
    one, left = kept.request, kept.clock(clock.now() // DAY).left
    disputes = tuple(asked.id.hex() for asked in one.asked if asked.what == "betwisting")
    waiting = one.correction.waiting if one.correction else {}
    head = (kept.number, kept.right, kept.stage, bulk.written(kept.due), left, one.ended, one.person, one.control)
    return Item(*head, tuple(correspondence.fitting(session, kept)), disputes, waiting)


def _line(one: Item) -> str:
    late = "LATE" if one.days_left < 0 else f"{one.days_left} days left"
    words = (f"B-{one.number}", one.right, one.stage, one.ended, f"due {one.due} ({late})", *one.disputes)
    return "  ".join(filter(None, words))


def _show(partner: Partner, kept: Kept, *, as_json: bool) -> None:
    found = _item(partner.session(), kept)
    output.show(found, lambda: _line(found), as_json=as_json)


@app.command(name="take-in")
def take_in(
    identifier: str,
    right: Annotated[str, typer.Option("--right", help=f"One of {', '.join(get_args(terms.RightId))}.")],
    reach: Annotated[str, typer.Option("--reach", help="Name and address for the letters; kept sealed.")],
    ground: Annotated[str, typer.Option("--ground", help=f"Why, unless it is inzage: {', '.join(get_args(Ground))}.")] = "",
    received: Annotated[str, typer.Option("--received", help="The day it came, YYYY-MM-DD; default today.")] = "",
    by: By = "",
    kind: Kind = "iban",
    region: Region = "",
    file: ConfigFile = None,
    as_json: Json = False,
) -> None:
    """Take a request in. Nothing is looked up: first comes the proof."""
    with output.told(as_json=as_json):
        partner = options.partner_of(file)
        (parsed,) = options.parsed(partner, [identifier], kind=kind, region=region)
        session = partner.session().used_by(by)
        number = persons.take_in(session, Intake(right, parsed, reach, ground, bulk.day(received)))
        _show(partner, session.store.rights.read(number), as_json=as_json)


@app.command(name="list")
def list_all(
    closed: Annotated[bool, typer.Option("--closed", help="What is over, instead of what is open.")] = False,
    file: ConfigFile = None,
    as_json: Json = False,
) -> None:
    """List requests, what is due first on top."""
    with output.told(as_json=as_json):
        session = options.partner_of(file).session()
        found = [_item(session, one) for one in session.store.rights.all(is_open=not closed)]
        output.show(found, lambda: "\n".join(map(_line, found)) or "no requests", as_json=as_json)


@app.command()
def due(file: ConfigFile = None, as_json: Json = False) -> None:
    """Tell what is late or nearly so; exit 1 when there is any, to run every day."""
    with output.told(as_json=as_json):
        session, today = options.partner_of(file).session(), clock.now() // DAY
        near = [one for one in session.store.rights.all(is_open=True) if one.clock(today).is_near]
        found = [_item(session, one) for one in near]
        output.show(found, lambda: "\n".join(map(_line, found)) or "nothing is due", as_json=as_json)
    if found:
        raise SystemExit(output.REFUSED)


@app.command()
def show(number: Number, file: ConfigFile = None, as_json: Json = False) -> None:
    """Show how a request stands, and look what others answered, decided and confirmed."""
    with output.told(as_json=as_json):
        partner = options.partner_of(file)
        _show(partner, answering.look(partner.session(), number), as_json=as_json)


@app.command()
def prove(
    number: Number,
    way: Annotated[str, typer.Option("--send", help="Send a code: smscode, eencent or eigen-account.")] = "",
    code: Annotated[str, typer.Option("--code", help="The code that the person read.")] = "",
    person: Annotated[str, typer.Option("--person", help="How you established who it is.")] = "",
    control: Annotated[str, typer.Option("--control", help="How you established, without a code, that it is theirs.")] = "",
    by: By = "",
    file: ConfigFile = None,
    as_json: Json = False,
) -> None:
    """Establish who it is and that the identifier is theirs: send a code, take it, or record how you saw it."""
    with output.told(as_json=as_json):
        partner = options.partner_of(file)
        session = partner.session().used_by(by)
        if person:
            persons.vouch(session, number, person)
        if control:
            persons.vouch_control(session, number, control)
        if way:
            persons.send_code(session, number, way, controller=partner.controller())
        if code:
            persons.give_code(session, number, code)
        _show(partner, session.store.rights.read(number), as_json=as_json)


@app.command()
def answer(number: Number, by: By = "", file: ConfigFile = None, as_json: Json = False) -> None:
    """Answer a proven request: ask every publisher, or suspend what is contested and have it decided."""
    with output.told(as_json=as_json):
        partner = options.partner_of(file)
        with output.working("asking", as_json=as_json):
            kept = answering.handle(partner.session().used_by(by), number)
        _show(partner, kept, as_json=as_json)


@app.command()
def extend(
    number: Number,
    reason: Annotated[str, typer.Option("--reason", help=f"One of {', '.join(get_args(terms.ExtensionId))}.")],
    by: By = "",
    file: ConfigFile = None,
    as_json: Json = False,
) -> None:
    """Extend the term once, within the first; send the letter about it."""
    with output.told(as_json=as_json):
        partner = options.partner_of(file)
        _show(partner, persons.extend(partner.session().used_by(by), number, reason), as_json=as_json)


@app.command()
def refuse(
    number: Number,
    ground: Annotated[str, typer.Option("--ground", help=f"One of {', '.join(get_args(terms.RefusalId))}.")],
    by: By = "",
    file: ConfigFile = None,
    as_json: Json = False,
) -> None:
    """Refuse, as a named person, on a ground the law has for this right."""
    with output.told(as_json=as_json):
        partner = options.partner_of(file)
        _show(partner, persons.refuse(partner.session().used_by(by), number, ground), as_json=as_json)


class Text(msgspec.Struct, frozen=True):
    """A letter as plain text."""

    letter: str
    text: str


@app.command()
def letter(
    number: Number,
    kind: Annotated[str, typer.Option("--letter", help=f"One of {', '.join(get_args(letters.LetterId))}.")],
    english: Annotated[bool, typer.Option("--english", help="In English instead of Dutch.")] = False,
    file: ConfigFile = None,
    as_json: Json = False,
) -> None:
    """Print a letter to the person as plain text."""
    with output.told(as_json=as_json):
        partner = options.partner_of(file)
        session = partner.session()
        made = Writer(session, partner.controller(), "en" if english else "nl").letter(number, kind)
        found = Text(kind, made.text(session.store.rights.read(number).request.reach))
        output.show(found, lambda: found.text, as_json=as_json)


@app.command()
def close(number: Number, by: By = "", file: ConfigFile = None, as_json: Json = False) -> None:
    """Close a request of which the letter went out, or to which no proof came."""
    with output.told(as_json=as_json):
        partner = options.partner_of(file)
        _show(partner, persons.close(partner.session().used_by(by), number), as_json=as_json)

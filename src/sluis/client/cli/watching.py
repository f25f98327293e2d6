"""`sluis watch`, `alerts`, `notices`, `feedback`, `withdraw`: what follows a signal or a hit."""

from __future__ import annotations

from typing import Annotated, Any, get_args

import msgspec
import typer

from sluis.client import feedback, following, watch, withdraw
from sluis.client.cli import options, output
from sluis.client.cli.options import Circle, ConfigFile, Identifiers, Json, Kind, Purpose, Region, lines, texts
from sluis.client.gateway import desk
from sluis.client.watch import Watched
from sluis.core import errors
from sluis.core.errors import Fault
from sluis.core.exchange.notices import Notice
from sluis.core.exchange.rights import Measure, Withdrawn
from sluis.core.law.adverse import Review, Seen

app = typer.Typer(no_args_is_help=True, help="Watch your own customers and payees.")


class Count(msgspec.Struct, frozen=True):
    """How many places were touched."""

    watched: int


@app.command()
def add(
    circle: Circle = "",
    purpose: Purpose = "",
    kind: Kind = "iban",
    region: Region = "",
    file: ConfigFile = None,
    as_json: Json = False,
) -> None:
    """Watch what standard input names: on each line an identifier, a tab, and your own reference."""
    with output.told(as_json=as_json):
        partner = options.partner_of(file)
        matter = partner.matter(circle=circle, case="bewaken", purpose=purpose)
        rows = _rows()
        parsed = options.parsed(partner, [text for text, _ in rows], kind=kind, region=region)
        items = [Watched(one, reference) for one, (_, reference) in zip(parsed, rows, strict=True)]
        with output.working("asking holders", as_json=as_json):
            found = Count(watch.add(partner.session(), items, matter=matter))
        output.show(found, lambda: f"{found.watched} watched", as_json=as_json)


def _rows() -> list[tuple[str, str]]:
    found, faults = [], []
    for number, line in enumerate(lines(), 1):
        text, _tab, reference = (part.strip() for part in line.partition("\t"))
        if line.strip() and not reference:
            faults.append(Fault(f"line {number}", "geen-zaak", "Write the identifier, a tab, and your own reference."))
        elif line.strip():
            found.append((text, reference))
    if faults or not found:
        raise errors.Malformed("Nothing was done.", code="regels-onjuist", faults=tuple(faults) or (NO_LINES,))
    return found


NO_LINES = Fault("standard input", "geen-kenmerken", "Give one identifier a line.")


@app.command()
def remove(references: list[str], file: ConfigFile = None, as_json: Json = False) -> None:
    """Watch these references of yours no more."""
    with output.told(as_json=as_json):
        session = options.partner_of(file).session()
        found = Count(watch.remove(session, set(references)))
        output.show(found, lambda: f"{found.watched} taken away", as_json=as_json)


@app.command()
def look(file: ConfigFile = None, as_json: Json = False) -> None:
    """Look up everything you follow that was not looked up today; new matches become alerts."""
    with output.told(as_json=as_json):
        session = options.partner_of(file).session()
        with output.working("looking", as_json=as_json):
            found = Count(watch.look_daily(session))
        output.show(found, lambda: f"{found.watched} looked up", as_json=as_json)


def alerts(
    after: Annotated[int, typer.Option("--after", help="Only alerts behind this number.")] = 0,
    file: ConfigFile = None,
    as_json: Json = False,
) -> None:
    """Show your alerts: matches on what you watch, and corrections of earlier hits. Never proof."""
    with output.told(as_json=as_json):
        session = options.partner_of(file).session()
        found = [desk.alarm(one) for one in session.store.casebook.alerts(after=after)]
        output.show(found, lambda: "\n".join(map(_alarm, found)) or "no alerts", as_json=as_json)


def _alarm(one: desk.Alarm) -> str:
    told = f"{one.others} other(s), grade {one.grade}, form {one.form}; no proof" if one.others else one.note
    return f"{one.number}  {one.kind}  {one.reference}  {told}"


class NoticeItem(msgspec.Struct, frozen=True, omit_defaults=True):
    """A notice in words: ids in hexadecimal, times in seconds."""

    sequence: int
    kind: str
    time: int
    subject: str = ""
    signal: str = ""
    until: int = 0
    level: str = ""
    sector: str = ""
    purpose: str = ""
    outcome: str = ""
    counts: dict[str, int] = {}


def notices(file: ConfigFile = None, as_json: Json = False) -> None:
    """Fetch and show what the circle told you: requests for context, disputes, corrections, feedback, access."""
    with output.told(as_json=as_json):
        session = options.partner_of(file).session()
        with output.working("fetching", as_json=as_json):
            following.catch_up_notices(session)
        found = [_item(one.sequence, one.notice) for one in session.store.casebook.notices()]
        output.show(found, lambda: "\n".join(map(_notice, found)) or "no notices", as_json=as_json)


def _item(sequence: int, notice: Notice) -> NoticeItem:
    return NoticeItem(
        sequence,
        notice.kind,
        notice.time,
        notice.subject.hex(),
        notice.signal.hex(),
        notice.until,
        notice.level,
        notice.sector,
        notice.purpose,
        notice.outcome,
        notice.counts,
    )


def _notice(one: NoticeItem) -> str:
    counts = (f"{name}: {amount}" for name, amount in one.counts.items())
    told = " ".join(filter(None, (one.sector, one.purpose, one.level, one.outcome, *counts)))
    return f"{one.sequence}  {one.kind}  {told}\n      request {one.subject or '-'}  signal {one.signal or '-'}"


class Told(msgspec.Struct, frozen=True):
    """Behind how many signals something was told."""

    signals: int


def give_feedback(
    identifiers: Identifiers,
    measure: Annotated[str, typer.Option("--measure", help=f"One of {', '.join(get_args(Measure))}.")],
    reviewer: Annotated[str, typer.Option("--reviewer", help="Who reviewed an adverse measure: a person's name.")] = "",
    saw: Annotated[list[str] | None, typer.Option("--saw", help=f"What that person saw: {', '.join(get_args(Seen))}.")] = None,
    reason: Annotated[str, typer.Option("--reason", help="Why the measure is right; kept here, sealed.")] = "",
    kind: Kind = "iban",
    region: Region = "",
    file: ConfigFile = None,
    as_json: Json = False,
) -> None:
    """Tell the publishers behind an earlier hit what it led to. They hear it the day after, without who."""
    with output.told(as_json=as_json):
        partner = options.partner_of(file)
        parsed = options.parsed(partner, texts(identifiers), kind=kind, region=region)
        chosen, session = one_of(measure, Measure, "measure"), partner.session()
        seen = tuple(one_of(text, Seen, "saw") for text in saw or ())
        review = Review(reviewer, seen, "akkoord", reason) if reviewer or seen or reason else None
        found = Told(sum(feedback.give(session, one, measure=chosen, review=review) for one in parsed))
        output.show(found, lambda: f"told behind {found.signals} signal(s)", as_json=as_json)


def take_back(
    signals: Annotated[list[str], typer.Argument(help="Ids of your own signals, in hexadecimal.")],
    reason: Annotated[str, typer.Option("--reason", help=f"One of {', '.join(get_args(Withdrawn))}.")],
    circle: Circle = "",
    file: ConfigFile = None,
    as_json: Json = False,
) -> None:
    """Take your own signals back. Who got a context hears it."""
    with output.told(as_json=as_json):
        partner = options.partner_of(file)
        ids, chosen = identities(signals), one_of(reason, Withdrawn, "reason")
        states = withdraw.withdraw(partner.session(), ids, circle=circle or partner.config.circle, reason=chosen)
        found = [desk.SharedItem(one.id.hex(), one.state) for one in states]
        output.show(found, lambda: "\n".join(f"{one.id}  {one.state}" for one in found), as_json=as_json)


def identities(texts_: list[str]) -> list[bytes]:
    """Ids of 16 octets from hexadecimal. Raises Malformed `nummer-onjuist` with every place."""
    found, faults = [], []
    for position, text in enumerate(texts_):
        try:
            octets = bytes.fromhex(text)
        except ValueError:
            octets = b""
        found.append(octets)
        if len(octets) != 16:
            faults.append(Fault(f"[{position}]", "nummer-onjuist", "Give the 32 hexadecimal digits as they were shown."))
    if faults:
        raise errors.Malformed("An id does not read.", code="nummer-onjuist", faults=tuple(faults))
    return found


def one_of(text: str, choices: object, name: str) -> Any:
    """`text` when it is one of the words of a Literal. Raises Malformed `onbekende-keuze` naming them."""
    known = get_args(choices)
    if text not in known:
        raise errors.Malformed(f"--{name} is one of {', '.join(known)}.", code="onbekende-keuze")
    return text

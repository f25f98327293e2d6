"""`sluis audit`: commit-and-audit, for the auditor of a circle and for a member whose questions were drawn."""

from __future__ import annotations

import secrets
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Final, Literal, TypeVar

import msgspec
import typer

from sluis.client import auditing
from sluis.client.auditing import Audit, Report, Row, Secret
from sluis.client.cli import options, output
from sluis.client.cli.options import Circle, ConfigFile, Json
from sluis.core import errors
from sluis.core.exchange import draws
from sluis.core.exchange.auditing import AuditedDay, Ended, Question, Watched
from sluis.core.exchange.samples import Opening
from sluis.wire import credentials

app = typer.Typer(no_args_is_help=True, help="Commit and audit: sealed draws from what was asked, opened on the premises.")
_EPOCH: Final = date(1970, 1, 1).toordinal()
Day = Annotated[str, typer.Option("--day", help="The day (UTC) as 2026-11-23; default tomorrow or yesterday.")]
OutFile = Annotated[Path, typer.Option("--out", help="Where it goes; it is readable by its owner only.")]
DrawnFile = Annotated[Path, typer.Option("--drawn", help="The file that `sluis audit draw` wrote.")]
Document = TypeVar("Document")


def _day(text: str, *, ahead: int) -> int:
    try:
        return date.fromisoformat(text).toordinal() - _EPOCH if text else auditing.today() + ahead
    except ValueError:
        raise errors.Malformed("Write the day as 2026-11-23.", code="datum-onjuist") from None


def _named(day: int) -> str:
    return date.fromordinal(day + _EPOCH).isoformat()


def _audit(file: Path | None, circle: str) -> Audit:
    partner = options.partner_of(file)
    name = circle or partner.config.circle
    if not name:
        raise errors.Malformed("Give --circle, or set circle in the configuration.", code="ontbreekt")
    return Audit(partner.session(), name)


def _read(file: Path, kind: type[Document]) -> Document:
    try:
        return msgspec.json.decode(options.octets(file), type=kind)
    except msgspec.DecodeError:
        raise errors.Malformed(f"{file.name} is not what this command takes.", code="document-onleesbaar") from None


def _secret(file: Path, day: int) -> Secret:
    """The secret of that day: the one in the file, else a fresh one. Raises Conflict `bestaat-al` when it is of another day."""
    if not file.exists():
        credentials.write(file, msgspec.json.encode(Secret(day, secrets.token_bytes(draws.SECRET_OCTETS))))
    kept = _read(file, Secret)
    if kept.day != day:
        raise errors.Conflict(f"{file.name} holds the secret of {_named(kept.day)}; each day has its own.", code="bestaat-al")
    return kept


@app.command()
def commit(
    secret: Annotated[Path, typer.Option("--secret", help="Where the day's secret is kept; made when it is not there.")],
    day: Day = "",
    circle: Circle = "",
    file: ConfigFile = None,
    as_json: Json = False,
) -> None:
    """As auditor: draw a secret, keep it in a file, and log its digest before the day begins."""
    with output.told(as_json=as_json):
        audit, kept = _audit(file, circle), _secret(secret, _day(day, ahead=1))
        audit.commit(kept)
        digest = draws.commitment(kept.secret).hex()
        found = {"circle": audit.circle, "commitment": digest, "day": kept.day}
        output.show(found, lambda: f"{_named(kept.day)} is fixed: {digest}\nkeep {secret} to yourself", as_json=as_json)


@app.command()
def reveal(
    secret: Annotated[Path, typer.Option("--secret", help="The file with the secret of a day that is over.")],
    circle: Circle = "",
    file: ConfigFile = None,
    as_json: Json = False,
) -> None:
    """As auditor: tell the secret of a day that is over, so that its questions are drawn."""
    with output.told(as_json=as_json):
        audit, kept = _audit(file, circle), _read(secret, Secret)
        audit.reveal(kept)
        found = {"circle": audit.circle, "day": kept.day}
        output.show(found, lambda: f"{_named(kept.day)} is told; members have 14 days to show", as_json=as_json)


@app.command(name="draw")
def fetch_draw(out: OutFile, day: Day = "", circle: Circle = "", file: ConfigFile = None, as_json: Json = False) -> None:
    """As auditor: fetch a day, recompute what was drawn, look every line up in the log, and keep it for the visits."""
    with output.told(as_json=as_json):
        audit, number = _audit(file, circle), _day(day, ahead=-1)
        with output.working("reading lines and log", as_json=as_json):
            found = audit.day(number)
            audit.require_logged(found)
        credentials.write(out, msgspec.json.encode(found))
        told = {"day": number, "lines": len(found.lines), "drawn": len(found.questions)}
        output.show(told, lambda: f"{told['drawn']} drawn from {told['lines']} lines; kept in {out}", as_json=as_json)


@app.command()
def check(
    opening: Annotated[Path, typer.Argument(help="The opening, on the premises of who asked.")],
    drawn: DrawnFile,
    out: OutFile,
    case_seen: Annotated[bool, typer.Option("--case-seen/--no-case", help="Whether you saw the case in their own records.")],
    as_json: Json = False,
) -> None:
    """As auditor, on the premises, without a network: check an opening and write down its outcome, and nothing else."""
    with output.told(as_json=as_json):
        ended = auditing.checked(_read(opening, Opening), _read(drawn, AuditedDay), case_seen=case_seen)
        before = _read(out, tuple[Ended, ...]) if out.exists() else ()
        kept = (*(one for one in before if (one.digest, one.position) != (ended.digest, ended.position)), ended)
        credentials.write(out, msgspec.json.encode(kept))
        output.show(ended, lambda: f"{ended.outcome.value}; {len(kept)} outcome(s) in {out}", as_json=as_json)


@app.command()
def send(
    outcomes: Annotated[Path, typer.Argument(help="The file of outcomes that `sluis audit check` wrote.")],
    day: Day = "",
    circle: Circle = "",
    file: ConfigFile = None,
    as_json: Json = False,
) -> None:
    """As auditor: tell the hub how the questions of a day ended."""
    with output.told(as_json=as_json):
        audit, number = _audit(file, circle), _day(day, ahead=-1)
        left = audit.end(number, _read(outcomes, tuple[Ended, ...]))
        output.show({"day": number, "open": left}, lambda: f"told; {left} open still", as_json=as_json)


@app.command()
def report(
    day: Day = "",
    propose: Annotated[str, typer.Option("--propose", help="A member: write the proposal to cut its budgets to --out.")] = "",
    out: Annotated[Path | None, typer.Option("--out", help="Where the proposal goes.")] = None,
    circle: Circle = "",
    file: ConfigFile = None,
    as_json: Json = False,
) -> None:
    """As auditor: how each member stands after a day; and, if you wish, a proposal to the policy authority."""
    with output.told(as_json=as_json):
        audit, number = _audit(file, circle), _day(day, ahead=-1)
        read = audit.day(number)
        if propose:
            _propose(audit, read, propose, out=out)
        found = audit.report(read)
        output.show(found, lambda: _told(found), as_json=as_json)


def _propose(audit: Audit, day: AuditedDay, name: str, *, out: Path | None) -> None:
    member = next((one for one in audit.section.members if name in (one.name, one.id.hex())), None)
    if member is None:
        raise errors.NotFound("There is no such member in the circle.", code="onbekend-lid")
    if out is None:
        raise errors.Malformed("Say with --out where the proposal goes.", code="ontbreekt")
    credentials.write(out, msgspec.json.encode(audit.proposal(day, member)))


def _told(found: Report) -> str:
    lines = [f"{found.circle} on {_named(found.day)}: {found.late_lines} late line(s), {found.erased_lines} erased"]
    return "\n".join([*lines, *map(_row, found.members)])


def _row(row: Row) -> str:
    ended = ", ".join(f"{amount} {outcome}" for outcome, amount in sorted(row.outcomes.items())) or "none ended"
    return f"{row.name}: {row.asked} asked, {row.drawn} drawn, {ended}, {row.open} open"


@app.command(name="drawn")
def list_drawn(circle: Circle = "", file: ConfigFile = None, as_json: Json = False) -> None:
    """As member: which of your own questions were drawn and are to be shown, and until when."""
    with output.told(as_json=as_json):
        audit = _audit(file, circle)
        found = [(day, one) for day in audit.days() for one in _own(audit, day) if one.outcome is None]
        told = [{"day": day, "name": one.drawn.name, "until": one.until} for day, one in found]
        text = "\n".join(f"{_named(day)}  {one.drawn.name}  until {_moment(one.until)}" for day, one in found)
        output.show(told, lambda: text or "nothing to show", as_json=as_json)


def _own(audit: Audit, day: int) -> list[Question]:
    found, me = audit.day(day), audit.session.membership(audit.circle)[1]
    return [one for one in found.questions if one.drawn.member == me.id]


def _moment(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")


@app.command(name="open")
def open_question(
    name: Annotated[str, typer.Argument(help="The question, as `sluis audit drawn` names it.")],
    out: OutFile,
    circle: Circle = "",
    file: ConfigFile = None,
    as_json: Json = False,
) -> None:
    """As member: write what opens one question that was drawn. Show it on your premises; it holds the identifier."""
    with output.told(as_json=as_json):
        audit = _audit(file, circle)
        drawn = auditing.find((one.drawn for day in audit.days() for one in _own(audit, day)), name)
        credentials.write(out, msgspec.json.encode(audit.open(drawn)))
        told = f"written to {out}; it stays on your premises\ncase {audit.open(drawn).reference}"
        output.show({"name": name, "written": str(out)}, lambda: told, as_json=as_json)


@app.command()
def overview(circle: Circle = "", file: ConfigFile = None, as_json: Json = False) -> None:
    """As auditor: what each member asked, where that is out of the ordinary for it, and what it owes."""
    with output.told(as_json=as_json):
        audit = _audit(file, circle)
        names = {member.id: member.name for member in audit.section.members}
        found = audit.supervision()
        told = (_watched(names.get(one.member, one.member.hex()), one) for one in found.members)
        output.show(found, lambda: "\n".join(told), as_json=as_json)


def _watched(name: str, one: Watched) -> str:
    charts = (("asked", one.asked), ("context asked", one.disclosed))
    alarms = [f"{what} {_named(point.day)} {point.alarm}" for what, points in charts for point in points if point.alarm]
    last = f"{one.asked[-1].value:.0f} on {_named(one.asked[-1].day)}" if one.asked else "nothing asked"
    late = [f"receipt due since {_moment(one.overdue)}"] if one.overdue is not None else []
    return "; ".join([f"{name}: {last}", *(alarms or ["no alarm"]), *late])


@app.command()
def records(
    out: OutFile,
    of: Annotated[Literal["verwerkingen", "beslissingen"], typer.Option("--of", help="Processing, or decisions.")],
    circle: Circle = "",
    file: ConfigFile = None,
    as_json: Json = False,
) -> None:
    """Write the processing log or the decision log as lines of JSON: all of the circle as auditor, else your own."""
    with output.told(as_json=as_json):
        lines = list(map(bytes, _audit(file, circle).records(of)))
        credentials.write(out, b"".join(line + b"\n" for line in lines))
        output.show({"lines": len(lines)}, lambda: f"{len(lines)} line(s) in {out}", as_json=as_json)

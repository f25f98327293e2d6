"""The commands of a partner: check, publish, disclose, normalise, vectors, doctor. The others have files of their own."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from sluis.client import check as checking
from sluis.client import config, doctor, vectors
from sluis.client import publish as publishing
from sluis.client.cli import authority, gateway, log, output, republish
from sluis.client.gateway import desk
from sluis.core import errors
from sluis.core.exchange import words
from sluis.core.exchange.envelope import Context
from sluis.core.identifiers import kinds, scopes
from sluis.core.identifiers import normalise as normalising

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="Sluis for partners.")
app.add_typer(authority.app, name="authority")
app.add_typer(gateway.app, name="gateway")
app.command(name="republish")(republish.run)
app.add_typer(log.app, name="log")

ConfigFile = Annotated[Path | None, typer.Option("--config", help="The configuration; else SLUIS_CONFIG or the user's own.")]
Circle = Annotated[str, typer.Option("--circle", help="The circle's name; default from the configuration.")]
Case = Annotated[str, typer.Option("--case", help="The reference of your own case; never leaves your premises.")]
Purpose = Annotated[str, typer.Option("--purpose", help="The legal purpose, in the circle's words.")]
Kind = Annotated[str, typer.Option("--type", help="The type of identifier: iban, phone, email, domain, url, device ...")]
Region = Annotated[str, typer.Option("--region", help="Where telephone numbers without + are from, for example NL.")]
Scope = Annotated[str, typer.Option("--scope", help="The scope: email.base, domain.reg or url.path; none is itself.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON document instead of text.")]
Identifiers = Annotated[list[str], typer.Argument(help="Identifiers; `-` reads one a line from standard input.")]


def main() -> None:
    """Runs the command line."""
    app()


def _texts(given: list[str]) -> list[str]:
    texts = [line for text in given for line in (filter(str.strip, _lines()) if text == "-" else [text])]
    if not texts:
        raise errors.Malformed("Standard input holds no identifier; give one a line.", code="geen-kenmerken")
    return texts


def _lines() -> Iterator[str]:
    """Lines of standard input as they come; octets that are no UTF-8 show as the replacement sign."""
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(encoding="utf-8-sig", errors="replace")
    return (line.rstrip("\r\n") for line in sys.stdin)


@app.command()
def check(
    identifiers: Identifiers,
    circle: Circle = "",
    case: Case = "",
    purpose: Purpose = "",
    kind: Kind = "iban",
    region: Region = "",
    file: ConfigFile = None,
    as_json: Json = False,
) -> None:
    """Ask whether others signalled identifiers you already hold. A hit is never proof."""
    with output.told(as_json=as_json):
        partner = config.load(file or config.default_file())
        matter = partner.matter(circle=circle, case=case, purpose=purpose)
        parsed = desk.parse_all(desk.Reading(kind, region or partner.config.region), _texts(identifiers))
        with output.working("asking holders and edge", as_json=as_json):
            found = [desk.in_words(one) for one in checking.check(partner.session(), parsed, matter=matter)]
        output.show(found, lambda: "\n".join(map(_outcome, found)), as_json=as_json)


def _outcome(item: desk.CheckItem) -> str:
    if item.hit is None:
        return f"{item.identifier}  no hit"
    hit = item.hit
    what = f"HIT as {item.scope}" if item.scope else "HIT"
    told = f"{hit.others} other(s), grade {hit.grade}, form {hit.form}, advice {hit.advice}"
    return f"{item.identifier}  {what}: {told}; no proof"


@app.command()
def publish(
    identifiers: Identifiers,
    form: Annotated[str, typer.Option("--form", help="Code of the fraud form, for example AVF.AANKOOP.")],
    grade: Annotated[str, typer.Option("--grade", help="How well established: A, B, C or D.")],
    advice: Annotated[str, typer.Option("--advice", help="inform, warn, step-up, hold or refuse.")] = "warn",
    channel: Annotated[list[str] | None, typer.Option("--channel", help="Channel of the case; may be repeated.")] = None,
    circle: Circle = "",
    case: Case = "",
    purpose: Purpose = "",
    kind: Kind = "iban",
    region: Region = "",
    scope: Scope = "",
    confirm: Annotated[bool, typer.Option("--confirm", help="Share although the protected list warns.")] = False,
    file: ConfigFile = None,
    as_json: Json = False,
) -> None:
    """Share signals about identifiers of your own confirmed case inside a circle."""
    with output.told(as_json=as_json):
        partner = config.load(file or config.default_file())
        matter = partner.matter(circle=circle, case=case, purpose=purpose)
        context = _context({"form": form.upper(), "channels": channel or []})
        texts = _texts(identifiers)
        reading = desk.Reading(kind, region or partner.config.region, (scope,) * len(texts))
        strength, advised = words.grade_named(grade), words.advice_named(advice)
        parsed = desk.parse_all(reading, texts)
        drafts = [publishing.Draft(one, context, strength, advised, confirmed=confirm) for one in parsed]
        with output.working("sealing and sending", as_json=as_json):
            receipts = publishing.publish(partner.session(), drafts, matter=matter)
        found = [desk.SharedItem(one.id.hex(), one.state) for one in receipts]
        output.show(found, lambda: "\n".join(f"{one.id}  {one.state}" for one in found), as_json=as_json)


def _context(given: dict[str, Any]) -> Context:
    try:
        return msgspec.convert(given, Context)
    except msgspec.ValidationError as error:
        raise errors.Malformed(f"The context does not hold: {error}", code="context-onjuist") from None


@app.command()
def disclose(
    identifier: Annotated[str, typer.Argument(help="An identifier you checked before.")],
    circle: Circle = "",
    case: Case = "",
    purpose: Purpose = "",
    kind: Kind = "iban",
    region: Region = "",
    file: ConfigFile = None,
    as_json: Json = False,
) -> None:
    """Ask for the context behind a hit, through the legal gate, against a receipt."""
    with output.told(as_json=as_json):
        partner = config.load(file or config.default_file())
        matter = partner.matter(circle=circle, case=case, purpose=purpose)
        body = desk.DiscloseBody(
            circle=matter.circle,
            case=matter.case,
            purpose=matter.purpose,
            type=kind,
            region=region,
            identifier=identifier,
        )
        with output.working("asking the hub", as_json=as_json):
            found = desk.disclose(partner.session(), body)
        output.show(found, lambda: _contexts(found), as_json=as_json)


def _contexts(found: desk.DiscloseAnswer) -> str:
    lines = [f"{one.id}  {msgspec.json.encode(one.context).decode()}" for one in found.contexts]
    lines += [f"{one.id.hex()}  refused: {one.reason} ({', '.join(one.articles)})" for one in found.refused]
    lines += [f"{one}  does not open; report it to the hub" for one in found.unreadable]
    return "\n".join(lines)


@app.command()
def normalise(
    kind: Annotated[str, typer.Argument(help="The type of identifier.")],
    region: Region = "",
    scope: Scope = "",
    as_json: Json = False,
) -> None:
    """Normalise each line of standard input, in order: one line out for one line in. Exit 1 when there is no such type."""
    for text in _lines():
        found = _normalised(desk.Reading(kind, region, (scope,)), text)
        output.show(found, lambda: found.get("canonical") or f"error: {found['error']}", as_json=as_json)  # noqa: B023 - called at once
        sys.stdout.flush()
    with output.told(as_json=False):
        kinds.type_named(kind)


def _normalised(reading: desk.Reading, text: str) -> dict[str, str]:
    try:
        found = normalising.parse(reading.kind, text, region=reading.region or None)
        return {"input": text, "canonical": str(scopes.pick(found, reading.scopes[0]))}
    except errors.Malformed as error:
        return {"input": text, "error": error.reason}


@app.command(name="vectors")
def run_vectors(
    file: Annotated[Path, typer.Argument(help="JSON of the CFRG's reference code.")], as_json: Json = False
) -> None:
    """Run OPRF test vectors; exit 0 when none failed."""
    with output.told(as_json=as_json):
        outcomes = vectors.run(_octets(file))
        output.show(outcomes, lambda: "\n".join(map(_suite, outcomes)), as_json=as_json)
    if any(outcome.failed for outcome in outcomes):
        raise SystemExit(output.REFUSED)


def _octets(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        raise errors.NotFound(f"There is no readable file {file.name}.", code="geen-bestand") from None


def _suite(outcome: vectors.Outcome) -> str:
    head = f"{outcome.suite} {outcome.mode}: {outcome.passed} passed, {outcome.failed} failed, {outcome.skipped} skipped"
    return "\n  ".join((head, *outcome.differences))


@app.command(name="doctor")
def examine(file: ConfigFile = None, as_json: Json = False) -> None:
    """Look at everything a partner needs, and say of each fault what to do next."""
    with output.working("looking", as_json=as_json):
        findings = list(doctor.examine(file or config.default_file()))
    output.show(findings, lambda: "\n".join(map(_finding, findings)), as_json=as_json)
    if not all(finding.well for finding in findings):
        raise SystemExit(output.REFUSED)


def _finding(finding: doctor.Finding) -> str:
    step = "" if finding.well else f"\n      next: {finding.next_step}"
    return f"{'ok ' if finding.well else 'NOT'} {finding.name}: {finding.found}{step}"

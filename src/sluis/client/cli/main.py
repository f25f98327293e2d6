"""The commands of a partner: check, publish, disclose, normalise, vectors, doctor. The others have files of their own."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
import typer

from sluis.client import bulk, config, doctor, premises, vectors
from sluis.client import check as checking
from sluis.client import publish as publishing
from sluis.client.cli import (
    audit,
    authority,
    exported,
    gateway,
    groups,
    law,
    log,
    options,
    output,
    persons,
    republish,
    rights,
    watching,
    witness,
)
from sluis.client.cli.options import Case, Circle, ConfigFile, Identifiers, Json, Kind, Purpose, Region, Scope, lines, texts
from sluis.client.gateway import desk
from sluis.core import errors
from sluis.core.exchange import words
from sluis.core.exchange.bodies import Level
from sluis.core.exchange.envelope import Context
from sluis.core.identifiers import kinds, scopes
from sluis.core.identifiers import normalise as normalising

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="Sluis for partners.")
app.add_typer(authority.app, name="authority")
app.add_typer(gateway.app, name="gateway")
app.command(name="republish")(republish.run)
app.command(name="sandbox")(gateway.sandbox)
log.app.command(name="witness")(witness.run)
log.app.command(name="check-export")(exported.run)
log.app.command(name="evidence")(witness.show_evidence)
app.add_typer(log.app, name="log")
app.add_typer(audit.app, name="audit")
app.add_typer(law.app, name="law")
app.add_typer(groups.app, name="groups")
app.add_typer(watching.app, name="watch")
app.add_typer(rights.dispute, name="dispute")
app.add_typer(rights.access, name="access")
app.add_typer(persons.app, name="rights")
app.add_typer(rights.disclosure, name="disclosure")
for name, command in (
    ("alerts", watching.alerts),
    ("notices", watching.notices),
    ("feedback", watching.give_feedback),
    ("withdraw", watching.take_back),
):
    app.command(name=name)(command)


def main() -> None:
    """Runs the command line."""
    app()


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
        partner = options.partner_of(file)
        matter = partner.matter(circle=circle, case=case, purpose=purpose)
        parsed = options.parsed(partner, texts(identifiers), kind=kind, region=region)
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
    origin: Annotated[str, typer.Option("--origin", help="own case, or hit: born from a hit on another's signal.")] = "own",
    confirm: Annotated[bool, typer.Option("--confirm", help="Share although there is a warning.")] = False,
    file: ConfigFile = None,
    as_json: Json = False,
) -> None:
    """Share signals about identifiers of your own confirmed case inside a circle."""
    with output.told(as_json=as_json):
        partner = options.partner_of(file)
        matter = partner.matter(circle=circle, case=case, purpose=purpose)
        context = _context({"form": form.upper(), "channels": channel or []})
        given = texts(identifiers)
        reading = desk.Reading(kind, region or partner.config.region, (scope,) * len(given))
        strength, advised = words.grade_named(grade), words.advice_named(advice)
        parsed = desk.parse_all(reading, given)
        born = words.Origin[watching.one_of(origin, Literal["own", "hit"], "origin").upper()]
        drafts = [publishing.Draft(one, context, strength, advised, origin=born, confirmed=confirm) for one in parsed]
        with output.working("sealing and sending", as_json=as_json):
            receipts = publishing.publish(partner.session(), drafts, matter=matter)
        found = [desk.SharedItem(one.id.hex(), one.state) for one in receipts]
        output.show(found, lambda: "\n".join(f"{one.id}  {one.state}" for one in found), as_json=as_json)


def _context(given: dict[str, Any]) -> Context:
    try:
        return msgspec.convert(given, Context)
    except msgspec.ValidationError as error:
        raise errors.Malformed(f"The context does not hold: {error}", code="context-onjuist") from None


@app.command(name="publish-file")
def publish_file(
    table: Annotated[Path, typer.Argument(help="A .csv or .xlsx file; the columns stand in docs/howto/share-a-file.md.")],
    only_look: Annotated[bool, typer.Option("--only-look", help="Read and tell; share nothing.")] = False,
    circle: Circle = "",
    case: Case = "",
    purpose: Purpose = "",
    kind: Kind = "iban",
    region: Region = "",
    file: ConfigFile = None,
    as_json: Json = False,
) -> None:
    """Share a file of signals. Everything is read first; with one fault nothing is shared."""
    with output.told(as_json=as_json):
        partner = options.partner_of(file)
        matter = partner.matter(circle=circle, case=case, purpose=purpose)
        found = bulk.preview(table, defaults=bulk.Defaults(kind, region=region or partner.config.region))
        found.require_whole()
        told: dict[str, Any] = {"rows": found.rows, "signals": bulk.count(found.drafts), "shared": 0}
        if not only_look:
            with output.working("sealing and sending", as_json=as_json):
                session = partner.session()
                told["shared"] = sum(
                    len(publishing.publish(session, drafts, matter=matter)) for drafts in found.drafts.values()
                )
        output.show(told, lambda: f"{told['rows']} row(s) read, {told['shared']} shared", as_json=as_json)


@app.command()
def disclose(
    identifier: Annotated[str, typer.Argument(help="An identifier you checked before.")],
    circle: Circle = "",
    case: Case = "",
    purpose: Purpose = "",
    level: Annotated[str, typer.Option("--level", help="context, or publisher: its name, when both agree.")] = "context",
    kind: Kind = "iban",
    region: Region = "",
    file: ConfigFile = None,
    as_json: Json = False,
) -> None:
    """Ask for the context behind a hit, through the legal gate, against a receipt."""
    with output.told(as_json=as_json):
        partner = options.partner_of(file)
        matter = partner.matter(circle=circle, case=case, purpose=purpose)
        body = desk.DiscloseBody(
            circle=matter.circle,
            case=matter.case,
            purpose=matter.purpose,
            type=kind,
            region=region,
            identifier=identifier,
            level=watching.one_of(level, Level, "level"),
        )
        with output.working("asking the hub", as_json=as_json):
            found = desk.disclose(partner.session(), body)
        output.show(found, lambda: desk.disclosed_text(found), as_json=as_json)


@app.command()
def normalise(
    kind: Annotated[str, typer.Argument(help="The type of identifier.")],
    region: Region = "",
    scope: Scope = "",
    as_json: Json = False,
) -> None:
    """Normalise each line of standard input, in order: one line out for one line in. Exit 1 when there is no such type."""
    for text in lines():
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
        outcomes = vectors.run(options.octets(file))
        output.show(outcomes, lambda: "\n".join(map(_suite, outcomes)), as_json=as_json)
    if any(outcome.failed for outcome in outcomes):
        raise SystemExit(output.REFUSED)


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


def _finding(finding: premises.Finding) -> str:
    step = f"\n      next: {finding.next_step}" if finding.next_step else ""
    return f"{'ok ' if finding.well else 'NOT'} {finding.name}: {finding.found}{step}"

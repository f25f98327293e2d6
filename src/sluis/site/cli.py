"""`sluis-hub`: run and tend the hub."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import django
import msgspec
import typer
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command

from sluis.core import errors
from sluis.core.exchange.encodings import ID_OCTETS, exactly
from sluis.wire import logs

if TYPE_CHECKING:
    from sluis.site import doctor

Form = TypeVar("Form")
app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="The hub of Sluis.")


def main() -> None:
    """Runs the command line: a setting that is missing is one line and exit code 1."""
    try:
        app()
    except ImproperlyConfigured as error:
        typer.echo(str(error), err=True)
        raise SystemExit(1) from None


@app.callback()
def ready() -> None:
    """The hub of Sluis."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sluis.site.settings.production")
    django.setup()


@app.command()
def migrate() -> None:
    """Bring the database to this version, as its owner, and give the services' roles their rights."""
    from sluis.plumbing import roles  # noqa: PLC0415 - needs Django set up

    call_command("migrate", interactive=False, verbosity=0)
    typer.echo(f"{len(roles.grant())} rights set")


@app.command()
def web(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8700,
    workers: Annotated[int, typer.Option(help="Processes.")] = 1,
) -> None:
    """Serve pages and API until stopped."""
    from granian import Granian  # noqa: PLC0415 - only this command needs it
    from granian.constants import Interfaces  # noqa: PLC0415

    Granian(
        "sluis.site.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=4,
        log_enabled=False,
    ).serve()


@app.command()
def worker() -> None:
    """Run background work until stopped: ceremonies, expiry."""
    logs.configure("worker")
    call_command("procrastinate", "worker", "--concurrency", "2")


@app.command()
def assess(files: Annotated[list[Path], typer.Argument(help="Assessments as JSON, one a file.", readable=False)]) -> None:
    """Approve assessments of circles; every fault of a file is told at once, and nothing of that file is kept."""
    from sluis.apps.privacy import services  # noqa: PLC0415 - needs Django set up

    with _told():
        for form in [_decoded(_octets(file), services.AssessmentForm) for file in files]:
            typer.echo(f"version {services.approve(form)}")


@app.command()
def evidence(files: Annotated[list[Path], typer.Argument(help="Evidence as JSON, a list a file.", readable=False)]) -> None:
    """Register evidence that conditions are met: licences, arrangements, DPIAs; what is there already stays."""
    from sluis.apps.privacy import services  # noqa: PLC0415 - needs Django set up

    with _told():
        forms = [form for file in files for form in _decoded(_octets(file), list[services.EvidenceForm])]
        for form in forms:
            services.register(form)
        typer.echo(f"{len(forms)} registered")


@app.command()
def withdraw_evidence(
    name: Annotated[str, typer.Argument(help="The name it was registered under.")],
    reason: Annotated[str, typer.Option("--reason", help="Why it counts no more; people read it.")],
) -> None:
    """Take evidence back from now on; every gate that leans on it closes."""
    from sluis.apps.privacy import services  # noqa: PLC0415 - needs Django set up

    with _told():
        typer.echo(f"{services.withdraw(name, reason=reason)} assessments lean on it")


@app.command(name="doctor")
def examine(as_json: Annotated[bool, typer.Option("--json", help="One JSON document instead of text.")] = False) -> None:
    """Look at database, clock, keys, policy, holders, log and streams, and say of each fault what to do next."""
    from sluis.site import doctor  # noqa: PLC0415 - needs Django set up

    findings = list(doctor.examine())
    if as_json:
        typer.echo(msgspec.json.encode(findings).decode())
    else:
        typer.echo("\n".join(map(_finding, findings)))
    if not all(one.well for one in findings):
        raise SystemExit(1)


def _finding(one: doctor.Finding) -> str:
    step = f"\n      next: {one.next_step}" if one.next_step else ""
    return f"{'ok ' if one.well else 'NOT'} {one.name}: {one.found}{step}"


@app.command(name="export")
def export_log(
    reason: Annotated[str, typer.Option("--reason", help="For whom and why; it is logged.")],
    since: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="The first day (UTC).")],
    until: Annotated[datetime, typer.Option("--until", formats=["%Y-%m-%d"], help="The day after the last (UTC).")],
    party: Annotated[str, typer.Option("--party", help="Only of this party: its id in hexadecimal.")] = "",
    circle: Annotated[str, typer.Option("--circle", help="Only of this circle: its id in hexadecimal.")] = "",
) -> None:
    """Write to standard output what the log has, with proofs, and both record logs, as lines of JSON, for a supervisor."""
    from sluis.apps.audit import selectors, services  # noqa: PLC0415 - needs Django set up

    with _told():
        span = (int(since.replace(tzinfo=UTC).timestamp()), int(until.replace(tzinfo=UTC).timestamp()))
        asked = selectors.Asked(*span, party=_id(party), circle=_id(circle))
        services.record(services.Happening("uitvoer voor toezicht", asked.circle, asked.party), reference=reason)
        for line in selectors.lines(asked):
            sys.stdout.buffer.write(line + b"\n")


def _id(digits: str) -> bytes | None:
    if not digits:
        return None
    try:
        return exactly(bytes.fromhex(digits), ID_OCTETS, what="id")
    except ValueError:
        raise errors.Malformed("An id takes 32 hexadecimal digits.", code="lengte") from None


@app.command()
def stage(
    files: Annotated[list[Path], typer.Argument(help="Closed groups as JSON, one a file.", readable=False)],
    pilot: Annotated[Path | None, typer.Option("--pilot", help="A pilot as JSON, begun by two people.", readable=False)] = None,
    casework: Annotated[Path | None, typer.Option("--casework", help="A case and an answer as JSON.", readable=False)] = None,
) -> None:
    """Enter a group with a release that waits, a pilot, a case and an answer; with invented data only, what is there stays."""
    from sluis.apps.casework.services import staging as cases  # noqa: PLC0415 - needs Django set up
    from sluis.apps.consent import services  # noqa: PLC0415
    from sluis.apps.exchange.services import staging  # noqa: PLC0415

    with _told():
        made = [services.stage(_decoded(_octets(file), services.StagedForm)) for file in files]
        begun = [staging.stage_pilot(_decoded(_octets(file), staging.StagedPilot)) for file in (pilot,) if file]
        opened = [cases.stage_casework(_decoded(_octets(file), cases.StagedCasework)) for file in (casework,) if file]
        typer.echo(f"{sum(made)} groups entered, {sum(begun)} pilots begun, {sum(opened)} cases opened")


@app.command()
def enrol(file: Annotated[Path, typer.Argument(help="People as JSON; a credential file of mode 600.", readable=False)]) -> None:
    """Make or renew people: a list of username, password, organisation (party id), role, and when wanted email and totp."""
    from sluis.apps.partners import services  # noqa: PLC0415 - needs Django set up
    from sluis.wire import credentials  # noqa: PLC0415

    with _told():
        people = _decoded(credentials.secret(file), list[services.Person])
        for person in people:
            services.enrol(person)
        typer.echo(f"{len(people)} people may sign in")


@app.command("name-organisation")
def name_organisation(
    name: Annotated[str, typer.Argument(help="As people know it.")],
    sector: Annotated[str, typer.Option(help="Its sector.")] = "overheid",
) -> None:
    """Register an organisation that is in no circle, such as the programme office, and print its party id."""
    from sluis.apps.partners import services  # noqa: PLC0415 - needs Django set up

    with _told():
        typer.echo(services.name_organisation(name, sector=sector).hex())


@app.command()
def people() -> None:
    """List who may sign in: name, role, organisation, and whether they have a second factor."""
    from sluis.apps.partners import selectors  # noqa: PLC0415 - needs Django set up

    for one in selectors.everybody():
        factor = "second factor" if one.has_factor else "no second factor"
        typer.echo(f"{one.username}\t{one.role}\t{one.organisation}\t{factor}")


@app.command("end-role")
def end_role(
    username: Annotated[str, typer.Argument(help="Name to sign in with.")],
    organisation: Annotated[str, typer.Argument(help="Party id, hexadecimal.")],
) -> None:
    """End somebody's role in an organisation, and every session in it, at once."""
    from sluis.apps.partners import services  # noqa: PLC0415 - needs Django set up

    with _told():
        services.end_membership(username, _party(organisation))
        typer.echo("ended")


@app.command("forget-factor")
def forget_factor(username: Annotated[str, typer.Argument(help="Name to sign in with.")]) -> None:
    """Take somebody's second factor away; at the next sign-in they add one anew. First make sure who asks."""
    from sluis.apps.partners import services  # noqa: PLC0415 - needs Django set up

    with _told():
        services.forget_factor(username)
        typer.echo("forgotten; the password alone adds a new one")


def _party(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise errors.Malformed("A party id is 32 hexadecimal digits.") from None


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except errors.SluisError as error:
        lines = [f"{error} [{error.reason}]", *(f"  {one.where}: {one.next_step}" for one in error.faults)]
        typer.echo("\n".join(lines), err=True)
        raise SystemExit(1) from None


def _octets(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        raise errors.NotFound(f"There is no readable file {file.name}.", code="geen-bestand") from None


def _decoded(octets: bytes, kind: type[Form]) -> Form:
    try:
        return msgspec.json.decode(octets, type=kind)
    except msgspec.DecodeError as error:
        raise errors.Malformed(f"The file does not read: {error}") from None

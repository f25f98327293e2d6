"""`sluis-demo`: the whole platform on this machine, with invented parties."""

from __future__ import annotations

import os
import shlex
import signal
import time
from pathlib import Path
from typing import Any, NoReturn

import msgspec
import typer

from sluis.core import errors
from sluis.demo import account, life, services
from sluis.demo import run as running
from sluis.demo.live import service as page

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="The whole platform on this machine."
)
_FOLDER = typer.Option(Path("var/demo"), "--dir", readable=False, help="Where the demo keeps its state.")
_IBAN = "NL31SLUI0123456789"  # invented: no bank has this code
_JSON = typer.Option(False, "--json", help="Answer in JSON.")


@app.command()
def run(
    folder: Path = _FOLDER,
    port: int | None = typer.Option(
        None, "--port", min=1024, max=65_000, help="First of the ports; without it free ones are taken and kept."
    ),
    still: bool = typer.Option(False, "--still", help="Without the simulation: nothing happens but what you do."),
    as_json: bool = _JSON,
) -> None:
    """Start everything and stay until Ctrl-C."""
    account.leave_root(folder)
    announce = _print_json if as_json else _print_places
    running.run(folder, running.How(first_port=port, still=still), announce=announce)


@app.command()
def rest(folder: Path = _FOLDER) -> None:
    """Let the simulation rest; the demo itself goes on. Exit code 1 when none runs here."""
    _require_running(folder)
    life.put_to_rest(folder, rests=True)


@app.command()
def resume(folder: Path = _FOLDER) -> None:
    """Let the simulation go on after a rest. Exit code 1 when no demo runs here."""
    _require_running(folder)
    life.put_to_rest(folder, rests=False)


@app.command()
def stop(folder: Path = _FOLDER) -> None:
    """End the demo that runs in this folder."""
    told = _state(folder)
    if told is None:
        typer.echo("No demo runs here.")
        return
    os.kill(told["pid"], signal.SIGTERM)
    end = time.monotonic() + 60
    while (folder / "state.json").exists() and time.monotonic() < end:
        time.sleep(0.1)


@app.command()
def status(folder: Path = _FOLDER, as_json: bool = _JSON) -> None:
    """Tell what runs and where; exit code 1 when nothing does."""
    told = _state(folder)
    if told is None:
        typer.echo("{}" if as_json else "No demo runs here.")
        raise typer.Exit(1)
    (_print_json if as_json else _print_places)(told)


@app.command()
def live(
    folder: Path = _FOLDER,
    follow: bool = typer.Option(False, "--follow", help="Follow a first signal, so that there is one to see."),
) -> None:
    """Serve the live page of the demo that runs in this folder; `run` starts it as one of the services."""
    if not (folder / "ports.json").exists():
        _say_nothing_runs()
    page.serve(folder, follow=follow)


def _require_running(folder: Path) -> None:
    if _state(folder) is None:
        _say_nothing_runs()


def _say_nothing_runs() -> NoReturn:
    typer.echo("No demo runs here.", err=True)
    raise typer.Exit(1)


def _state(folder: Path) -> dict[str, Any] | None:
    try:
        told: dict[str, Any] = msgspec.json.decode((folder / "state.json").read_bytes())
        os.kill(told["pid"], 0)
    except PermissionError:
        return told
    except (OSError, msgspec.DecodeError):
        return None
    return told


def _print_json(told: dict[str, Any]) -> None:
    typer.echo(msgspec.json.encode(told))


def _print_places(told: dict[str, Any]) -> None:
    typer.echo(f"Kijk op (look at): {told['urls']['live']}\n")
    for name, url in told["urls"].items():
        typer.echo(f"{name:12} {url}")
    typer.echo("\nInloggen op het knooppunt (sign in at the hub):")
    for username, password in told["accounts"].items():
        typer.echo(f"  {username:18} {password}")
    typer.echo("\nInloggen op een koppelpunt (sign in at a gateway), met een eigen naam en de code:")
    for slug, code in told["codes"].items():
        typer.echo(f"  {slug:18} {code}  {told['urls'][slug]}")
    typer.echo("\nDelen en bevragen, in een tweede venster (share and check, in a second terminal):")
    for line in _commands(told):
        typer.echo(f"  {line}")
    typer.echo(f"\nSluis draait (runs): {told['urls']['live']}  (Ctrl-C stopt / ends it)")


def _commands(told: dict[str, Any]) -> list[str]:
    sluis, config = services.program("sluis"), Path(told["folder"]) / "config"
    what = {
        f"publish {_IBAN} --form AVF.AANKOOP --grade B --case BANK-1": config / "kadebank.toml",
        f"check {_IBAN} --case WINKEL-7": config / "lantaarn.toml",
    }
    return [f"{_short(sluis)} {words} --config {_short(file)}" for words, file in what.items()]


def _short(path: str | Path) -> str:
    """As typed from here, where that is shorter."""
    return shlex.quote(min(str(path), os.path.relpath(path), key=len))


def main() -> None:
    """The console script: an error of ours is one line and exit code 1."""
    try:
        app()
    except errors.SluisError as error:
        typer.echo(f"{error.title()} {error.detail} [{error.reason}]", err=True)
        raise SystemExit(1) from None

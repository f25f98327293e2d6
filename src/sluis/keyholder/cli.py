"""`sluis-keyholder`: set up, run and look after one key holder."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import httpx
import msgspec
import typer
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from sluis.core import errors
from sluis.core.exchange import documents, openings
from sluis.core.exchange.attest import Erased
from sluis.core.exchange.keys import Slot
from sluis.keyholder import config as configuration
from sluis.keyholder import service
from sluis.keyholder.store import Store
from sluis.wire import asgi, calls, clock, credentials, directory, logs

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="One key holder.")
_CONFIG = typer.Option(Path("keyholder.toml"), "--config", readable=False, help="The configuration file.")
_JSON = typer.Option(False, "--json", help="Answer in JSON.")


@app.command()
def init(config: Path = _CONFIG, as_json: bool = _JSON) -> None:
    """Make the keys and the passphrase that are missing, and tell what the policy authority must know."""
    told = configuration.load(config)
    told.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in (told.key_file, told.seal_file, told.passphrase_file):
        if not name.exists():
            credentials.write(name, os.urandom(32).hex().encode())
    _print(_public(told), as_json=as_json)


@app.command()
def serve(config: Path = _CONFIG) -> None:
    """Answer until SIGTERM."""
    told = configuration.load(config)
    told.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    logs.configure("keyholder")
    asgi.serve(service.application(told), host=told.host, port=told.port)


@app.command()
def status(config: Path = _CONFIG, as_json: bool = _JSON) -> None:
    """Ask the running holder how it is; exit code 1 unless it answers members and finds the log in order."""
    told = configuration.load(config)
    try:
        answer = httpx.get(f"{told.url.rstrip('/')}/v1/health", timeout=5)
    except httpx.HTTPError:
        raise errors.Unavailable("The holder does not run.") from None
    found: dict[str, str] = answer.json()
    _print(found, as_json=as_json)
    raise typer.Exit(0 if (found["status"], found["log"]) == ("ok", "ok") else 1)


@app.command()
def doctor(config: Path = _CONFIG, as_json: bool = _JSON) -> None:
    """Look for a wrong set-up, each with what to do; exit code 1 when there is one."""
    told = configuration.load(config)
    found: dict[str, str] = {name: _explain(file) for name, file in _secrets(told).items()}
    found["folder"] = "ok" if os.access(told.folder, os.W_OK) else "not writable; make it, owned by this account"
    found["shares"] = _explain_shares(told)
    found["policy-keys"] = _explain_keys(told)
    _print(found, as_json=as_json)
    raise typer.Exit(0 if all(one.startswith(("ok", "none yet")) for one in found.values()) else 1)


class _ShareLine(msgspec.Struct, frozen=True):
    """One share as `shares` shows it: circle in hexadecimal, times in seconds."""

    circle: str
    type: int
    epoch: int
    generation: int
    state: str
    time: int
    told: bool = True


@app.command()
def shares(config: Path = _CONFIG, as_json: bool = _JSON) -> None:
    """Show which shares are kept and which were erased, by slot and generation; never a share itself."""
    told = configuration.load(config)
    lines = [_line(kept.record.slot, "kept", kept.record.renewed) for kept in service.open_vault(told).kept()]
    for line, is_told in Store(told.folder / "holder.sqlite").erasures():
        erased = msgspec.json.decode(line, type=Erased)
        gone = _line(erased.slot, f"erased, {erased.reason}", erased.time)
        lines.append(msgspec.structs.replace(gone, told=is_told))
    if as_json:
        typer.echo(msgspec.json.encode(lines))
        return
    for one in lines:
        untold = "" if one.told else "  (the hub was not told yet)"
        typer.echo(f"{one.circle[:8]} type {one.type} epoch {one.epoch} generation {one.generation}: {one.state}{untold}")


def _line(slot: Slot, state: str, time: int) -> _ShareLine:
    return _ShareLine(slot.circle.hex(), slot.type, slot.epoch, slot.generation, state, time)


@app.command()
def refresh(config: Path = _CONFIG, as_json: bool = _JSON) -> None:
    """Order new shares of every key, after an incident: all holders hold a ceremony, and old shares go an hour later."""
    told = configuration.load(config)
    private = credentials.signing_key(told.key_file)
    known = directory.Directory(told.folder / "policy.json", told.pinned)
    me = known.snapshot(clock.now()).holder_with(documents.public_key(private))
    if me is None:
        raise errors.NotAllowed("This holder is not in the policy snapshot.")
    order = documents.sign(openings.ORDER_LABEL, openings.RefreshOrder(me.index, clock.now()), [private])
    asyncio.run(_post(told, "/v1/sleutelhouders/verversingen", msgspec.json.encode(order)))
    _print({"status": "ordered"}, as_json=as_json)


async def _post(told: configuration.Config, path: str, body: bytes) -> None:
    async with httpx.AsyncClient(timeout=10) as http:
        caller = calls.Caller(http, credentials.signing_key(told.key_file), told.web.rstrip("/"))
        await caller.post(path, body)


def _secrets(told: configuration.Config) -> dict[str, Path]:
    return {"key-file": told.key_file, "seal-file": told.seal_file, "passphrase-file": told.passphrase_file}


def _explain(file: Path) -> str:
    try:
        credentials.secret(file)
    except errors.Unavailable as error:
        return error.detail
    return "ok"


def _explain_shares(told: configuration.Config) -> str:
    try:
        kept = len(service.open_vault(told).slots())
    except errors.Unavailable as error:
        return error.detail
    return "ok" if kept else "none yet; they come with the first ceremony"


def _explain_keys(told: configuration.Config) -> str:
    try:
        return "ok" if len(set(told.pinned)) == 3 else "give the three different policy keys"
    except errors.Malformed as error:
        return error.detail


def _public(told: configuration.Config) -> dict[str, str]:
    key = documents.public_key(credentials.signing_key(told.key_file))
    seal: X25519PrivateKey = service.seal_key(told)
    return {"key": key.hex(), "seal": seal.public_key().public_bytes_raw().hex(), "url": told.url}


def _print(told: dict[str, str], *, as_json: bool) -> None:
    if as_json:
        typer.echo(msgspec.json.encode(told))
        return
    for name, value in told.items():
        typer.echo(f"{name:16} {value}")


def main() -> None:
    """The console script: an error of ours is one line and exit code 1."""
    try:
        app()
    except errors.SluisError as error:
        typer.echo(f"{error.title()} {error.detail} [{error.reason}]", err=True)
        raise SystemExit(1) from None

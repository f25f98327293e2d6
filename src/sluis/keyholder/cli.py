"""`sluis-keyholder`: set up, run and look after one key holder."""

from __future__ import annotations

import os
from pathlib import Path

import httpx
import msgspec
import typer
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from sluis.core import errors
from sluis.core.exchange import documents
from sluis.keyholder import config as configuration
from sluis.keyholder import service
from sluis.wire import asgi, credentials, logs

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
    """Ask the running holder how it is; exit code 1 unless it answers members."""
    told = configuration.load(config)
    try:
        answer = httpx.get(f"{told.url.rstrip('/')}/v1/health", timeout=5)
    except httpx.HTTPError:
        raise errors.Unavailable("The holder does not run.") from None
    found: dict[str, str] = answer.json()
    _print(found, as_json=as_json)
    raise typer.Exit(0 if found["status"] == "ok" else 1)


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

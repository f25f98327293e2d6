"""`sluis-edge`: the fast reading side of the hub."""

from __future__ import annotations

from pathlib import Path

import typer

from sluis.core import errors
from sluis.edge import config as configuration
from sluis.edge import service
from sluis.wire import asgi, logs

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="The fast reading side of the hub."
)


@app.callback()
def edge() -> None:
    """The fast reading side of the hub."""


@app.command()
def serve(config: Path = typer.Option(Path("edge.toml"), "--config", readable=False, help="The configuration file.")) -> None:
    """Answer until SIGTERM."""
    told = configuration.load(config)
    told.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    logs.configure("edge")
    asgi.serve(service.application(told), host=told.host, port=told.port)


def main() -> None:
    """The console script: an error of ours is one line and exit code 1."""
    try:
        app()
    except errors.SluisError as error:
        typer.echo(f"{error.title()} {error.detail} [{error.reason}]", err=True)
        raise SystemExit(1) from None

"""`sluis gateway`: run the partner's own service."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from sluis.client import config
from sluis.client.cli import output
from sluis.client.gateway import address

app = typer.Typer(no_args_is_help=True, help="The service on your own premises.")


@app.callback()
def room() -> None:
    """The service on your own premises."""


@app.command()
def serve(
    files: Annotated[
        list[Path] | None,
        typer.Option("--config", help="The configuration, with a [gateway] part; once for each member that shares it."),
    ] = None,
) -> None:
    """Run the gateway until it is stopped, for one partner or several with keys and cases apart. Needs the extra `gateway`."""
    with output.told(as_json=False):
        chosen = files or [config.default_file()]
        address.where([config.load(one) for one in chosen])
        address.require_extra()
    # The base installation has no web server, so nothing imported here may need one: the process becomes the gateway.
    argv = [sys.executable, "-m", "sluis.client.gateway", *map(str, chosen)]
    os.execv(sys.executable, argv)  # noqa: S606


def sandbox(
    port: Annotated[int, typer.Option(min=1024, max=65_535, help="Where the pages come, on this machine only.")] = 8790,
) -> None:
    """Practise with a koppelpunt, before any agreement: real cryptography and pages, invented partners, nothing is kept."""
    with output.told(as_json=False):
        address.require_extra()
    argv = [sys.executable, "-m", "sluis.client.gateway.sandbox", str(port)]
    os.execv(sys.executable, argv)  # noqa: S606

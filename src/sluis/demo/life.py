"""The simulation in the demo: what it is told, and putting it at rest."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

import msgspec

from sluis.demo import world
from sluis.demo.layout import Layout
from sluis.demo.processes import Service
from sluis.wire import clock, credentials

NAME: Final = "sim"
SEED: Final = "sluis"


def service(layout: Layout) -> Service:
    """The simulation as a service of the demo; it goes on from where it stopped."""
    told = layout.folder.absolute() / "config" / f"{NAME}.json"
    tokens = {party.slug: layout.keyring.file(f"{party.slug}.token").absolute() for party in world.PARTIES}
    content = {
        "gateways": {slug: {"url": layout.url(slug), "token": str(file)} for slug, file in tokens.items()},
        "seed": SEED,
        "progress": str(progress_file(layout.folder).absolute()),
        "rest": str(rest_file(layout.folder).absolute()),
    }
    credentials.write(told, msgspec.json.encode(content))
    return Service(NAME, (sys.executable, "-m", "sluis.sim", str(told)), {clock.VARIABLE: str(layout.clock.absolute())})


def progress_file(folder: Path) -> Path:
    """Where the simulation tells how far it is."""
    return folder / "life.json"


def rest_file(folder: Path) -> Path:
    """While this file is there, the simulation rests."""
    return folder / "rest"


def put_to_rest(folder: Path, *, rests: bool) -> None:
    """Lets the simulation of a running demo rest, or go on."""
    if rests:
        rest_file(folder).touch(mode=0o644)
    else:
        rest_file(folder).unlink(missing_ok=True)

"""`sluis republish`: publish one's own signals again under the next key."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sluis.client import republish, turns
from sluis.client.cli import options, output
from sluis.client.republish import Pace, Republished


def run(
    circle: Annotated[str, typer.Option("--circle", help="The circle's name; default from the configuration.")] = "",
    every: Annotated[bool, typer.Option("--all", help="All that is left, not only what is due by now.")] = False,
    file: Annotated[
        Path | None, typer.Option("--config", help="The configuration; else SLUIS_CONFIG or the user's own.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document instead of text.")] = False,
) -> None:
    """Publish your own signals again under the key of the next period; safe to stop and to run again."""
    with output.told(as_json=as_json):
        partner = options.partner_of(file)
        session, name = partner.session(), partner.matter(circle=circle, case="-", purpose="-").circle
        pace = Pace(turns.own_seed(session), at_once=every)
        with output.counting("publishing again", as_json=as_json) as heard:
            found = republish.republish(session, circle=name, pace=pace, heard=heard)
        output.show(found, lambda: _told(found), as_json=as_json)


def _told(found: Republished) -> str:
    return f"{found.done} published again, {found.waiting} wait for their turn"

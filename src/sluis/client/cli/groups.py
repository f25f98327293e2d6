"""`sluis groups`: what your organisation hears about its closed groups, and what was released to it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from sluis.client import groups
from sluis.client.cli import options, output
from sluis.client.cli.options import ConfigFile, Json
from sluis.core.exchange.groups import Messages, Releases

app = typer.Typer(no_args_is_help=True, help="Closed groups: messages and releases. Only people consent, in the portal.")
Place = Annotated[int, typer.Option("--after", min=0, help="The sequence you have read up to; 0 begins at the start.")]
Mark = Annotated[str, typer.Option("--after", help="The mark under the last release of the page before.")]


@app.command()
def messages(after: Place = 0, file: ConfigFile = None, as_json: Json = False) -> None:
    """Show what there is: its kind and its address, never what it is about."""
    with output.told(as_json=as_json):
        session = options.partner_of(file).session()
        with output.working("asking", as_json=as_json):
            found = groups.messages(session, after=after)
        output.show(found, lambda: _messages(found), as_json=as_json)


def _messages(found: Messages) -> str:
    lines = [f"{one.sequence}  {_moment(one.time)}  {one.kind}  {one.link}" for one in found.messages]
    return "\n".join(lines) or "no messages"


@app.command()
def releases(after: Mark = "", file: ConfigFile = None, as_json: Json = False) -> None:
    """Show what all contributors released to your organisation, with its marking."""
    with output.told(as_json=as_json):
        session = options.partner_of(file).session()
        with output.working("asking", as_json=as_json):
            found = groups.releases(session, after=after)
        output.show(found, lambda: _releases(found), as_json=as_json)


def _releases(found: Releases) -> str:
    texts = ["\n".join((f"{one.title}  [TLP:{one.marking.upper()}]", *one.paragraphs, "")) for one in found.releases]
    more = [f"older ones: --after {found.next}"] if found.next else []
    return "\n".join(texts + more) or "no releases"


def _moment(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")

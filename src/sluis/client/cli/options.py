"""Options and input that many commands share."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from sluis.client import config
from sluis.client.config import Partner
from sluis.client.gateway import desk
from sluis.core import errors
from sluis.core.identifiers.kinds import Identifier

ConfigFile = Annotated[Path | None, typer.Option("--config", help="The configuration; else SLUIS_CONFIG or the user's own.")]
Circle = Annotated[str, typer.Option("--circle", help="The circle's name; default from the configuration.")]
Case = Annotated[str, typer.Option("--case", help="The reference of your own case; never leaves your premises.")]
Purpose = Annotated[str, typer.Option("--purpose", help="The legal purpose, in the circle's words.")]
Kind = Annotated[str, typer.Option("--type", help="The type of identifier: iban, phone, email, domain, url, device ...")]
Region = Annotated[str, typer.Option("--region", help="Where telephone numbers without + are from, for example NL.")]
Scope = Annotated[str, typer.Option("--scope", help="The scope: email.base, domain.reg or url.path; none is itself.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON document instead of text.")]
Identifiers = Annotated[list[str], typer.Argument(help="Identifiers; `-` reads one a line from standard input.")]


def texts(given: list[str]) -> list[str]:
    """What was given, with `-` for the lines of standard input. Raises Malformed `geen-kenmerken`."""
    found = [line for text in given for line in (filter(str.strip, lines()) if text == "-" else [text])]
    if not found:
        raise errors.Malformed("Standard input holds no identifier; give one a line.", code="geen-kenmerken")
    return found


def lines() -> Iterator[str]:
    """Lines of standard input as they come; octets that are no UTF-8 show as the replacement sign."""
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(encoding="utf-8-sig", errors="replace")
    return (line.rstrip("\r\n") for line in sys.stdin)


def octets(file: Path) -> bytes:
    """What is in a file. Raises NotFound `geen-bestand`."""
    try:
        return file.read_bytes()
    except OSError:
        raise errors.NotFound(f"There is no readable file {file.name}.", code="geen-bestand") from None


def partner_of(file: Path | None) -> Partner:
    """The partner whose configuration was given, or is the default. Raises as `config.load`."""
    return config.load(file or config.default_file())


def parsed(partner: Partner, given: list[str], *, kind: str, region: str) -> list[Identifier]:
    """Identifiers of one type, telephone numbers read in the region given or configured. Raises as `desk.parse_all`."""
    return desk.parse_all(desk.Reading(kind, region or partner.config.region), given)

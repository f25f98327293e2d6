"""`sluis log witness`: be a witness of the log, with a key of one's own, and compare with other witnesses."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final

import httpx
import typer

from sluis.client import config, witnessing
from sluis.client.cli import log, options, output
from sluis.client.cli.log import LogKeyText, Url
from sluis.client.cli.options import ConfigFile, Json
from sluis.client.witnessing import Book, Evidence, Watched, Witness
from sluis.core import errors
from sluis.core.errors import Fault
from sluis.core.exchange.log.checkpoint import LogKey
from sluis.core.exchange.log.note import Verifier
from sluis.wire import clock, credentials

_BOOK: Final = "sluis-witness.sqlite"
Key = Annotated[Path, typer.Option("--key", help="Credential file of your witness key; see `sluis authority new-key`.")]
Name = Annotated[str, typer.Option("--name", help="Your name as a witness, for example witness.example.org/sluis.")]
BookFile = Annotated[Path | None, typer.Option("--book", help="What you were shown before; default beside the store.")]
Publish = Annotated[
    Path | None, typer.Option("--publish", help="Where your newest cosigned checkpoint goes; default beside the book.")
]
Compare = Annotated[
    list[str] | None, typer.Option("--compare", help="File or address of what another witness published; may be repeated.")
]
Once = Annotated[bool, typer.Option("--once", help="Look once instead of over and over.")]
Every = Annotated[int, typer.Option("--every", help="Seconds between two looks.", min=1)]


@dataclass(frozen=True, slots=True)
class _Round:
    """One look at the log and at what other witnesses published."""

    witness: Witness
    others: tuple[str, ...]

    def go(self) -> dict[str, Any]:
        """What was found. Raises ProtocolFailure as soon as there is evidence, of now or of before."""
        found = self.witness.look(now=clock.now())
        compared = {where: self._compared(where) for where in self.others}
        self._require_clean(found.origin)
        return {"looked": found, "compared": compared}

    def _compared(self, where: str) -> int:
        return self.witness.compare(_published(where), shown_by=where, now=clock.now()).size

    def _require_clean(self, origin: str) -> None:
        if evidence := self.witness.book.evidence(origin):
            words = f"{len(evidence)} pair(s) of checkpoints are kept that do not go together; see --book."
            raise errors.ProtocolFailure(words, code=evidence[0].code)


def run(
    key: Key,
    name: Name,
    file: ConfigFile = None,
    url: Url = "",
    log_key: LogKeyText = "",
    book: BookFile = None,
    publish: Publish = None,
    compare: Compare = None,
    every: Every = 60,
    once: Once = False,
    as_json: Json = False,
) -> None:
    """Keep and cosign every checkpoint of a log that only grew; exit 1 and keep the evidence when it shows two faces."""
    with output.told(as_json=as_json):
        watched, beside = _watched(file, url, log_key)
        kept = book or beside
        witness = Witness(Book(kept), watched, _named(name), credentials.signing_key(key), publish or kept.with_suffix(".note"))
        round_ = _Round(witness, tuple(compare or ()))
        _tell(round_.go(), as_json=as_json)
        while not once:
            time.sleep(every)
            _again(round_, as_json=as_json)


def _again(round_: _Round, *, as_json: bool) -> None:
    """A log that is away for a moment ends no watch."""
    try:
        _tell(round_.go(), as_json=as_json)
    except errors.Unavailable as error:
        told = f"{error} [{error.reason}]; looking again later"
        output.show({"away": error.reason}, lambda: told, as_json=as_json)


def _watched(file: Path | None, url: str, log_key: str) -> tuple[Watched, Path]:
    if url:
        if not log_key:
            fault = Fault("log-key", "ontbreekt", "Without a configuration, give --log-key.")
            raise errors.Malformed("Something needed is missing.", code="ontbreekt", faults=(fault,))
        found = Verifier.parse(log_key)
        http, base = httpx.Client(timeout=config.TIMEOUT), url.rstrip("/")
        keys = (LogKey(origin=found.name, key=found.key),)
        return Watched(lambda path: log.fetched(http, f"{base}/{path}"), keys), Path(_BOOK)
    partner = options.partner_of(file)
    session = partner.session()
    read = Watched(lambda path: session.transport.get(f"{session.web}/log/{path}"), (session.directory.snapshot().head.log,))
    return read, partner.path(partner.config.store).with_suffix(".witness.sqlite")


def _named(name: str) -> str:
    if not name or "+" in name or name.split() != [name]:
        raise errors.Malformed("The name of a witness has no spaces and no +.", code="getuigenaam-onjuist")
    return name


def _published(where: str) -> str:
    if where.startswith(("http://", "https://")):
        with httpx.Client(timeout=config.TIMEOUT) as http:
            return log.fetched(http, where).decode("utf-8", "replace")
    try:
        return Path(where).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise errors.NotFound(f"There is no readable file {Path(where).name}.", code="geen-bestand") from None


def _tell(found: dict[str, Any], *, as_json: bool) -> None:
    output.show(found, lambda: _told(found["looked"], found["compared"]), as_json=as_json)


def _told(looked: witnessing.Looked, compared: dict[str, int]) -> str:
    lines = [
        f"{looked.origin}: {looked.size} entries, {looked.grown} more than before; cosigned",
        f"root {looked.root}",
        f"your key as a witness: {looked.witness}",
    ]
    return "\n".join([*lines, *(f"goes together with {where} of {size} entries" for where, size in compared.items())])


def show_evidence(
    book: Annotated[Path, typer.Argument(help="The book of a witness.")],
    origin: Annotated[str, typer.Option("--origin", help="The log's name, the first line of its checkpoints.")],
    as_json: Json = False,
) -> None:
    """Show the pairs of checkpoints in a witness's book that do not go together: hand them to the supervisor."""
    with output.told(as_json=as_json):
        if not book.is_file():
            raise errors.NotFound(f"There is no readable file {book.name}.", code="geen-bestand")
        found = Book(book).evidence(origin)
        output.show(found, lambda: "\n\n".join(map(_pair, found)) or "no evidence", as_json=as_json)


def _pair(one: Evidence) -> str:
    return f"{one.code}, shown by {one.shown_by}\n\n{one.first}\n{one.second}"

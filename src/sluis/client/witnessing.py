"""A witness of the log that anyone can be: keeps what it was shown, cosigns what only grew, and keeps two faces as evidence.

A holder does the same inside its service. This one needs nothing but the log's address and key, and a key of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sluis.core import errors
from sluis.core.exchange import documents
from sluis.core.exchange.log import checkpoint, growth, note, tiles
from sluis.core.exchange.log.checkpoint import Checkpoint, LogKey
from sluis.core.exchange.log.note import Kind, Verifier
from sluis.wire import credentials, sqlite

LOG: Final = "the log"
Fetch = Callable[[str], bytes]
_TABLES: Final = (
    """CREATE TABLE IF NOT EXISTS seen (origin TEXT, size INTEGER, root BLOB NOT NULL, note TEXT NOT NULL,
       time INTEGER NOT NULL, PRIMARY KEY (origin, size)) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS evidence (number INTEGER PRIMARY KEY, origin TEXT NOT NULL, code TEXT NOT NULL,
       shown_by TEXT NOT NULL, first TEXT NOT NULL, second TEXT NOT NULL, time INTEGER NOT NULL, UNIQUE (first, second))""",
)


class Evidence(msgspec.Struct, frozen=True):
    """Two notes that the log signed and that do not go together: the one kept, the other as shown, by whom, when (seconds)."""

    code: str
    shown_by: str
    first: str
    second: str
    time: int


class Looked(msgspec.Struct, frozen=True):
    """What a look found: size and root (hexadecimal), how many entries since the last look, this witness's key, and how many
    checkpoints it keeps."""

    origin: str
    size: int
    root: str
    grown: int
    witness: str
    kept: int


class Book:
    """What a witness was shown, in one SQLite file (WAL). Every write is on disk before it returns."""

    def __init__(self, file: Path | str) -> None:
        """Opens or makes the file. Raises Unavailable `opslag-onbruikbaar`."""
        self._file = sqlite.File(file, _TABLES)

    def last(self, origin: str) -> Checkpoint | None:
        """The largest checkpoint kept of this log, or None."""
        row = self._file.row("SELECT size, root FROM seen WHERE origin = ? ORDER BY size DESC LIMIT 1", (origin,))
        return Checkpoint(origin, *row) if row else None

    def note(self, one: Checkpoint) -> str:
        """The note in which a checkpoint that is kept came."""
        row = self._file.row("SELECT note FROM seen WHERE (origin, size) = (?, ?)", (one.origin, one.size))
        return str(row[0])

    def of_size(self, origin: str, size: int) -> Checkpoint | None:
        """The checkpoint kept of this log at this size, or None."""
        row = self._file.row("SELECT size, root FROM seen WHERE (origin, size) = (?, ?)", (origin, size))
        return Checkpoint(origin, *row) if row else None

    def amount(self, origin: str) -> int:
        """How many checkpoints of this log are kept."""
        return int(self._file.row("SELECT count(*) FROM seen WHERE origin = ?", (origin,))[0])

    def keep(self, one: Checkpoint, octets: str, *, now: int) -> None:
        """Keeps a checkpoint with its note; the first note of a size stays."""
        with self._file.transaction() as database:
            database.execute("INSERT OR IGNORE INTO seen VALUES (?, ?, ?, ?, ?)", (one.origin, one.size, one.root, octets, now))

    def accuse(self, origin: str, found: Evidence) -> None:
        """Keeps two notes that do not go together, once."""
        with self._file.transaction() as database:
            database.execute(
                """INSERT OR IGNORE INTO evidence (origin, code, shown_by, first, second, time) VALUES (?, ?, ?, ?, ?, ?)""",
                (origin, *msgspec.structs.astuple(found)),
            )

    def evidence(self, origin: str) -> list[Evidence]:
        """All evidence against this log, oldest first."""
        rows = self._file.rows(
            "SELECT code, shown_by, first, second, time FROM evidence WHERE origin = ? ORDER BY number", (origin,)
        )
        return [Evidence(*row) for row in rows]

    def close(self) -> None:
        """Closes the file."""
        self._file.close()


@dataclass(frozen=True, slots=True)
class Watched:
    """The log that is witnessed: `fetch` reads below its address; the keys it may sign with (a key may be renewed)."""

    fetch: Fetch
    keys: tuple[LogKey, ...]


@dataclass(frozen=True, slots=True)
class Witness:
    """Looks at a log under a name (as in C2SP: a name of the witness's own, without scheme) and key, and keeps a book.

    `published` is where its newest cosigned checkpoint goes, for others to compare with.
    """

    book: Book
    watched: Watched
    name: str
    private: Ed25519PrivateKey
    published: Path

    @property
    def verifier(self) -> Verifier:
        """The key under which this witness cosigns, for others to write down."""
        return Verifier(self.name, documents.public_key(self.private), Kind.COSIGNATURE)

    def look(self, *, now: int) -> Looked:
        """Keeps and cosigns the log's checkpoint at `now` (seconds), when the log only grew.

        Raises ProtocolFailure `logboek-handtekening`, `logboek-gevorkt` (both notes are then kept), `logboek-teruggedraaid` (an
        older checkpoint that is no fork); Unavailable when the log is away.
        """
        octets = self.watched.fetch("checkpoint").decode("utf-8", "replace")
        found = checkpoint.opened(octets, self.watched.keys)
        last = self.book.last(found.origin)
        self._require_consistent(found, octets, shown_by=LOG, now=now)
        if last and found.size < last.size:
            raise errors.ProtocolFailure(
                f"The log shows {found.size} entries, and showed {last.size} before.", code="logboek-teruggedraaid"
            )
        # On disk before it is signed: whatever happens next, this witness never signs a fork of what it signed.
        self.book.keep(found, octets, now=now)
        signed = octets + note.cosign(found.text(), self.name, self.private, time=now)
        credentials.write(self.published, signed.encode())
        grown = found.size - (last.size if last else 0)
        kept = self.book.amount(found.origin)
        return Looked(found.origin, found.size, found.root.hex(), grown, self.verifier.text(), kept)

    def compare(self, octets: str, *, shown_by: str, now: int) -> Checkpoint:
        """The checkpoint that another witness published, when it is of one log with what was seen here.

        Raises ProtocolFailure `logboek-handtekening`, `logboek-gevorkt` (both notes are then kept), Malformed
        `notitie-onleesbaar`; Unavailable `logboek-nog-niet-zover` when the log does not show here what it needs for the proof.
        """
        found = checkpoint.opened(octets, self.watched.keys)
        self._require_consistent(found, octets, shown_by=shown_by, now=now)
        return found

    def _require_consistent(self, found: Checkpoint, octets: str, *, shown_by: str, now: int) -> None:
        """With the one kept of the same size, else with the largest: what is kept here is consistent among itself."""
        kept = self.book.of_size(found.origin, found.size) or self.book.last(found.origin)
        if kept is None:
            return
        old, new = sorted((kept, found), key=_size)
        try:
            growth.require_grown(old, new, lambda tile: self._read(tiles.path(tile, new.size)))
        except errors.ProtocolFailure as error:
            self.book.accuse(found.origin, Evidence(error.reason, shown_by, self.book.note(kept), octets, now))
            raise

    def _read(self, path: str) -> bytes:
        try:
            return self.watched.fetch(path)
        except errors.NotFound:
            raise errors.Unavailable(
                "The log does not show here the tiles that a proof between the two checkpoints needs.",
                code="logboek-nog-niet-zover",
            ) from None


def _size(one: Checkpoint) -> int:
    return one.size

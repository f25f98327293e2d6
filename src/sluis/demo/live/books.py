"""The partners' own processing logs, read only: what each asked, shared and was refused. Identifiers are sealed in there.

Hits are known at koppelpunten only; nobody but the demo may read the books of all.
"""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

HOUR: Final = 3_600
MOST: Final = 20_000
_LINES: Final = """SELECT number, time, activity, circle, type, purpose, amount, outcome FROM processing
                   WHERE number > ? AND time >= ? ORDER BY number DESC LIMIT ?"""
_HIT: Final = "SELECT added FROM followed WHERE key_id = ? AND tag = ? AND why = 'hit'"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a partner's processing log. `outcome` is in the words of the client, for example `2 treffers`."""

    party: str
    time: int
    activity: str
    circle: str
    type: str
    purpose: str
    amount: int
    outcome: str

    @property
    def ground(self) -> str:
        """Why it was refused; empty when it was not."""
        head, _, ground = self.outcome.partition("geweigerd: ")
        return ground if not head else ""

    @property
    def hits(self) -> int:
        """How many of what was asked gave a hit."""
        number, _, word = self.outcome.partition(" ")
        return int(number) if word == "treffers" and number.isdigit() else 0


@dataclass(slots=True)
class Books:
    """The books of the parties named, in `folder`/data. Each look reads only what is new."""

    folder: Path
    _seen: dict[Path, int] = field(default_factory=dict)
    _lines: deque[Line] = field(default_factory=deque)
    _hits: dict[tuple[str, bytes, bytes], int] = field(default_factory=dict)

    def read(self, parties: Iterable[str], *, now: int) -> list[Line]:
        """Every line of the last hour, oldest first."""
        fresh = [line for party, file in self._files(parties) for line in self._new(file, party, since=now - HOUR)]
        if fresh:
            self._lines = deque(sorted((*self._lines, *fresh), key=lambda one: one.time), maxlen=MOST)
        while self._lines and self._lines[0].time < now - HOUR:
            self._lines.popleft()
        return list(self._lines)

    def hit_at(self, party: str, key_id: bytes, tag: bytes) -> int | None:
        """When (seconds) a partner met the hit on this tag, or None when its books do not say. Looked up once."""
        place = (party, key_id, tag)
        if place not in self._hits and (found := self._hit_in(*place)) is not None:
            if len(self._hits) >= MOST:
                self._hits.clear()
            self._hits[place] = found
        return self._hits.get(place)

    def _hit_in(self, party: str, *place: bytes) -> int | None:
        for _party, file in self._files([party]):
            for (added,) in _rows(file.with_name(f"{file.stem}-casebook.sqlite"), _HIT, place):
                return int(added)
        return None

    def _files(self, parties: Iterable[str]) -> Iterator[tuple[str, Path]]:
        for party in parties:
            for file in sorted((self.folder / "data" / party).glob("*.sqlite")):
                if not file.stem.endswith(("-casebook", "-replica")):
                    yield party, file

    def _new(self, file: Path, party: str, *, since: int) -> list[Line]:
        rows = _rows(file, _LINES, (self._seen.get(file, 0), since, MOST))
        if rows:
            self._seen[file] = rows[0][0]
        return [Line(party, *row[1:]) for row in reversed(rows)]


def _rows(file: Path, query: str, values: tuple[object, ...]) -> list[Any]:
    # A store that its gateway has just begun, or that has no such table, tells nothing.
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=1)) as database:
            return database.execute(query, values).fetchall()
    except sqlite3.Error:
        return []

"""Many identifiers at once, pasted or in a file: each line read, each fault told with its line, before anything is sent."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from sluis.client import bulk
from sluis.core import errors
from sluis.core.identifiers import normalise
from sluis.core.identifiers.kinds import Identifier
from sluis.wire.pages import Form

MOST: Final = 5_000
LONGEST: Final = 100
RECOGNISE: Final = "herken"
# What looks like one type is read as that type only: a typing error in an account must not become a domain without a hit.
_SHAPES: Final = (
    ("iban", re.compile(r"[A-Za-z]{2}\s?\d{2}(?:\s?[A-Za-z0-9]){11,30}")),
    ("url", re.compile(r"\w+://.*")),
    ("email", re.compile(r"[^@]+@[^@]+")),
    ("phone", re.compile(r"\+[\d\s().-]+|0\d[\d\s().-]{6,}")),
    ("kvk", re.compile(r"\d{8}")),
    ("address", re.compile(r"\d{4}\s?[A-Za-z]{2}\b.*")),
)
# The others, from what can be mistaken for nothing else to what reads almost anything.
_TRIES: Final = ("crypto", "device", "domain")
_HEADS: Final = frozenset({"kenmerk", "kenmerken", "identifier", "identifiers", "iban", "rekening", "nummer"})


@dataclass(frozen=True, slots=True, repr=False)
class Line:
    """A line as given: its number, the text, and one's own reference beside it (may be empty)."""

    number: int
    text: str
    reference: str


@dataclass(frozen=True, slots=True, repr=False)
class Row:
    """A line that reads."""

    line: Line
    identifier: Identifier


@dataclass(frozen=True, slots=True, repr=False)
class Wrong:
    """A line that does not read, and the code that says why."""

    line: Line
    code: str


@dataclass(frozen=True, slots=True, repr=False)
class Read:
    """Everything that was given: what reads and what does not."""

    rows: tuple[Row, ...]
    wrong: tuple[Wrong, ...]


@dataclass(frozen=True, slots=True)
class How:
    """How lines are read: a type or `herken`, the types to choose from, the region of telephone numbers without +."""

    kind: str
    types: Sequence[str]
    region: str = ""


def lines(form: Form, *, text: str = "veel", file: str = "bestand", one: str = "kenmerk") -> list[Line]:
    """The lines of a form: of the file when there is one, else of the large field, else the one field.

    Raises Malformed `geen-tabel`, Unavailable `extra-ontbreekt`.
    """
    if file in form.files:
        upload = form.files[file]
        cells = bulk.table(upload.name, upload.octets)
        return _without_head(_numbered((row[0], row[1] if len(row) > 1 else "") for row in cells if row))
    if form[text].strip():
        return _without_head(_numbered(_split(line) for line in form[text].splitlines()))
    return _numbered([(form[one], "")])


def read(given: Sequence[Line], how: How) -> Read:
    """Reads every line. A second line with the same identifier and reference is told as a double."""
    rows: list[Row] = []
    wrong: list[Wrong] = []
    seen: set[tuple[Identifier, str]] = set()
    for line in given:
        found = _read(line, how)
        if isinstance(found, str):
            wrong.append(Wrong(line, found))
        elif (found, line.reference) in seen:
            wrong.append(Wrong(line, "dubbel"))
        else:
            seen.add((found, line.reference))
            rows.append(Row(line, found))
    return Read(tuple(rows), tuple(wrong))


def by_type(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """Rows by type of identifier, in the order of their first."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.identifier.type.label, []).append(row)
    return found


def pieces(rows: Sequence[Row], size: int) -> Iterator[Sequence[Row]]:
    """Rows in pieces of at most `size`."""
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def _read(line: Line, how: How) -> Identifier | str:
    if len(line.reference) > LONGEST:
        return "te-lang"
    kinds = _guesses(line.text, how.types) if how.kind == RECOGNISE else [how.kind]
    reason = "niet-herkend"
    for kind in kinds:
        try:
            return normalise.parse(kind, line.text, region=how.region or None)
        except errors.Malformed as error:
            reason = error.reason
    return reason if len(kinds) == 1 else "niet-herkend"


def _guesses(text: str, types: Sequence[str]) -> list[str]:
    shaped = next(([kind] for kind, shape in _SHAPES if shape.fullmatch(text)), list(_TRIES))
    return [kind for kind in shaped if kind in types]


def _numbered(pairs: Iterable[tuple[str, str]]) -> list[Line]:
    numbered = (Line(i, text.strip(), reference.strip()) for i, (text, reference) in enumerate(pairs, 1))
    return [one for one in numbered if one.text]


def _without_head(found: list[Line]) -> list[Line]:
    return found[1:] if found and found[0].text.lower() in _HEADS else found


def _split(line: str) -> tuple[str, str]:
    mark = "\t" if "\t" in line else ";"
    text, _mark, reference = line.partition(mark)
    return text, reference

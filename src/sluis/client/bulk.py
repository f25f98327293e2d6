"""Share many signals from a CSV or XLSX file: everything is read first, and every fault is told with its row and column.

One signal a row. Columns: `identifier` and `form` are needed; `type grade advice scope origin channel phase role amount status
seen expires confirmed` may be left out. Several channels or phases stand in one cell with commas; days are YYYY-MM-DD.
"""

from __future__ import annotations

import csv
import importlib
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import msgspec

from sluis.client.publish import Draft
from sluis.core import errors
from sluis.core.errors import Fault
from sluis.core.exchange import words
from sluis.core.exchange.envelope import Context
from sluis.core.exchange.words import Grade, Origin
from sluis.core.identifiers import normalise, scopes
from sluis.core.identifiers.kinds import Identifier
from sluis.core.taxonomy import forms

MAX_ROWS: Final = 20_000
NEEDED: Final = ("identifier", "form")
COLUMNS: Final = (
    *NEEDED,
    "type",
    "grade",
    "advice",
    "scope",
    "origin",
    "channel",
    "phase",
    "role",
    "amount",
    "status",
    "seen",
    "expires",
    "confirmed",
)
_EPOCH: Final = date(1970, 1, 1)
_YES: Final = {
    "ja": True,
    "yes": True,
    "1": True,
    "true": True,
    "nee": False,
    "no": False,
    "0": False,
    "false": False,
    "": False,
}
Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Defaults:
    """What a row that leaves it out gets: type, grade, and the region of telephone numbers without `+`."""

    kind: str = "iban"
    grade: str = "C"
    region: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Preview:
    """What a file says: drafts by type in the order of the file, and every fault. With a fault nothing is to be sent."""

    drafts: Mapping[str, Sequence[Draft]]
    faults: tuple[Fault, ...]
    rows: int

    def require_whole(self) -> None:
        """Raises Malformed `bestand-onjuist` with every fault."""
        if self.faults:
            raise errors.Malformed("Nothing was shared; mend these and try again.", code="bestand-onjuist", faults=self.faults)


def preview(file: Path, *, defaults: Defaults) -> Preview:
    """Reads a `.csv` (UTF-8; comma or semicolon) or `.xlsx` file. Raises NotFound `geen-bestand`, and as `read`."""
    try:
        octets = file.read_bytes()
    except OSError:
        raise errors.NotFound(f"There is no readable file {file.name}.", code="geen-bestand") from None
    return read(file.name, octets, defaults=defaults)


def read(name: str, octets: bytes, *, defaults: Defaults) -> Preview:
    """Reads the octets of a table that is called `name`; what does not end in `.xlsx` is CSV.

    Raises Malformed `geen-tabel`, `te-veel-rijen`, Unavailable `extra-ontbreekt`.
    """
    rows = list(_rows(table(name, octets)))
    if len(rows) > MAX_ROWS:
        raise errors.Malformed(f"A file holds at most {MAX_ROWS} rows.", code="te-veel-rijen")
    drafts: dict[str, list[Draft]] = {}
    faults: list[Fault] = []
    seen: dict[Identifier, int] = {}
    for number, row in rows:
        draft, found = _read(row, number, defaults)
        if draft is not None and (first := seen.setdefault(draft.identifier, number)) != number:
            found.append(Fault(f"row {number}, identifier", "dubbel", f"Row {first} has this identifier already."))
        faults += found
        if draft is not None and not found:
            drafts.setdefault(draft.identifier.type.label, []).append(draft)
    return Preview(drafts, tuple(faults), len(rows))


def table(name: str, octets: bytes) -> Iterator[list[str]]:
    """The rows of a workbook's first sheet, or of CSV, as texts. Raises Malformed `geen-tabel`, Unavailable."""
    return _workbook(octets) if name.lower().endswith(".xlsx") else _csv(octets)


def _rows(table: Iterator[list[str]]) -> Iterator[tuple[int, Row]]:
    head = [cell.strip().lower() for cell in next(iter(table), [])]
    missing = [name for name in NEEDED if name not in head]
    unknown = [name for name in head if name and name not in COLUMNS]
    if missing or unknown or len(set(head)) != len(head):
        faults = [Fault(f"column {name}", "ontbreekt", f"Add the column {name}.") for name in missing]
        faults += [Fault(f"column {name}", "onbekende-kolom", f"Known are {', '.join(COLUMNS)}.") for name in unknown]
        raise errors.Malformed("The first row names the columns, each once.", code="geen-tabel", faults=tuple(faults))
    for number, cells in enumerate(table, 2):
        if any(cell.strip() for cell in cells):
            yield number, dict(zip(head, (cell.strip() for cell in cells), strict=False))


def _csv(octets: bytes) -> Iterator[list[str]]:
    try:
        text = octets.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise errors.Malformed("Save the file as UTF-8.", code="geen-tabel") from None
    first = text.partition("\n")[0]
    return iter(list(csv.reader(io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ",")))


def _workbook(octets: bytes) -> Iterator[list[str]]:
    try:
        openpyxl: Any = importlib.import_module("openpyxl")
    except ImportError:
        raise errors.Unavailable("Workbooks need the extra: pip install 'sluis[gateway]'.", code="extra-ontbreekt") from None
    try:
        sheet = openpyxl.load_workbook(io.BytesIO(octets), read_only=True, data_only=True).worksheets[0]
    except Exception:  # noqa: BLE001 - a broken workbook fails in many ways, and all mean the same
        raise errors.Malformed("This is no workbook that can be read.", code="geen-tabel") from None
    return iter([[_cell(one) for one in row] for row in sheet.iter_rows(values_only=True)])


def _cell(value: object) -> str:
    # A workbook keeps a day as a moment and a whole number as a fraction.
    if isinstance(value, date):
        return value.isoformat()[:10]
    return "" if value is None else str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _read(row: Row, number: int, defaults: Defaults) -> tuple[Draft | None, list[Fault]]:
    faults: list[Fault] = []

    def part(column: str, read: Callable[[str], Any]) -> Any:
        try:
            return read(row.get(column, ""))
        except errors.SluisError as error:
            faults.append(Fault(f"row {number}, {column}", error.reason, error.detail))
            return None

    identifier = part("identifier", lambda text: _identifier(text, row, defaults))
    context = part("form", lambda text: _context(text, row))
    grade = part("grade", lambda text: words.grade_named(text or defaults.grade))
    advice = part("advice", lambda text: words.advice_named(text or "warn"))
    origin, confirmed = part("origin", _origin), part("confirmed", _yes)
    seen, expires = part("seen", day), part("expires", day)
    if faults:
        return None, faults
    return Draft(identifier, context, grade, advice, seen, expires, origin, bool(confirmed)), faults


def _identifier(text: str, row: Row, defaults: Defaults) -> Identifier:
    found = normalise.parse(row.get("type") or defaults.kind, text, region=defaults.region or None)
    return scopes.pick(found, row.get("scope", ""))


def _context(form: str, row: Row) -> Context:
    code = forms.form_coded(form.upper()).code
    plain: dict[str, object] = {"form": code, "channels": _several(row, "channel"), "phases": _several(row, "phase")}
    plain |= {name: row[name] for name in ("role", "status") if row.get(name)}
    if amount := row.get("amount"):
        plain["amount"] = int(amount) if amount.isdigit() else amount
    try:
        return msgspec.convert(plain, Context)
    except msgspec.ValidationError as error:
        raise errors.Malformed(f"The codes do not hold: {error}", code="context-onjuist") from None


def _several(row: Row, column: str) -> list[str]:
    return [part.strip() for part in row.get(column, "").split(",") if part.strip()]


def _origin(text: str) -> Origin:
    known = {"": Origin.OWN, **{one.label: one for one in Origin}}
    if text not in known:
        raise errors.Malformed("origin is own or hit.", code="onbekende-herkomst")
    return known[text]


def _yes(text: str) -> bool:
    if text.lower() not in _YES:
        raise errors.Malformed("confirmed is ja or nee.", code="onbekende-keuze")
    return _YES[text.lower()]


def day(text: str) -> int | None:
    """A day (JJJJ-MM-DD) as days since 1970; None for nothing. Raises Malformed `dag-onjuist`."""
    if not text:
        return None
    try:
        return (date.fromisoformat(text) - _EPOCH).days
    except ValueError:
        raise errors.Malformed("Write a day as YYYY-MM-DD.", code="dag-onjuist") from None


def written(number: int) -> str:
    """A day since 1970 as JJJJ-MM-DD."""
    return (_EPOCH + timedelta(number)).isoformat()


def count(drafts: Mapping[str, Iterable[Draft]]) -> dict[str, dict[str, int]]:
    """How many of each grade by type, to show before anything is sent."""
    found: dict[str, dict[str, int]] = {}
    for kind, some in drafts.items():
        for draft in some:
            grades = found.setdefault(kind, {})
            grades[Grade(draft.grade).name] = grades.get(Grade(draft.grade).name, 0) + 1
    return found

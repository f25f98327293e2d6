"""Tables to take away: CSV that no spreadsheet runs as a formula, a workbook, or JSON."""

from __future__ import annotations

import csv
import importlib
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import msgspec
from starlette.responses import Response

from sluis.client.gateway.pages.visits import Visit
from sluis.client.labels import Labels
from sluis.core import errors
from sluis.core.law import provenance

Row = TypeVar("Row")
_DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
_KINDS: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}


@dataclass(frozen=True, slots=True, repr=False)
class Table:
    """A head and rows of as many texts."""

    head: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]


def free(visit: Visit, rows: Sequence[Row], about: Callable[[Row], tuple[str, str, str]]) -> list[Row]:
    """Rows that rest on no police data, by (own reference, type, identifier). With `?zonder=politie` the others are left out.

    Raises NotPermitted `herkomst-politie` when there are others and the query does not say so.
    """
    labels = visit.session.store.labels
    kept = [one for one in rows if not _rests(labels, about(one))]
    if len(kept) < len(rows) and visit.request.query_params.get("zonder") != provenance.POLICE:
        raise provenance.refused()
    return kept


def _rests(labels: Labels, about: tuple[str, str, str]) -> bool:
    reference, kind, identifier = about
    return labels.has_case(reference) or labels.has_identifier(kind, identifier)


def answer(visit: Visit, name: str, table: Table) -> Response:
    """The table as the query asks (`?vorm=csv`, `xlsx` or `json`), to be saved. Raises NotFound `pagina-onbekend`."""
    kind = visit.request.query_params.get("vorm", "csv")
    if kind not in _KINDS:
        raise errors.NotFound("There is no such export.", code="pagina-onbekend")
    octets = {"csv": as_csv, "xlsx": as_workbook, "json": as_json}[kind](table)
    return file(f"{name}.{kind}", octets, kind=_KINDS[kind])


def file(name: str, octets: bytes, *, kind: str) -> Response:
    """Octets to be saved under a name of ours; no cache keeps them."""
    headers = {
        "content-disposition": f'attachment; filename="{name}"',
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
    }
    return Response(octets, 200, headers, kind)


def as_csv(table: Table) -> bytes:
    """CSV (RFC 4180, UTF-8 with mark). A cell that a spreadsheet would run begins with an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(table.head)
    writer.writerows([_safe(cell) for cell in row] for row in table.rows)
    return out.getvalue().encode("utf-8-sig")


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_DANGEROUS) else cell


def as_workbook(table: Table) -> bytes:
    """A workbook of one sheet in which every cell is text, so that none is a formula."""
    openpyxl: Any = importlib.import_module("openpyxl")
    cell_of: Any = importlib.import_module("openpyxl.cell").WriteOnlyCell
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Sluis")
    for row in (table.head, *table.rows):
        cells = [cell_of(sheet, value=text) for text in row]
        for cell in cells:
            cell.data_type = "s"
        sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_json(table: Table) -> bytes:
    """A list of objects, named by the head."""
    return msgspec.json.format(msgspec.json.encode([dict(zip(table.head, row, strict=True)) for row in table.rows]))

"""Tables that leave as a file: CSV that a spreadsheet opens and never executes."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

from django.http import HttpResponse

# What a spreadsheet takes for the begin of a formula (OWASP, CSV Injection).
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
_BOM: Final = "\ufeff"


def as_csv(header: Sequence[str], rows: Iterable[Sequence[str | int]]) -> str:
    """The rows as CSV after RFC 4180 with a header. Text that begins like a formula gets an apostrophe before it."""
    made = io.StringIO()
    writer = csv.writer(made)
    writer.writerow(header)
    writer.writerows([_plain(cell) for cell in row] for row in rows)
    return made.getvalue()


def _plain(cell: str | int) -> str | int:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def csv_file(name: str, octets: str) -> HttpResponse:
    """A CSV file to keep, with the mark by which spreadsheets know that it is UTF-8."""
    kept = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return HttpResponse((_BOM + octets).encode(), content_type="text/csv; charset=utf-8", headers=kept)

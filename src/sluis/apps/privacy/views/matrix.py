"""Who may tell whom: every pair of sectors at once, as a page, a drawing and a table to keep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sluis.apps.privacy import selectors
from sluis.apps.privacy.forms import MatrixForm
from sluis.apps.privacy.views import words
from sluis.core.law import matrix, vocabulary
from sluis.core.law.matrix import Matrix
from sluis.plumbing import tables
from sluis.plumbing.pages import page

CELL: Final = 22
_LEFT: Final = 250
_TOP: Final = 250
_FOOT: Final = 60


@dataclass(frozen=True, slots=True)
class Row:
    """One sender: its name, and (code, name, sign) for every receiver."""

    code: str
    name: str
    cells: tuple[tuple[str, str, words.Sign], ...]


def _form(request: HttpRequest) -> MatrixForm:
    asked = {*request.GET} & {*MatrixForm.asks, "what_if", "as_of"}
    return MatrixForm(request.GET if asked else MatrixForm.USUAL)


@page
def show_matrix(request: HttpRequest) -> HttpResponse:
    """The matrix for one question, made from the rules in force."""
    form = _form(request)
    shown: dict[str, object] = {"section": "kader", "form": form, "signs": words.SIGNS.values(), "meta": form.rules.meta}
    if not form.is_valid():
        return render(request, "privacy/show-matrix.html", shown, status=400)
    found = _found(form)
    more = {
        "facts": _facts(form),
        "columns": _names("to", found.receivers),
        "rows": _rows(found),
        "query": urlencode(_chosen(form), doseq=True),
    }
    return render(request, "privacy/show-matrix.html", shown | more)


@page
def draw_matrix(request: HttpRequest) -> HttpResponse:
    """The same as an SVG drawing with title, description and signs beside colours."""
    form = _form(request)
    if not form.is_valid():
        return _refused(request, form)
    found = _found(form)
    columns = _names("to", found.receivers)
    shown = {
        "meta": form.rules.meta,
        "facts": _facts(form),
        "columns": [(_LEFT + place * CELL, name) for place, (_code, name) in enumerate(columns)],
        "rows": [(_TOP + place * CELL, row, _placed(row)) for place, row in enumerate(_rows(found))],
        "signs": [(_LEFT + place * 190, one) for place, one in enumerate(words.SIGNS.values())],
        "cell": CELL,
        "width": max(_LEFT + CELL * len(columns) + 20, _LEFT + 190 * len(words.SIGNS)),
        "foot": _TOP + CELL * len(found.senders) + 24,
        "height": _TOP + CELL * len(found.senders) + _FOOT,
    }
    return render(request, "privacy/matrix.svg", shown, content_type="image/svg+xml")


@page
def export_matrix(request: HttpRequest) -> HttpResponse:
    """The same as CSV, a line a pair."""
    form = _form(request)
    if not form.is_valid():
        return _refused(request, form)
    found = _found(form)
    rows = [(row.name, name, str(sign.word)) for row in _rows(found) for _code, name, sign in row.cells]
    return tables.csv_file("matrix.csv", tables.as_csv(("van", "naar", "uitkomst"), rows))


def _refused(request: HttpRequest, form: MatrixForm) -> HttpResponse:
    return render(request, "privacy/show-matrix.html", {"section": "kader", "form": form}, status=400)


def _found(form: MatrixForm) -> Matrix:
    return matrix.matrix(form.told(), form.rules, world=form.world())


def _facts(form: MatrixForm) -> tuple[tuple[str, str], ...]:
    told = form.told().as_data()
    return selectors.fact_rows({name: told[name] for name in vocabulary.LISTS if name not in {"from", "to"}})


def _chosen(form: MatrixForm) -> dict[str, object]:
    told = form.told().as_data()
    return {name: told[name] for name in MatrixForm.asks} | {"what_if": sorted(form.world().what_if)}


def _names(field: str, codes: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(code, selectors.word(field, code)) for code in codes]


def _rows(found: Matrix) -> list[Row]:
    names = dict(_names("to", found.receivers))
    return [
        Row(
            sender,
            selectors.word("from", sender),
            tuple((code, names[code], words.SIGNS[outcome]) for code, outcome in found.row(sender)),
        )
        for sender in found.senders
    ]


def _placed(row: Row) -> list[tuple[int, str, words.Sign]]:
    return [(_LEFT + place * CELL, name, sign) for place, (_code, name, sign) in enumerate(row.cells)]

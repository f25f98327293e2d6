"""Fraud forms by code and by their u16 number on the wire. A number is never reused; facilitators have none."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from functools import cache

from sluis.core import errors, packaged


@dataclass(frozen=True, slots=True)
class Form:
    """One fraud form: u16 number, code such as `AVF.AANKOOP`, parent's code (empty at the top), labels."""

    number: int
    code: str
    parent_code: str
    label_nl: str
    label_en: str


@cache
def _forms() -> tuple[Form, ...]:
    text = packaged.read("sluis.core.taxonomy", "forms.csv").decode()
    return tuple(
        Form(int(row["number"]), row["code"], row["parent_code"], row["label_nl"], row["label_en"])
        for row in csv.DictReader(io.StringIO(text))
    )


@cache
def by_code() -> dict[str, Form]:
    """All forms by code."""
    return {form.code: form for form in _forms()}


@cache
def by_number() -> dict[int, Form]:
    """All forms by their number on the wire."""
    return {form.number: form for form in _forms()}


def form_coded(code: str) -> Form:
    """The form with `code`, upper or lower case. Raises Malformed `onbekende-vorm`."""
    form = by_code().get(code.upper())
    if form is None:
        raise errors.Malformed(
            "There is no fraud form with this code; see the list of forms.", code="onbekende-vorm", form=code[:40]
        )
    return form

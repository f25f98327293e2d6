"""One signal as typed in a form, read with every fault at its field, and what the protected list says of each draft."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import msgspec

from sluis.client import bulk
from sluis.client.gateway.pages import matters, rows
from sluis.client.gateway.pages.visits import Visit
from sluis.client.publish import Draft
from sluis.core import errors
from sluis.core.errors import Fault
from sluis.core.exchange import words
from sluis.core.exchange.envelope import Context
from sluis.core.exchange.words import Origin
from sluis.core.identifiers import scopes
from sluis.core.identifiers.kinds import Identifier
from sluis.core.taxonomy import forms


def of_form(visit: Visit) -> tuple[Draft | None, list[Fault]]:
    """The draft of the form, or every fault at the name of its field."""
    form, faults = visit.form, []

    def part(name: str, read: Callable[[str], Any]) -> Any:
        try:
            return read(form[name].strip())
        except errors.Malformed as error:
            faults.append(Fault(name, error.reason, error.detail))
            return None

    identifier = part("kenmerk", lambda text: _identifier(visit, text))
    context = part("vorm", lambda text: _context(visit, text))
    grade, advice = part("graad", words.grade_named), part("advies", words.advice_named)
    origin, seen, expires = part("herkomst", _origin), part("gezien", bulk.day), part("verloopt", bulk.day)
    if faults:
        return None, faults
    return Draft(identifier, context, grade, advice, seen, expires, origin), []


def _identifier(visit: Visit, text: str) -> Identifier:
    if not text:
        raise errors.Malformed("Give an identifier.", code="geen-kenmerken")
    line = rows.Line(1, text, "")
    how = rows.How(visit.form["soort"] or rows.RECOGNISE, matters.types(visit), visit.session.region)
    found = rows.read([line], how)
    if found.wrong:
        raise errors.Malformed("This does not read.", code=str(found.wrong[0].code))
    return scopes.pick(found.rows[0].identifier, visit.form["bereik"])


def _context(visit: Visit, form: str) -> Context:
    code = forms.form_coded(form).code
    plain = {
        "form": code,
        "role": visit.form.get("rol", "payee"),
        "channels": list(visit.form.all("kanaal")),
        "phases": list(visit.form.all("fase")),
        "amount": int(visit.form["bedrag"]) if visit.form["bedrag"].isdigit() else 0,
        "status": visit.form.get("status", "open"),
    }
    try:
        return msgspec.convert(plain, Context)
    except msgspec.ValidationError:
        raise errors.Malformed("One of the codes does not hold.", code="context-onjuist") from None


def _origin(text: str) -> Origin:
    found = {one.label: one for one in Origin}.get(text or "own")
    if found is None:
        raise errors.Malformed("origin is own or hit.", code="onbekende-herkomst")
    return found


def confirmed(drafts: Sequence[Draft]) -> list[Draft]:
    """The same drafts, each confirmed."""
    return [replace(one, confirmed=True) for one in drafts]

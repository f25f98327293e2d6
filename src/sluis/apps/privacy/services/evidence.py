"""Register evidence that conditions are met, and take it back; assessments that lean on it follow at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import msgspec
from django.db import transaction

from sluis.apps.audit import services as audit
from sluis.apps.audit.services import Happening
from sluis.apps.privacy.models import Assessment, Evidence, Kind
from sluis.apps.privacy.services.assess import shut_again
from sluis.core import errors
from sluis.core.errors import Fault
from sluis.wire import clock

REGISTERED: Final = "bewijs vastgelegd"
WITHDRAWN: Final = "bewijs ingetrokken"


class EvidenceForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A document: its name to cite, kind, title, parties, what it covers, where to read it; `from` and `until` are seconds,
    no `until` is no end; who registers it."""

    name: str
    kind: str
    title: str
    parties: tuple[str, ...]
    scope: str
    source: str = ""
    from_: int = msgspec.field(name="from")
    until: int | None = None
    registrar: str


def register(form: EvidenceForm) -> None:
    """Stores the evidence; the very same again changes nothing.

    Raises Malformed `bewijs-onjuist` with every fault at once, Conflict `bewijs-bestaat` for other content under its name.
    """
    faults = tuple(_faults(form))
    if faults:
        raise errors.Malformed("The evidence does not hold.", code="bewijs-onjuist", faults=faults)
    content = _content(form)
    with transaction.atomic():
        row, new = Evidence.objects.get_or_create(name=form.name, defaults={**content, "registered": clock.now()})
        if not new and any(getattr(row, name) != value for name, value in content.items()):
            raise errors.Conflict("Other evidence has this name; give this one a name of its own.", code="bewijs-bestaat")
        if new:
            audit.record(Happening(REGISTERED), reference=form.name)


def withdraw(name: str, *, reason: str) -> int:
    """Takes evidence back from now on; every gate that leans on it closes. Returns how many assessments that were.

    Raises NotFound `onbekend-bewijs`, Malformed without a reason, Conflict `bewijs-ingetrokken` when it was done before.
    """
    if not reason.strip():
        raise errors.Malformed("Say why this evidence counts no more.", code="reden-ontbreekt")
    with transaction.atomic():
        row = Evidence.objects.select_for_update().filter(name=name).first()
        if row is None:
            raise errors.NotFound("There is no evidence of that name.", code="onbekend-bewijs")
        if row.withdrawn is not None:
            raise errors.Conflict("This evidence was taken back before.", code="bewijs-ingetrokken")
        row.take_back(clock.now(), reason)
        leaning = [one for one in Assessment.objects.select_for_update() if name in one.met.values()]
        for one in leaning:
            shut_again(one)
        audit.record(Happening(WITHDRAWN, amount=max(1, len(leaning))), reference=name)
    return len(leaning)


def _content(form: EvidenceForm) -> dict[str, Any]:
    return {
        "kind": form.kind,
        "title": form.title,
        "parties": list(form.parties),
        "scope": form.scope,
        "source": form.source,
        "starts": form.from_,
        "ends": form.until,
        "registrar": form.registrar,
    }


def _faults(form: EvidenceForm) -> Iterator[Fault]:
    checks = (
        (bool(form.name.strip()), "name", "Give the evidence a name to cite."),
        (form.kind in Kind.values, "kind", f"A kind is one of {', '.join(Kind.values)}."),
        (bool(form.title.strip()), "title", "Give its title."),
        (bool(form.parties) and all(map(str.strip, form.parties)), "parties", "Name every party to it."),
        (bool(form.scope.strip()), "scope", "Say what it covers."),
        (form.until is None or form.until > form.from_, "until", "It ends after it begins."),
        (bool(form.registrar.strip()), "registrar", "Name the person who registers it."),
    )
    for holds, where, next_step in checks:
        if not holds:
            yield Fault(where, "onjuist", next_step)

"""The record of necessity of a circle: proposed by one member, approved by another, and opened again by what is measured."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Final

from django.db import transaction

from sluis.apps.audit import services as audit
from sluis.apps.audit.services import Happening
from sluis.apps.consent.selectors import rules
from sluis.apps.partners import services as partners
from sluis.apps.partners.selectors import Acting, Role
from sluis.apps.partners.services import Rule, circles
from sluis.apps.partners.services.circles import OfCircle
from sluis.apps.privacy import selectors
from sluis.apps.privacy.models import Assessment, Evidence, Kind, Necessity
from sluis.apps.privacy.services.assess import shut_again
from sluis.core import errors
from sluis.core.errors import Fault
from sluis.core.law import necessity
from sluis.core.law.necessity import Measured, Texts
from sluis.wire import clock

DAY: Final = 86_400
REOPENED: Final = "noodzaak heropend"
# From the day a value leaves its bound until the gate closes, unless the record was written anew. A proposal of Sluis.
WRITE_WITHIN: Final = 14 * DAY
JURISTS: Final = frozenset({Role.PRIVACY_OFFICER.value})
RULE: Final = Rule.by_role("noodzaak", JURISTS)


class Statement(OfCircle, frozen=True):
    """A record as proposed: texts by part, bounds by measure, days until its review."""

    name: str
    dpia: dict[str, str]
    balancing: dict[str, str]
    bounds: dict[str, int]
    review_days: int


def propose(name: str, texts: Texts, *, by: Acting, reason: str) -> int:
    """Keeps a record for the circle called `name` as a proposal, and returns its number; nothing counts yet.

    Raises NotFound `onbekende-kring` for who is no member, Malformed `noodzaak-onjuist` with every fault at once, and as
    `partners.propose`.
    """
    section = circles.circle_of(name, by=by)
    faults = (*necessity.faults(texts), *_readable(texts))
    if faults:
        raise errors.Malformed("The record does not hold.", code="noodzaak-onjuist", faults=faults)
    told = Statement(section.circle.hex(), section.title, name=name, **asdict(texts))
    return partners.propose(RULE, told, by=by, organisation=by.organisation, reason=reason).pk


def _readable(texts: Texts) -> Iterator[Fault]:
    """The record is about an exchange: whoever is in it by account or number belongs at a koppelpunt."""
    for where, written in (("dpia", texts.dpia), ("balancing", texts.balancing)):
        for code, text in written.items():
            if rules.names_somebody(text):
                yield Fault(f"{where}.{code}", "kenmerk-in-tekst", "Leave out the account or mobile number.")


def approve(number: int, *, by: Acting) -> Necessity:
    """Somebody of another member approves: the next version counts from now, and is evidence until its review.

    Raises as `partners.approve`, and NotAllowed `zelfde-organisatie`.
    """
    with partners.deciding(RULE):
        row = partners.approve(RULE, number, by=by)
        told = partners.payload_of(row, Statement)
        circles.require_other_member(row, told, by)
        circle, now = bytes.fromhex(told.circle), clock.now()
        last = selectors.necessity_of(circle)
        made = Necessity.objects.create(
            circle=circle,
            version=last.version + 1 if last else 1,
            dpia=told.dpia,
            balancing=told.balancing,
            bounds=told.bounds,
            starts=now,
            review=now + told.review_days * DAY,
            change_id=row.pk,
        )
        for one in _documents(told, row.organisation.name, made):
            _lasts(one)
    return made


def refuse(number: int, *, by: Acting, answer: str) -> None:
    """Somebody who might approve refuses instead, with a reason. Raises as `circles.refuse`."""
    circles.refuse(RULE, number, by=by, answer=answer)


def measure(circle: bytes, found: Measured) -> bool:
    """Keeps what was measured of a circle beside its record; whether that opened the record again: a value outside its bound.

    Opened again, it counts for 14 days more at most; then every gate that leans on it closes.
    """
    with transaction.atomic():
        row = Necessity.objects.select_for_update().filter(circle=circle).order_by("-version").first()
        if row is None:
            return False
        values, now = found.values(), clock.now()
        row.keep_values(values, now)
        outside = necessity.outside(row.bounds, values)
        if not outside or row.reopened is not None:
            return False
        row.reopen([asdict(one) for one in outside], at=now, review=min(row.review, now + WRITE_WITHIN))
        for held in Evidence.objects.select_for_update().filter(name__in=_names(circle)):
            _until(held, row.review)
        audit.record(Happening(REOPENED, circle=circle), reference=" ".join(one.measure for one in outside))
    return True


def _names(circle: bytes) -> tuple[str, str]:
    """What the record of a circle is called as evidence: the DPIA in it, and the balancing."""
    return f"noodzaak-{circle.hex()[:12]}-dpia", f"noodzaak-{circle.hex()[:12]}-afweging"


def _documents(told: Statement, author: str, made: Necessity) -> Iterator[Evidence]:
    dpia, balancing = _names(bytes(made.circle))
    common = {
        "title": f"Noodzaak en evenredigheid, {told.title}",
        "parties": [author],
        "scope": told.title,
        "starts": made.starts,
        "ends": made.review,
        "registered": made.starts,
        "registrar": author,
    }
    yield Evidence(name=dpia, kind=Kind.DPIA, **common)
    if any(told.balancing.values()):
        yield Evidence(name=balancing, kind=Kind.BALANCING, **common)


def _lasts(document: Evidence) -> None:
    """Stores the document, or lets the one of its name last as long as the new version."""
    held = Evidence.objects.select_for_update().filter(name=document.name).first()
    if held is None:
        document.save(force_insert=True)
    elif document.ends is not None:
        _until(held, document.ends)


def _until(held: Evidence, ends: int) -> None:
    held.last_until(ends)
    for one in Assessment.objects.select_for_update():
        if held.name in one.met.values():
            shut_again(one)

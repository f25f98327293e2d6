"""Approve the assessment of a circle: a person decides, the rules give the answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec
from django.db import transaction

from sluis.apps.audit import services as audit
from sluis.apps.audit.services import Happening
from sluis.apps.privacy import selectors
from sluis.apps.privacy.models import Assessment, Evidence
from sluis.apps.privacy.selectors.assessments import EVIDENCE, OF_PILOT, PILOT, REVIEW, TERM, is_of_pilot
from sluis.core import errors
from sluis.core.errors import Fault
from sluis.core.law import assessing, facts
from sluis.core.law.assessing import Answer, Whole
from sluis.core.law.rules import RuleSet
from sluis.wire import clock

ASSESSED: Final = "beoordeling vastgesteld"
OVERRULED: Final = "beoordeling gesloten door nieuwe regels"


class AssessmentForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An assessment as it is handed in: `exchanges` are the facts, one for every direction in the circle.

    `met` is condition -> name of registered evidence; what Sluis enforces itself needs none. `promises` are further
    conditions in words. `from`, `until` and `review` are seconds, no review is one at the end; `circle` is an id (16 octets).
    """

    name: str
    circle: bytes
    exchanges: tuple[dict[str, Any], ...]
    met: dict[str, str] = {}
    promises: tuple[str, ...] = ()
    reason: str
    from_: int = msgspec.field(name="from")
    until: int
    review: int | None = None
    approver: str


def approve(form: AssessmentForm) -> int:
    """Stores the next version for its circle, with the answer of the rules, and returns its number; the very same one again
    changes nothing. One whose conditions are not met is kept too, and opens nothing.

    Raises Malformed `beoordeling-onjuist` with every fault at once.
    """
    rules = selectors.rules_in_force()
    with transaction.atomic():
        known = {one.name: one for one in Evidence.objects.select_for_update().filter(name__in=set(form.met.values()))}
        _require(form, known, rules)
        content = _content(form, assessing.worst(_answers(form.exchanges, rules)), known)
        newest = selectors.assessment_of(form.circle)
        if newest is not None:
            content["shuts"], content["shut_by"] = _with_pilot((content["shuts"], content["shut_by"]), newest)
        if newest is not None and all(getattr(newest, name) == value for name, value in content.items()):
            return newest.version
        version = newest.version + 1 if newest else 1
        Assessment.objects.create(circle=form.circle, version=version, approved=clock.now(), **content)
        audit.record(Happening(ASSESSED, circle=form.circle), reference=f"{form.name} v{version}")
    return version


def check(form: AssessmentForm) -> None:
    """Raises Malformed `beoordeling-onjuist` with every fault of a form that somebody would approve later."""
    known = {one.name: one for one in Evidence.objects.filter(name__in=set(form.met.values()))}
    _require(form, known, selectors.rules_in_force())


def _require(form: AssessmentForm, known: Mapping[str, Evidence], rules: RuleSet) -> None:
    faults = (*_faults(form), *_wrong_facts(form, rules), *_wrong_evidence(form, known))
    if faults:
        raise errors.Malformed("The assessment does not hold.", code="beoordeling-onjuist", faults=faults)


def weigh_again() -> int:
    """Weighs the newest assessment of every circle under the rules in force, and closes the gate of each that the rules
    changed against: an answer that says no, or a condition that the assessment does not know. Returns how many closed."""
    rules, closed = selectors.rules_in_force(), 0
    with transaction.atomic():
        newest = Assessment.objects.order_by("circle", "-version").distinct("circle")
        for row in Assessment.objects.select_for_update().filter(pk__in=[one.pk for one in newest], overruled=""):
            if row.opens and row.rules and _is_against(row, rules):
                row.overrule(rules.meta.version)
                audit.record(Happening(OVERRULED, circle=bytes(row.circle)), reference=f"{row.name} v{row.version}")
                closed += 1
    return closed


def _is_against(row: Assessment, rules: RuleSet) -> bool:
    try:
        worst = assessing.worst(_answers(row.exchanges, rules))
    except errors.Malformed:
        return True
    return not worst.opens or not set(worst.conditions) <= set(row.conditions)


def _answers(exchanges: Sequence[dict[str, Any]], rules: RuleSet) -> tuple[Answer, ...]:
    return tuple(assessing.assess(facts.read(one, rules.words), rules) for one in exchanges)


def _content(form: AssessmentForm, worst: Whole, known: Mapping[str, Evidence]) -> dict[str, Any]:
    review = form.until if form.review is None else form.review
    shuts, shut_by = _shuts(form.until, review, known)
    return {
        "name": form.name,
        "exchanges": list(form.exchanges),
        "rules": worst.version,
        "outcome": worst.outcome,
        "articles": list(worst.articles),
        "conditions": list(worst.conditions),
        "met": form.met,
        "promises": list(form.promises),
        "reason": form.reason,
        "starts": form.from_,
        "ends": form.until,
        "review": review,
        "shuts": shuts,
        "shut_by": shut_by,
        "approver": form.approver,
    }


def _shuts(until: int, review: int, known: Mapping[str, Evidence]) -> tuple[int, str]:
    """The first second at which the gate closes by itself, and what does it."""
    ends = [(until, TERM), (review, REVIEW)]
    ends += [(last, f"{EVIDENCE} {name}") for name, one in known.items() if (last := one.lasts_until()) is not None]
    return min(ends, key=lambda one: one[0])


def shut_again(row: Assessment) -> None:
    """Works out anew when the gate closes by itself, after evidence changed."""
    known = {one.name: one for one in Evidence.objects.filter(name__in=set(row.met.values()))}
    row.shut_at(*_with_pilot(_shuts(row.ends, row.review, known), row))


def _with_pilot(shuts: tuple[int, str], bound: Assessment) -> tuple[int, str]:
    """When the gate closes by itself, and what does it: a pilot that bounds an assessment goes on bounding what follows it."""
    if not is_of_pilot(bound):
        return shuts
    return (bound.shuts, PILOT) if bound.shuts <= shuts[0] else (shuts[0], shuts[1] + OF_PILOT)


def bound_by_pilot(circle: bytes, *, ends: int) -> int:
    """The gate of a circle closes by itself when its pilot ends (seconds), unless something closes it before; an earlier end of
    a pilot counts no more. Returns the first second at which it is shut, 0 without an assessment."""
    row = _newest_locked(circle)
    if row is None:
        return 0
    row.shuts, row.shut_by = ends, PILOT
    shut_again(row)
    return row.shuts


def free_of_pilot(circle: bytes) -> None:
    """The pilot went on in practice: the assessment of the pilot stays shut, and the next version is bound by none."""
    row = _newest_locked(circle)
    if row is not None and is_of_pilot(row):
        row.shut_at(row.shuts, TERM)


def _newest_locked(circle: bytes) -> Assessment | None:
    return Assessment.objects.select_for_update().filter(circle=circle).order_by("-version").first()


def _faults(form: AssessmentForm) -> Iterator[Fault]:
    review = form.until if form.review is None else form.review
    checks = (
        (bool(form.name.strip()), "name", "Give the assessment a name to cite."),
        (len(form.circle) == 16, "circle", "Name the circle by its id of 16 octets."),
        (bool(form.exchanges), "exchanges", "State the facts of every direction that was assessed."),
        (bool(form.reason.strip()), "reason", "Give the reason in words."),
        (form.until > form.from_, "until", "The term ends after it begins."),
        (form.from_ < review <= form.until or form.until <= form.from_, "review", "The review falls within the term."),
        (bool(form.approver.strip()), "approver", "Name the person who approved it."),
    )
    for holds, where, next_step in checks:
        if not holds:
            yield Fault(where, "onjuist", next_step)


def _wrong_facts(form: AssessmentForm, rules: RuleSet) -> Iterator[Fault]:
    for place, one in enumerate(form.exchanges):
        try:
            facts.read(one, rules.words)
        except errors.Malformed as error:
            yield from (Fault(f"exchanges.{place}.{fault.where}", fault.code, fault.next_step) for fault in error.faults)


def _wrong_evidence(form: AssessmentForm, known: Mapping[str, Evidence]) -> Iterator[Fault]:
    conditions = selectors.rules_in_force().conditions
    for code, name in form.met.items():
        if code not in conditions:
            yield Fault(f"met.{code}", "onbekend", "There is no such condition.")
        if name not in known:
            yield Fault(f"met.{code}", "onbekend-bewijs", "Register this evidence first.")
        elif known[name].withdrawn is not None:
            yield Fault(f"met.{code}", "ingetrokken", "This evidence was taken back; name another.")
        elif known[name].starts > form.from_:
            yield Fault(f"met.{code}", "later", "This evidence begins after the assessment; begin later, or name another.")

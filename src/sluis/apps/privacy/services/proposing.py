"""An assessment of a circle by its members: a privacy officer of one proposes, one of another approves, the gate follows."""

from __future__ import annotations

from typing import Any, Final

from sluis.apps.consent.selectors import rules
from sluis.apps.partners import services as partners
from sluis.apps.partners.selectors import Acting
from sluis.apps.partners.services import Rule, circles
from sluis.apps.partners.services.circles import OfCircle
from sluis.apps.privacy.services import assess
from sluis.apps.privacy.services.assess import AssessmentForm
from sluis.apps.privacy.services.necessity import JURISTS
from sluis.core import errors
from sluis.wire import clock

RULE: Final = Rule.by_role("beoordeling", JURISTS)


class ProposedAssessment(OfCircle, frozen=True):
    """An assessment as proposed: the facts of every direction, condition -> evidence, term and review (seconds), and why."""

    name: str
    exchanges: tuple[dict[str, Any], ...]
    met: dict[str, str]
    until: int
    review: int
    why: str


def propose(circle: str, told: ProposedAssessment, *, by: Acting) -> int:
    """Keeps an assessment for the circle called `circle` as a proposal, and returns its number; no gate moves.

    Raises NotFound `onbekende-kring` for who is no member, Malformed `beoordeling-onjuist` with every fault at once or
    `kenmerk-in-tekst`, and as `partners.propose`.
    """
    section = circles.circle_of(circle, by=by)
    whole = ProposedAssessment(
        circle=section.circle.hex(),
        title=section.title,
        name=told.name.strip(),
        exchanges=told.exchanges,
        met=told.met,
        until=told.until,
        review=told.review,
        why=told.why.strip(),
    )
    if any(map(rules.names_somebody, (whole.name, whole.why))):
        raise errors.Malformed("Leave out the account or mobile number.", code="kenmerk-in-tekst")
    assess.check(_form(whole, approver=by.name))
    return partners.propose(RULE, whole, by=by, organisation=by.organisation, reason=whole.why).pk


def approve(number: int, *, by: Acting) -> int:
    """Somebody of another member approves: the rules answer anew, and the next version counts from now. Returns its number.

    Raises as `partners.approve`, NotAllowed `zelfde-organisatie`, and Malformed `beoordeling-onjuist` when evidence or rules
    changed meanwhile.
    """
    with partners.deciding(RULE):
        row = partners.approve(RULE, number, by=by)
        told = partners.payload_of(row, ProposedAssessment)
        circles.require_other_member(row, told, by)
        return assess.approve(_form(told, approver=f"{row.proposer.get_username()}, {by.name}"))


def refuse(number: int, *, by: Acting, answer: str) -> None:
    """Somebody who might approve refuses instead, with a reason. Raises as `circles.refuse`."""
    circles.refuse(RULE, number, by=by, answer=answer)


def _form(told: ProposedAssessment, *, approver: str) -> AssessmentForm:
    return AssessmentForm(
        name=told.name,
        circle=bytes.fromhex(told.circle),
        exchanges=told.exchanges,
        met=told.met,
        reason=told.why,
        from_=clock.now(),
        until=told.until,
        review=told.review,
        approver=approver,
    )

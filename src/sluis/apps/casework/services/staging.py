"""Casework to show: with invented data only, people who exist begin a case and answer a question, as they would by hand."""

from __future__ import annotations

from uuid import UUID

import msgspec
from django.conf import settings
from django.db import transaction

from sluis.apps.casework import selectors
from sluis.apps.casework.selectors.experts import CHAIR, MEMBER
from sluis.apps.casework.services import cases, experts, gates, inventory, seats
from sluis.apps.casework.services.cases import Paper
from sluis.apps.casework.services.experts import Anonymous, Asked, PeerView
from sluis.apps.casework.services.inventory import Found, Marks
from sluis.apps.consent import selectors as consent
from sluis.apps.consent.services import staging
from sluis.apps.partners.selectors import Acting
from sluis.core import errors


class StagedCase(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A case of the group of that name: what is in the way, marks by name (effect, feasibility, urgency), who owns its first
    stage, its document, and who of another member approves it. The case waits at the second stage."""

    group: str
    title: str
    text: str
    marks: dict[str, tuple[int, int, int]]
    owner: str
    document: str
    summary: str
    approver: str


class StagedAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A question that the expert group answered for all: who steer and give the seats, who asks, writes, reviews and signs, by
    the names they sign in with; and the words."""

    office: str
    core: str
    asker: str
    writer: str
    peer: str
    chair: str
    title: str
    question: str
    advice: str
    answer: str


class StagedCasework(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Both."""

    case: StagedCase
    answer: StagedAnswer


def stage_casework(form: StagedCasework) -> bool:
    """Enters what the form says; False when the group has that entry already.

    Raises NotAllowed `geen-recht` with real data, NotFound `onbekende-persoon`, `onbekende-groep`, and what the acts raise that
    people do by hand.
    """
    if not settings.SLUIS_INVENTED:
        raise errors.NotAllowed("Casework is staged with invented data only.")
    owner = staging.person(form.case.owner)
    group = _group(owner, form.case.group)
    if any(one.title == form.case.title for one in selectors.inventory(owner, group).entries):
        return False
    with transaction.atomic():
        _begin(owner, group, form.case)
        _answer(form.answer)
    return True


def _group(acting: Acting, name: str) -> UUID:
    found = next((one.id for one in consent.my_groups(acting).groups if one.name == name), None)
    if found is None:
        raise errors.NotFound("There is no group of that name.", code="onbekende-groep")
    return found


def _begin(owner: Acting, group: UUID, form: StagedCase) -> None:
    entry = inventory.bring_in(owner, group, Found("knelpunt", form.title, form.text))
    for name, marks in form.marks.items():
        inventory.score(staging.person(name), entry, Marks(*marks))
    case = cases.open_case(owner, entry)
    cases.take_stage(owner, case)
    cases.add_document(owner, case, Paper(form.document, "", form.summary))
    gates.ask_gate(owner, case)
    approver = staging.person(form.approver)
    question = selectors.case_page(approver, case).asked
    gates.answer_gate(approver, case, question, agrees=True)


def _answer(form: StagedAnswer) -> None:
    asker, writer, peer, chair = map(staging.person, (form.asker, form.writer, form.peer, form.chair))
    for who, seat in ((writer, MEMBER), (peer, MEMBER), (chair, CHAIR)):
        _seat(form, who, seat)
    question = experts.ask(asker, Asked(form.title, form.question))
    experts.triage(writer, question, choice="aannemen")
    number = experts.write_draft(writer, question, form.advice)
    experts.review(peer, question, PeerView(number, agrees=True))
    experts.sign(chair, question, number)
    experts.write_answer(writer, question, Anonymous(form.title, form.question, form.answer))
    words = selectors.question_page(chair, question).answer
    digest = words.digest if words else ""
    experts.check_answer(chair, question, digest)
    experts.agree_answer(asker, question, digest)


def _seat(form: StagedAnswer, who: Acting, seat: str) -> None:
    office, core = staging.person(form.office), staging.person(form.core)
    number = seats.propose_seat(office, username=who.name, seat=seat, reason="Verzonnen zetel.")
    seats.approve_seat(core, number)

"""Reads of the expert group: who sits in it, questions for who may read them, answers for all members."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from sluis.apps.casework.models import Draft, Expert, PublicAnswer, Question, Remark
from sluis.apps.casework.selectors import rules, terms
from sluis.apps.casework.selectors.cases import person_of
from sluis.apps.casework.selectors.inventory import seeing
from sluis.apps.consent.selectors import rules as consent
from sluis.apps.consent.selectors.visibility import read_mark
from sluis.apps.partners import selectors as partners
from sluis.apps.partners.selectors import Acting
from sluis.core import errors
from sluis.core.exchange.encodings import document, label, sha256
from sluis.plumbing import viewing
from sluis.wire import clock

PAGE: Final = 50
MOST: Final = 200
MEMBER, CHAIR = "deskundige", "voorzitter"
_ASKED: Final = "SELECT state, asked FROM casework_asked ORDER BY asked LIMIT %s"


@dataclass(frozen=True, slots=True)
class SeatRow:
    """Somebody in the group."""

    id: int
    name: str
    seat: str
    since: int


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """A question in a list. `due` (seconds) is when the next step is, `late` whether that is past. `who` is told to experts."""

    id: UUID
    title: str
    who: str
    state: str
    asked: int
    due: int | None
    late: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """What steering sees of a question: state, whole days since it was asked, and whether a term is past."""

    state: str
    days: int
    late: bool


@dataclass(frozen=True, slots=True)
class Desk:
    """The group for one reader: own seat (or empty), questions that may be read, newest first, and who sits in it."""

    seat: str
    questions: tuple[QuestionRow, ...]
    seats: tuple[SeatRow, ...]
    may_ask: bool


@dataclass(frozen=True, slots=True, repr=False)
class RemarkView:
    """What a peer said of the last draft."""

    by: str
    agrees: bool
    paragraphs: tuple[str, ...]
    time: int


@dataclass(frozen=True, slots=True, repr=False)
class AdviceView:
    """A draft, or the signed advice."""

    number: int
    paragraphs: tuple[str, ...]
    text: str
    by: str
    time: int


@dataclass(frozen=True, slots=True, repr=False)
class AnswerView:
    """The anonymised words with their digest: `checked` by the chair, `published` once the asker agreed."""

    id: UUID
    title: str
    asked: tuple[str, ...]
    answer: tuple[str, ...]
    asked_text: str
    answer_text: str
    digest: str
    checked: int | None
    published: int | None

    @property
    def mark(self) -> str:
        """After which the next page goes on."""
        return f"{self.published}-{self.id.hex}"


@dataclass(frozen=True, slots=True)
class MayAnswer:
    """What the reader may do with a question now."""

    triage: bool
    draft: bool
    review: bool
    sign: bool
    write: bool
    check: bool
    agree: bool


@dataclass(frozen=True, slots=True, repr=False)
class QuestionPage:
    """One question, for its asker or an expert. Drafts and remarks are for experts; the asker reads the signed advice."""

    id: UUID
    title: str
    paragraphs: tuple[str, ...]
    state: str
    reason: str
    asked: int
    triage_due: int
    answer_due: int
    late: bool
    own: bool
    draft: AdviceView | None
    remarks: tuple[RemarkView, ...]
    signed: int | None
    chair: str
    digest: str
    answer: AnswerView | None
    may: MayAnswer


def seat_of(acting: Acting) -> str:
    """The seat of who acts: `deskundige`, `voorzitter`, or nothing."""
    mine = Expert.objects.filter(person=acting.person, organisation=acting.organisation, ended=None)
    return mine.values_list("seat", flat=True).first() or ""


def seats() -> tuple[SeatRow, ...]:
    """Who sits in the group now, the chair first."""
    names = partners.names()
    rows = Expert.objects.filter(ended=None).order_by("-seat", "since", "id")
    return tuple(SeatRow(one.pk, person_of(one.name, one.organisation, names), one.seat, one.since) for one in rows)


def desk(acting: Acting) -> Desk:
    """The group's page, in a number of queries that does not grow. Raises NotAllowed `geen-recht`."""
    consent.require(acting, rules.READERS)
    seat, names, now = seat_of(acting), partners.names(), clock.now()
    with seeing(acting):
        rows = _readable(acting, seat).order_by("-asked", "id")[:MOST]
        found = tuple(_row(one, names, seat=seat, now=now) for one in rows)
    return Desk(seat, found, seats(), may_ask=acting.role in rules.WRITERS)


def _readable(acting: Acting, seat: str) -> QuerySet[Question]:
    return Question.objects.all() if seat else Question.objects.filter(party=acting.organisation)


def _row(row: Question, names: Mapping[bytes, str], *, seat: str, now: int) -> QuestionRow:
    due = terms.due_of(row.state, row.asked)
    who = names.get(bytes(row.party), "") if seat else ""
    return QuestionRow(row.id, row.title, who, row.state, row.asked, due, late=due is not None and now >= due)


def asked_questions(acting: Acting) -> tuple[Waiting, ...]:
    """That questions wait and for how long, oldest first. Raises NotAllowed `geen-recht` for who does not steer."""
    consent.require(acting, rules.STEERING)
    now = clock.now()
    with viewing.as_steering(), connection.cursor() as cursor:
        cursor.execute(_ASKED, [MOST])
        rows = cursor.fetchall()
    return tuple(
        Waiting(state, (now - asked) // terms.DAY, late=now >= (terms.due_of(state, asked) or now + 1)) for state, asked in rows
    )


def question_of(acting: Acting, question: UUID) -> Question:
    """The question for its asker's organisation or an expert, inside the caller's view. Raises NotFound `onbekende-vraag`."""
    found = Question.objects.filter(id=question).first()
    if found is None or not (bytes(found.party) == acting.organisation or seat_of(acting)):
        raise errors.NotFound("There is no such question, or it is not yours.", code="onbekende-vraag")
    return found


def question_page(acting: Acting, question: UUID) -> QuestionPage:
    """One question. Raises NotAllowed `geen-recht`, NotFound `onbekende-vraag`."""
    consent.require(acting, rules.READERS)
    names, seat = partners.names(), seat_of(acting)
    with seeing(acting):
        row = question_of(acting, question)
        draft = last_draft(row)
        remarks = words_on(row, draft) if seat else {}
        answer = PublicAnswer.objects.filter(question=row).first()
    own = bytes(row.party) == acting.organisation
    due = terms.due_of(row.state, row.asked)
    return QuestionPage(
        id=row.id,
        title=row.title,
        paragraphs=tuple(consent.paragraphs(row.text)),
        state=row.state,
        reason=row.reason,
        asked=row.asked,
        triage_due=terms.TRIAGE.due(row.asked),
        answer_due=terms.ANSWER.due(row.asked),
        late=due is not None and clock.now() >= due,
        own=own,
        draft=_advice(draft, names, seat=seat) if draft else None,
        remarks=tuple(_remark(one, names) for one in remarks.values()),
        signed=row.signed,
        chair=row.chair,
        digest=row.digest,
        answer=_answer(answer) if answer else None,
        may=_may(acting, row, seat="" if own else seat, draft=draft, answer=answer),
    )


def last_draft(question: Question) -> Draft | None:
    """The newest draft that the view shows: for an asker the signed one."""
    return Draft.objects.filter(question=question).order_by("-number").first()


def words_on(question: Question, draft: Draft | None) -> dict[int, Remark]:
    """Each peer's last word on this draft, by person."""
    number = draft.number if draft else 0
    return {one.person: one for one in Remark.objects.filter(question=question, draft=number).order_by("number")}


def _may(acting: Acting, row: Question, *, seat: str, draft: Draft | None, answer: PublicAnswer | None) -> MayAnswer:
    is_busy, is_signed = row.state == "behandeling", row.state == "getekend"
    waits = answer is not None and answer.published is None
    own = bytes(row.party) == acting.organisation
    return MayAnswer(
        triage=bool(seat) and row.state == "gesteld",
        draft=seat == MEMBER and is_busy,
        review=seat == MEMBER and is_busy and draft is not None and draft.person != acting.person,
        sign=seat == CHAIR and is_busy and draft is not None,
        write=seat == MEMBER and is_signed and (answer is None or waits),
        check=seat == CHAIR and waits and answer is not None and answer.checked is None,
        agree=own and acting.role in rules.DECIDERS and waits and answer is not None and answer.checked is not None,
    )


def _advice(row: Draft, names: Mapping[bytes, str], *, seat: str) -> AdviceView:
    by = person_of(row.name, row.party, names) if seat else ""
    return AdviceView(row.number, tuple(consent.paragraphs(row.text)), row.text, by, row.time)


def _remark(row: Remark, names: Mapping[bytes, str]) -> RemarkView:
    by = person_of(row.name, row.party, names)
    return RemarkView(by, row.agrees, tuple(consent.paragraphs(row.text)), row.time)


def _answer(row: PublicAnswer) -> AnswerView:
    return AnswerView(
        id=row.pk,
        title=row.title,
        asked=tuple(consent.paragraphs(row.asked)),
        answer=tuple(consent.paragraphs(row.answer)),
        asked_text=row.asked,
        answer_text=row.answer,
        digest=row.digest,
        checked=row.checked,
        published=row.published,
    )


def answer_digest(title: str, *, asked: str, answer: str) -> str:
    """What chair and asker agree to: SHA-256 of the words, hexadecimal."""
    return sha256(label("expert answer"), document({"answer": answer, "asked": asked, "title": title})).hex()


def advice_digest(text: str) -> str:
    """What the chair signed: SHA-256 of the words, hexadecimal."""
    return sha256(label("expert advice"), document({"text": text})).hex()


def answers(acting: Acting, *, wanted: str = "", after: str = "") -> list[AnswerView]:
    """The published answers that have `wanted` in them, newest first, one more than a page of 50.

    `after` is the `mark` of the last one of the page before. Raises NotAllowed `geen-recht`.
    """
    consent.require(acting, rules.READERS)
    mark = read_mark(after)
    found = Q(published__lt=mark[0]) | Q(published=mark[0], question__lt=mark[1]) if mark else Q()
    if wanted.strip():
        text = wanted.strip()[: rules.TITLE]
        found &= Q(title__icontains=text) | Q(asked__icontains=text) | Q(answer__icontains=text)
    with seeing(acting):
        rows = PublicAnswer.objects.filter(found, published__isnull=False).order_by("-published", "-question")
        return [_answer(one) for one in rows[: PAGE + 1]]


def answer_page(acting: Acting, answer: UUID) -> AnswerView:
    """One published answer. Raises NotAllowed `geen-recht`, NotFound `onbekend-antwoord`."""
    consent.require(acting, rules.READERS)
    with seeing(acting):
        row = PublicAnswer.objects.filter(question=answer, published__isnull=False).first()
    if row is None:
        raise errors.NotFound("There is no such answer.", code="onbekend-antwoord")
    return _answer(row)

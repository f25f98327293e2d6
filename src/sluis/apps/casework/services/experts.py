"""Questions to the expert group: ask, triage, draft, peer review, sign; then the anonymised answer, checked and agreed to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid4

from sluis.apps.casework.models import Draft, PublicAnswer, Question, Remark
from sluis.apps.casework.selectors import experts, rules
from sluis.apps.casework.selectors.experts import CHAIR, MEMBER
from sluis.apps.casework.selectors.rules import Words
from sluis.apps.casework.services import acts
from sluis.apps.consent.selectors import rules as consent
from sluis.apps.consent.services import messages
from sluis.apps.consent.services.messages import Subject
from sluis.apps.partners.selectors import Acting
from sluis.core import errors
from sluis.wire import clock

SEATS: Final = frozenset({MEMBER, CHAIR})
TRIAGE: Final = {"aannemen": "behandeling", "casuistiek": "casuistiek", "weigeren": "geweigerd"}


@dataclass(frozen=True, slots=True, repr=False)
class Asked:
    """A question: a title of at most 200 signs, and the question itself, without names and numbers."""

    title: str
    text: str


@dataclass(frozen=True, slots=True, repr=False)
class Anonymous:
    """The words for everybody: title, question and answer, written apart from what was asked."""

    title: str
    asked: str
    answer: str


def ask(acting: Acting, asked: Asked) -> UUID:
    """Asks the expert group. Returns the question's id.

    Raises NotAllowed `geen-recht`, Malformed `tekst-onjuist` with every fault.
    """
    kept = rules.written({"titel": Words(asked.title, rules.TITLE), "vraag": Words(asked.text)})
    with acts.act(acting, "expertgroep vragen", rules.WRITERS):
        identity = uuid4()
        Question.objects.create(
            id=identity,
            party=acting.organisation,
            person=acting.person,
            title=kept["titel"],
            text=kept["vraag"],
            asked=clock.now(),
        )
        acts.log(acting, "expertgroep vragen", identity)
    return identity


@contextmanager
def _sitting(acting: Acting, activity: str, question: UUID, *, seats: frozenset[str] = SEATS) -> Iterator[Question]:
    """An act of somebody in the group on a locked question that another organisation asked."""
    with acts.act(acting, activity, rules.READERS):
        experts.question_of(acting, question)
        if experts.seat_of(acting) not in seats:
            raise errors.NotAllowed("This is for another seat in the expert group.", code="niet-uw-zetel")
        row = Question.objects.select_for_update().get(id=question)
        if bytes(row.party) == acting.organisation:
            raise errors.NotAllowed("Somebody of another organisation than the asker's does this.", code="eigen-vraag")
        yield row


def triage(acting: Acting, question: UUID, *, choice: str, why: str = "") -> None:
    """Accepts a question, refers it to casework, or refuses it; the last two with a reason that the asker reads.

    Raises NotAllowed `niet-uw-zetel`, `eigen-vraag`, NotFound `onbekende-vraag`, Malformed `onbekende-keuze`, `geen-reden`,
    Conflict `andere-stand`.
    """
    if choice not in TRIAGE:
        raise errors.Malformed(f"Choose one of {', '.join(TRIAGE)}.", code="onbekende-keuze")
    reason = "" if choice == "aannemen" else consent.reason(why)
    with _sitting(acting, "expertvraag verdelen", question) as row:
        _require_state(row, "gesteld")
        row.state, row.reason, row.triaged = TRIAGE[choice], reason, clock.now()
        row.save(update_fields=["state", "reason", "triaged"])
        acts.log(acting, "expertvraag verdelen", row.id, outcome=choice)
        _tell(row)


def _require_state(row: Question, state: str) -> None:
    if row.state != state:
        raise errors.Conflict("This question is at another step by now.", code="andere-stand")


def _tell(row: Question) -> None:
    messages.tell([bytes(row.party)], Subject("expertgroep", row.id))


def write_draft(acting: Acting, question: UUID, text: str) -> int:
    """Writes a next draft of the advice; what peers said of the one before counts no more. Returns its number.

    Raises as `triage`, and Malformed `tekst-onjuist`.
    """
    kept = rules.written({"advies": Words(text)})
    with _sitting(acting, "expertadvies schrijven", question, seats=frozenset({MEMBER})) as row:
        _require_state(row, "behandeling")
        before = experts.last_draft(row)
        number = before.number + 1 if before else 1
        Draft.objects.create(question=row, number=number, text=kept["advies"], **_by(acting))
        acts.log(acting, "expertadvies schrijven", row.id, outcome=str(number))
    return number


def _by(acting: Acting) -> dict[str, object]:
    return {"party": acting.organisation, "person": acting.person, "name": acting.name, "time": clock.now()}


@dataclass(frozen=True, slots=True, repr=False)
class PeerView:
    """What a peer says of the draft with this number: agrees or not, with remarks, which a no needs."""

    number: int
    agrees: bool
    text: str = ""


def review(acting: Acting, question: UUID, view: PeerView) -> None:
    """Says of the newest draft, written by somebody else, whether it can be signed.

    Raises as `triage`, and NotAllowed `eigen-concept`, Malformed `tekst-onjuist`, Conflict `ander-concept`.
    """
    kept = rules.written({"opmerkingen": Words(view.text, needed=not view.agrees)})
    with _sitting(acting, "expertadvies toetsen", question, seats=frozenset({MEMBER})) as row:
        _require_state(row, "behandeling")
        draft = _newest(row, view.number)
        if draft.person == acting.person:
            raise errors.NotAllowed("Another expert than who wrote it reviews.", code="eigen-concept")
        told = {"agrees": view.agrees, "text": kept["opmerkingen"]}
        Remark.objects.create(question=row, draft=draft.number, **told, **_by(acting))
        acts.log(acting, "expertadvies toetsen", row.id, outcome="ja" if view.agrees else "nee")


def _newest(row: Question, number: int) -> Draft:
    draft = experts.last_draft(row)
    if draft is None or draft.number != number:
        raise errors.Conflict("There is a newer draft; read that.", code="ander-concept")
    return draft


def sign(acting: Acting, question: UUID, number: int) -> None:
    """The chair signs the newest draft: another expert than its writer agreed, and nobody's last word is no.

    Raises as `triage`, and NotAllowed `eigen-concept`, Conflict `ander-concept`, `niet-getoetst`.
    """
    with _sitting(acting, "expertadvies tekenen", question, seats=frozenset({CHAIR})) as row:
        _require_state(row, "behandeling")
        draft = _newest(row, number)
        said = experts.words_on(row, draft)
        if acting.person in {draft.person, *said}:
            raise errors.NotAllowed("Who wrote or reviewed it does not sign.", code="eigen-concept")
        if not said or not all(one.agrees for one in said.values()):
            raise errors.Conflict("Another expert agrees first, and nobody is against.", code="niet-getoetst")
        row.state, row.signed, row.signed_draft = "getekend", clock.now(), draft.number
        row.chair, row.digest = acting.name, experts.advice_digest(draft.text)
        row.save(update_fields=["state", "signed", "signed_draft", "chair", "digest"])
        acts.log(acting, "expertadvies tekenen", row.id)
        _tell(row)


def write_answer(acting: Acting, question: UUID, words: Anonymous) -> None:
    """Writes the anonymised question and answer, or other words for them: chair and asker look anew. Published, it stays.

    Raises as `triage`, and Malformed `tekst-onjuist`, Conflict `al-gepubliceerd`.
    """
    kept = rules.written(
        {"titel": Words(words.title, rules.TITLE), "vraag": Words(words.asked), "antwoord": Words(words.answer)}
    )
    with _sitting(acting, "expertantwoord schrijven", question, seats=frozenset({MEMBER})) as row:
        _require_state(row, "getekend")
        there = PublicAnswer.objects.select_for_update().filter(question=row).first()
        if there is not None and there.published is not None:
            raise errors.Conflict("This was published.", code="al-gepubliceerd")
        answer = PublicAnswer(question=row, title=kept["titel"], asked=kept["vraag"], answer=kept["antwoord"])
        answer.digest = experts.answer_digest(answer.title, asked=answer.asked, answer=answer.answer)
        answer.writer, answer.written = acting.person, clock.now()
        answer.save(force_insert=there is None, force_update=there is not None)
        acts.log(acting, "expertantwoord schrijven", row.id)


def check_answer(acting: Acting, question: UUID, digest: str) -> None:
    """The chair checks that nobody is to be known in exactly these words. Raises as `triage`, Conflict `tekst-gewijzigd`."""
    with _sitting(acting, "expertantwoord controleren", question, seats=frozenset({CHAIR})) as row:
        answer = _answer(row, digest)
        answer.checked = clock.now()
        answer.save(update_fields=["checked"])
        acts.log(acting, "expertantwoord controleren", row.id)
        _tell(row)


def agree_answer(acting: Acting, question: UUID, digest: str) -> None:
    """The asker's organisation agrees to exactly these words, which the chair checked: from now on members read them.

    Raises NotAllowed `geen-recht`, NotFound `onbekende-vraag`, Conflict `tekst-gewijzigd`, `niet-gecontroleerd`.
    """
    with acts.act(acting, "expertantwoord instemmen", rules.DECIDERS):
        row = Question.objects.filter(id=question, party=acting.organisation).first()
        if row is None:
            raise errors.NotFound("There is no such question, or it is not yours.", code="onbekende-vraag")
        answer = _answer(row, digest)
        if answer.checked is None:
            raise errors.Conflict("The chair checks it first.", code="niet-gecontroleerd")
        answer.published = clock.now()
        answer.save(update_fields=["published"])
        acts.log(acting, "expertantwoord instemmen", row.id)


def _answer(row: Question, digest: str) -> PublicAnswer:
    """The words as they were read, not published yet, locked."""
    answer = PublicAnswer.objects.select_for_update().filter(question=row, digest=digest, published=None).first()
    if answer is None:
        raise errors.Conflict("The words are others by now; read them again.", code="tekst-gewijzigd")
    return answer

"""Review rounds: who is asked to read a version, comments by paragraph, what was done with each, closing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sluis.apps.consent.models import Comment, Review, Reviewer, Version
from sluis.apps.consent.selectors import rules, visibility
from sluis.apps.consent.services import acts, items, messages
from sluis.apps.consent.services.messages import Subject
from sluis.apps.partners.selectors import Acting
from sluis.core import errors
from sluis.wire import clock

OUTCOMES: Final = ("overgenomen", "deels", "niet")


def open_review(acting: Acting, item: UUID, *, readers: frozenset[bytes], days: int = rules.TERM) -> UUID:
    """Asks members to read the item as it is now. Returns the round's id.

    Raises NotAllowed `geen-recht`, NotFound `onbekend-stuk`, Malformed `geen-lid`, `termijn-onjuist`, Conflict
    `leesronde-loopt`.
    """
    rules.days(days)
    with acts.act(acting, "leesronde openen", rules.WRITERS):
        held, now = items.lock(item, acting.organisation), clock.now()
        if not readers or not readers <= set(visibility.members(held.group_id)):
            raise errors.Malformed("Only members of the group are asked to read.", code="geen-lid")
        if Review.objects.filter(item=held, closed=None).exists():
            raise errors.Conflict("A review round of this item is open already.", code="leesronde-loopt")
        row = Review.objects.create(
            item=held,
            group_id=held.group_id,
            version=Version.objects.get(item=held, number=held.version),
            opener=acting.organisation,
            opened=now,
            ends=now + days * rules.DAY,
        )
        for party in sorted(readers):
            Reviewer.objects.create(review=row, group_id=held.group_id, party=party)
        acts.log(acting, "leesronde openen", row.id)
        messages.tell(readers, Subject("leesronde", row.id))
    return row.id


@dataclass(frozen=True, slots=True, repr=False)
class Remark:
    """A comment: the number of the paragraph (from 1) and what there is to say about it."""

    paragraph: int
    text: str


def comment(acting: Acting, review: UUID, remark: Remark) -> UUID:
    """Comments on a paragraph, for an organisation that is asked. Returns the comment's id.

    Raises NotAllowed `geen-recht`, `niet-gevraagd`, NotFound `onbekende-leesronde`, Malformed `geen-reden`, `onbekende-alinea`,
    Conflict `leesronde-gesloten`, `termijn-voorbij`.
    """
    text = rules.reason(remark.text)
    with acts.act(acting, "opmerking maken", rules.WRITERS):
        row = _open(review)
        _require_asked(acting, row)
        if clock.now() >= row.ends:
            raise errors.Conflict("The term of this round is over.", code="termijn-voorbij")
        if not 1 <= remark.paragraph <= len(rules.paragraphs(row.version.text)):
            raise errors.Malformed("The text has no such paragraph.", code="onbekende-alinea")
        made = Comment.objects.create(
            review=row,
            group_id=row.group_id,
            paragraph=remark.paragraph,
            party=acting.organisation,
            person=acting.person,
            text=text,
            time=clock.now(),
        )
        acts.log(acting, "opmerking maken", row.id)
        messages.tell([bytes(row.opener)], Subject("leesronde", row.id))
    return made.id


def finish(acting: Acting, review: UUID) -> None:
    """Says that one's organisation has read it and has nothing more.

    Raises NotAllowed `geen-recht`, `niet-gevraagd`, NotFound `onbekende-leesronde`, Conflict `leesronde-gesloten`.
    """
    with acts.act(acting, "leesronde afronden", rules.WRITERS):
        row = _open(review)
        _require_asked(acting, row)
        Reviewer.objects.filter(review=row, party=acting.organisation).update(done=clock.now())
        acts.log(acting, "leesronde afronden", row.id)


def _open(review: UUID) -> Review:
    """The round, not closed; until the transaction ends nobody closes it."""
    if not Review.objects.filter(id=review).exists():
        raise errors.NotFound("There is no such review round, or it is not yours.", code="onbekende-leesronde")
    row = Review.objects.select_for_update(of=("self",)).select_related("version").get(id=review)
    if row.closed is not None:
        raise errors.Conflict("This round is closed.", code="leesronde-gesloten")
    return row


def _require_asked(acting: Acting, row: Review) -> None:
    if not Reviewer.objects.filter(review=row, party=acting.organisation).exists():
        raise errors.NotAllowed("Your organisation is not asked in this round.", code="niet-gevraagd")


@dataclass(frozen=True, slots=True, repr=False)
class Settling:
    """What was done with a comment: overgenomen, deels or niet, and, but for the first, why."""

    outcome: str
    answer: str = ""


def settle(acting: Acting, comment: UUID, settling: Settling) -> None:
    """Says what was done with a comment, for the organisation that opened the round. May be said again until it is closed.

    Raises NotAllowed `geen-recht`, `niet-de-opener`, NotFound `onbekende-opmerking`, Malformed `onbekende-uitkomst`,
    `geen-reden`, Conflict `leesronde-gesloten`.
    """
    if settling.outcome not in OUTCOMES:
        raise errors.Malformed(f"An outcome is one of {', '.join(OUTCOMES)}.", code="onbekende-uitkomst")
    taken = settling.outcome == "overgenomen"
    answer = "" if taken and not settling.answer.strip() else rules.reason(settling.answer)
    with acts.act(acting, "opmerking afdoen", rules.WRITERS):
        found = Comment.objects.filter(id=comment).first()
        if found is None:
            raise errors.NotFound("There is no such comment, or it is not yours.", code="onbekende-opmerking")
        row = _open(found.review_id)
        _require_opener(acting, row)
        found.outcome, found.answer, found.settled = settling.outcome, answer, clock.now()
        found.save(update_fields=["outcome", "answer", "settled"])
        acts.log(acting, "opmerking afdoen", row.id, outcome=settling.outcome)


def _require_opener(acting: Acting, row: Review) -> None:
    if bytes(row.opener) != acting.organisation:
        raise errors.NotAllowed("Only the organisation that opened the round does this.", code="niet-de-opener")


def close_review(acting: Acting, review: UUID) -> None:
    """Closes a round in which something was done with every comment, and tells the readers.

    Raises NotAllowed `geen-recht`, `niet-de-opener`, NotFound `onbekende-leesronde`, Conflict `leesronde-gesloten`,
    `opmerkingen-open`.
    """
    with acts.act(acting, "leesronde sluiten", rules.WRITERS):
        row = _open(review)
        _require_opener(acting, row)
        if Comment.objects.filter(review=row, outcome="").exists():
            raise errors.Conflict("Say first what was done with every comment.", code="opmerkingen-open")
        row.closed = clock.now()
        row.save(update_fields=["closed"])
        acts.log(acting, "leesronde sluiten", row.id)
        readers = [bytes(one) for one in Reviewer.objects.filter(review=row).values_list("party", flat=True)]
        messages.tell(readers, Subject("leesronde", row.id))

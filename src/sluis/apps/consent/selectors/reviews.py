"""Reads for pages: one review round; and the requests for break-glass of the operators."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sluis.apps.consent.models import Comment, Glass, Review, Reviewer
from sluis.apps.consent.selectors import rules, visibility
from sluis.apps.partners import selectors as partners
from sluis.apps.partners.selectors import Acting
from sluis.core import errors
from sluis.plumbing import viewing
from sluis.wire import clock


@dataclass(frozen=True, slots=True, repr=False)
class CommentRow:
    """One comment and what was done with it; `outcome` is empty while nothing was."""

    id: UUID
    name: str
    text: str
    time: int
    outcome: str
    answer: str


@dataclass(frozen=True, slots=True, repr=False)
class Paragraph:
    """One paragraph with its number and comments."""

    number: int
    text: str
    comments: tuple[CommentRow, ...]


@dataclass(frozen=True, slots=True, repr=False)
class ReviewPage:
    """A review round for one reader. `readers` are names with the moment they were done; `left` comments wait."""

    id: UUID
    item: UUID
    title: str
    version: int
    opener: str
    opened: int
    ends: int
    closed: int | None
    paragraphs: tuple[Paragraph, ...]
    readers: tuple[tuple[str, int | None], ...]
    left: int
    may_comment: bool
    may_settle: bool


def review_page(acting: Acting, review: UUID) -> ReviewPage:
    """One review round, for people of members. Raises NotAllowed `geen-recht`, NotFound `onbekende-leesronde`."""
    rules.require(acting, rules.READERS)
    names = partners.names()
    with viewing.as_organisation(acting.organisation):
        row = Review.objects.select_related("version").filter(id=review).first()
        if row is None or acting.organisation not in visibility.members(row.group_id):
            raise errors.NotFound("There is no such review round, or it is not yours.", code="onbekende-leesronde")
        return _page(acting, row, names)


def _page(acting: Acting, row: Review, names: Mapping[bytes, str]) -> ReviewPage:
    readers = {bytes(party): done for party, done in Reviewer.objects.filter(review=row).values_list("party", "done")}
    comments = list(Comment.objects.filter(review=row).order_by("time", "id"))
    is_open, writes = row.closed is None, acting.role in rules.WRITERS
    return ReviewPage(
        id=row.id,
        item=row.item_id,
        title=row.version.title,
        version=row.version.number,
        opener=names.get(bytes(row.opener), ""),
        opened=row.opened,
        ends=row.ends,
        closed=row.closed,
        paragraphs=tuple(_paragraphs(row.version.text, comments, names)),
        readers=tuple(sorted((names.get(party, party.hex()), done) for party, done in readers.items())),
        left=sum(not one.outcome for one in comments),
        may_comment=is_open and writes and acting.organisation in readers and clock.now() < row.ends,
        may_settle=is_open and writes and bytes(row.opener) == acting.organisation,
    )


def _paragraphs(text: str, comments: list[Comment], names: Mapping[bytes, str]) -> list[Paragraph]:
    return [
        Paragraph(number, words, tuple(_row(one, names) for one in comments if one.paragraph == number))
        for number, words in enumerate(rules.paragraphs(text), 1)
    ]


def _row(one: Comment, names: Mapping[bytes, str]) -> CommentRow:
    return CommentRow(one.id, names.get(bytes(one.party), ""), one.text, one.time, one.outcome, one.answer)


@dataclass(frozen=True, slots=True)
class GlassRequest:
    """A request for break-glass as operators see it: no title, no text. `open_now` within its hour."""

    id: UUID
    item: UUID
    reason: str
    asked: int
    ends: int | None
    own: bool
    may_open: bool
    open_now: bool


def glass_requests(acting: Acting) -> list[GlassRequest]:
    """The newest 50 requests of the operators' organisation. Raises NotAllowed `geen-recht`."""
    rules.require(acting, rules.OPERATORS)
    now = clock.now()
    with viewing.as_organisation(acting.organisation):
        rows = Glass.objects.filter(organisation=acting.organisation).order_by("-asked")[:50]
        return [_request(one, acting, now) for one in rows]


def _request(one: Glass, acting: Acting, now: int) -> GlassRequest:
    own, opened = one.person == acting.person, one.ends is not None and now < one.ends
    mine = acting.person in (one.person, one.approver)
    waits = one.approved is None
    return GlassRequest(one.id, one.item_id, one.reason, one.asked, one.ends, own, waits and not own, opened and mine)

"""What was released to a reader: own organisation's, or, signed in or not, what is open to everybody."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet

from sluis.apps.consent.models import Membership, Publication, Release, Scope
from sluis.apps.consent.selectors import rules, visibility
from sluis.apps.partners import selectors as partners
from sluis.apps.partners.selectors import Acting
from sluis.core import errors
from sluis.plumbing import viewing

PAGE: Final = 50


@dataclass(frozen=True, slots=True, repr=False)
class Released:
    """What went out, without its source. `scope` is why one sees it."""

    id: UUID
    kind: str
    title: str
    paragraphs: tuple[str, ...]
    marking: str
    scope: str
    sector: str
    released: int

    @property
    def mark(self) -> str:
        """After which the next page goes on."""
        return f"{self.released}-{self.id.hex}"


def published(acting: Acting | None, *, after: str = "") -> list[Released]:
    """What was released to the reader, newest first, one more than a page of 50. None: somebody who is not signed in.

    `after` is the `mark` of the last one of the page before.
    """
    mark = visibility.read_mark(after)
    older = Q(released__lt=mark[0]) | Q(released=mark[0], release__lt=mark[1]) if mark else Q()
    with _as(acting):
        return [_released(row) for row in _readable(acting).filter(older).order_by("-released", "-release")[: PAGE + 1]]


def published_one(acting: Acting | None, release: UUID) -> Released:
    """One of them. Raises NotFound `onbekende-vrijgave`."""
    with _as(acting):
        row = _readable(acting).filter(release=release).first()
    if row is None:
        raise errors.NotFound("There is no such release, or it is not for you.", code="onbekende-vrijgave")
    return _released(row)


def _readable(acting: Acting | None) -> QuerySet[Publication]:
    """What reached the reader, or came from a group of its organisation; the policies of the database say the same."""
    found = Q(scope=Scope.PUBLIC)
    if acting is None:
        return Publication.objects.filter(found)
    own = Membership.objects.filter(party=acting.organisation, state=visibility.MEMBER).values("group")
    found |= Q(release_id__in=Release.objects.filter(group__in=own).values("id"))
    found |= Q(scope=Scope.ORGANISATIONS, parties__contains=[acting.organisation.hex()])
    sector = partners.sectors().get(acting.organisation)
    if sector is not None:
        found |= Q(scope=Scope.PARTNERS) | Q(scope=Scope.SECTOR, sector=sector)
    return Publication.objects.filter(found)


def _as(acting: Acting | None) -> AbstractContextManager[None]:
    return viewing.as_nobody() if acting is None else viewing.as_organisation(acting.organisation)


def _released(row: Publication) -> Released:
    words = tuple(rules.paragraphs(row.text))
    return Released(row.pk, row.kind, row.title, words, row.marking, row.scope, row.sector, row.released)

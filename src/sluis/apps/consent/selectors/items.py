"""Reads for pages: one item with its contributors, its release, and who sees it and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from sluis.apps.consent.models import Answer, Group, Item, Release, Review, Version
from sluis.apps.consent.selectors import asked, rules, visibility
from sluis.apps.consent.selectors.rules import Audience
from sluis.apps.partners import selectors as partners
from sluis.apps.partners.selectors import Acting
from sluis.core import errors
from sluis.plumbing import viewing
from sluis.wire import clock


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """What one contributor said in the present round: `ja`, `nee` with its reason, or nothing. `gone`: it left the group."""

    name: str
    own: bool
    says: str
    reason: str
    time: int | None
    gone: bool


@dataclass(frozen=True, slots=True)
class ReleaseView:
    """A release as contributors see it; `named` are the organisations of its audience, by name."""

    id: UUID
    state: str
    marking: str
    audience: Audience
    named: tuple[str, ...]
    digest: str
    round: int
    rule: str
    opened: int
    ends: int
    proposer: str
    answers: tuple[AnswerRow, ...]
    may_answer: bool
    own_proposal: bool
    may_take_back: bool
    may_call_off: bool


@dataclass(frozen=True, slots=True, repr=False)
class ItemPage:
    """One item for one reader. `why` says on which ground it is seen: `lid`, or `inbrenger` for who left and is asked.

    `seen_by` are the organisations that read it now. `release` is the newest, over or not; `may_edit` in a group only.
    """

    id: UUID
    group: UUID
    group_name: str
    kind: str
    number: int
    title: str
    paragraphs: tuple[str, ...]
    text: str
    marking: str
    time: int
    why: str
    contributors: tuple[str, ...]
    seen_by: tuple[str, ...]
    release: ReleaseView | None
    reviews: tuple[tuple[UUID, int | None, int], ...]
    may_write: bool
    may_ask_readers: bool
    creditable: tuple[tuple[str, str], ...]
    members: tuple[tuple[str, str], ...]


def item_page(acting: Acting, item: UUID) -> ItemPage:
    """One item, for a person of a member, or of a contributor that left and is asked about it.

    Raises NotAllowed `geen-recht`, NotFound `onbekend-stuk`.
    """
    rules.require(acting, rules.READERS)
    names = partners.names()
    with viewing.as_organisation(acting.organisation):
        held = visibility.item_of(item, acting.organisation)
        inside = visibility.members(held.group_id)
        is_member = acting.organisation in inside
        contributors = visibility.contributors(item)
        release = Release.objects.filter(item=held).order_by("-opened", "-round").first()
        version = _version(held, release, is_member=is_member)
        reviews = tuple(Review.objects.filter(item=held).order_by("-opened").values_list("id", "closed", "opened"))
        may_write = is_member and acting.role in rules.WRITERS
        return ItemPage(
            id=held.id,
            group=held.group_id,
            group_name=Group.objects.values_list("name", flat=True).get(id=held.group_id) if is_member else "",
            kind=held.kind,
            number=version.number,
            title=version.title,
            paragraphs=tuple(rules.paragraphs(version.text)),
            text=version.text,
            marking=version.marking,
            time=version.time,
            why="lid" if is_member else "inbrenger",
            contributors=_named(contributors, names),
            seen_by=_named(_seen_by(inside, contributors, release), names),
            release=_release(acting, release, names) if release else None,
            reviews=reviews,
            may_write=may_write,
            may_ask_readers=may_write and all(closed for _id, closed, _opened in reviews),
            creditable=_choices((one for one in inside if one not in contributors), names),
            members=_choices(inside, names),
        )


def _version(item: Item, release: Release | None, *, is_member: bool) -> Version:
    """A member reads the newest wording; who left reads the one it is asked about."""
    if is_member or release is None:
        return Version.objects.get(item=item, number=item.version)
    return Version.objects.get(id=release.version_id)


def _seen_by(inside: list[bytes], contributors: list[bytes], release: Release | None) -> list[bytes]:
    """Members; contributors that left see it as long as a release waits for them."""
    waits = release is not None and release.state == "open"
    return sorted({*inside, *(contributors if waits else ())})


def _choices(parties: Iterable[bytes], names: Mapping[bytes, str]) -> tuple[tuple[str, str], ...]:
    """Party ids in hexadecimal with names, to choose from."""
    return tuple((one.hex(), names.get(one, one.hex())) for one in parties)


def _named(parties: list[bytes], names: Mapping[bytes, str]) -> tuple[str, ...]:
    return tuple(sorted(names.get(one, one.hex()) for one in parties))


def _release(acting: Acting, row: Release, names: Mapping[bytes, str]) -> ReleaseView:
    audience, words = asked.audience_of(row), asked.words_of(row)
    contributors = visibility.contributors(row.item_id)
    inside = visibility.members(row.group_id)
    # Who left sees of the others only what they answered.
    gone = set(contributors) - set(inside) if acting.organisation in inside else {acting.organisation}
    state, mine = row.state_at(clock.now()), words.get(acting.organisation)
    is_asked = state == "open" and acting.organisation in contributors and acting.role in rules.DECIDERS
    return ReleaseView(
        id=row.id,
        state=state,
        marking=row.marking,
        audience=audience,
        named=_named(sorted(audience.parties), names),
        digest=row.digest,
        round=row.round,
        rule=row.rule,
        opened=row.opened,
        ends=row.ends,
        proposer=names.get(bytes(row.proposer), ""),
        answers=tuple(
            _answer(words.get(one), own=one == acting.organisation, name=names.get(one, one.hex()), gone=one in gone)
            for one in sorted(contributors, key=lambda party: names.get(party, ""))
        ),
        may_answer=is_asked and (mine is None or mine.says != "ja"),
        own_proposal=acting.person == row.person,
        may_take_back=is_asked and mine is not None and mine.says == "ja",
        may_call_off=state == "open"
        and acting.role in rules.DECIDERS
        and acting.organisation in (bytes(row.proposer), *contributors),
    )


def _answer(said: Answer | None, *, own: bool, name: str, gone: bool) -> AnswerRow:
    if said is None or said.says == "terug":
        return AnswerRow(name, own, "", "", None, gone)
    return AnswerRow(name, own, said.says, said.reason, said.time, gone)


@dataclass(frozen=True, slots=True, repr=False)
class Preview:
    """An item as an audience would see it: no source, no group. `readers` are the organisations that read it; `is_unusual` when
    the group never went so wide; `fits` whether the marking lets it go there."""

    title: str
    paragraphs: tuple[str, ...]
    kind: str
    marking: str
    audience: Audience
    readers: tuple[str, ...]
    is_unusual: bool
    fits: bool


def preview(acting: Acting, item: UUID, *, audience: Audience, marking: str) -> Preview:
    """What this audience would see of the item as it reads now. Changes nothing.

    Raises NotAllowed `geen-recht`, NotFound `onbekend-stuk`.
    """
    rules.require(acting, rules.READERS)
    sectors, names = partners.sectors(), partners.names()
    with viewing.as_organisation(acting.organisation):
        held = visibility.own_item(item, acting.organisation)
        version = Version.objects.get(item=held, number=held.version)
        unusual = rules.is_unusual(audience, asked.used_by(held.group_id))
    try:
        rules.check_audience(audience, marking, sectors=sectors)
        fits = True
    except errors.Malformed:
        fits = False
    reached = [party for party, sector in sectors.items() if audience.reaches(party, sector)]
    return Preview(
        title=version.title,
        paragraphs=tuple(rules.paragraphs(version.text)),
        kind=held.kind,
        marking=marking,
        audience=audience,
        readers=_named(reached, names),
        is_unusual=unusual,
        fits=fits,
    )

"""Reads for pages: one's groups, and one group with its members, motions and items."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, Subquery

from sluis.apps.consent.models import Glass, Group, Item, Membership, Motion, Release, Version, Voice
from sluis.apps.consent.selectors import rules, visibility
from sluis.apps.partners import selectors as partners
from sluis.apps.partners.selectors import Acting
from sluis.plumbing import viewing
from sluis.wire import clock

PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A group in a list: members, items, and releases that wait for somebody's answer."""

    id: UUID
    name: str
    members: int
    items: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Invitation:
    """A group to which one's organisation is invited, by whom."""

    id: UUID
    name: str
    inviter: str


@dataclass(frozen=True, slots=True)
class MyGroups:
    """The groups and invitations of one's organisation, and items of groups left in which its word is asked still."""

    groups: tuple[GroupRow, ...]
    invitations: tuple[Invitation, ...]
    asked: tuple[UUID, ...]


def my_groups(acting: Acting) -> MyGroups:
    """Groups, invitations and open questions of one's organisation. Raises NotAllowed `geen-recht`."""
    rules.require(acting, rules.READERS)
    names = partners.names()
    with viewing.as_organisation(acting.organisation):
        own = Membership.objects.filter(party=acting.organisation)
        joined = list(own.filter(state=visibility.MEMBER).values_list("group", flat=True))
        invited = own.filter(state=visibility.INVITED).select_related("group").order_by("group__name")
        asked = Release.objects.filter(state="open", ends__gt=clock.now()).exclude(group__in=joined)
        waits = _waits(joined)
        return MyGroups(
            tuple(_row(one, waits) for one in _counted(joined)),
            tuple(Invitation(one.group_id, one.group.name, names.get(bytes(one.inviter), "")) for one in invited),
            tuple(asked.order_by("ends").values_list("item", flat=True)),
        )


def _counted(joined: list[UUID]) -> list[Group]:
    members = Membership.objects.filter(group=OuterRef("id"), state=visibility.MEMBER).order_by()
    items = Item.objects.filter(group=OuterRef("id")).order_by()
    return list(
        Group.objects.filter(id__in=joined)
        .annotate(
            members=Subquery(members.values("group").annotate(n=Count("*")).values("n")),
            items=Subquery(items.values("group").annotate(n=Count("*")).values("n")),
        )
        .order_by("name", "id")
    )


def _waits(joined: list[UUID]) -> Mapping[UUID, int]:
    rows = Release.objects.filter(group__in=joined, state="open", ends__gt=clock.now()).order_by()
    return dict(rows.values_list("group").annotate(n=Count("*")))


def _row(group: Group, waits: Mapping[UUID, int]) -> GroupRow:
    counted = vars(group)
    return GroupRow(group.id, group.name, counted["members"] or 0, counted["items"] or 0, waits.get(group.id, 0))


@dataclass(frozen=True, slots=True)
class MemberRow:
    """An organisation in a group: `since` is when it pledged secrecy; None while it is invited."""

    name: str
    own: bool
    since: int | None


@dataclass(frozen=True, slots=True)
class MotionRow:
    """A motion that is open: what it is about, the name or rule it names, who said yes, and whether one's word is wanted."""

    id: UUID
    about: str
    value: str
    agreed: tuple[str, ...]
    silent: int
    ends: int
    wanted: bool


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item in a list of its group."""

    id: UUID
    kind: str
    title: str
    marking: str
    written: int
    version: int
    waits: bool


@dataclass(frozen=True, slots=True)
class GlassRow:
    """That an operator asked for, or got, an item of this group by break-glass; with its reason."""

    item: UUID
    reason: str
    asked: int
    approved: int | None
    ends: int | None


@dataclass(frozen=True, slots=True)
class GroupPage:
    """Everything of one group. `more` is the mark of the next page of items; `choices` may be proposed as a member."""

    id: UUID
    name: str
    rule: str
    members: tuple[MemberRow, ...]
    motions: tuple[MotionRow, ...]
    items: tuple[ItemRow, ...]
    more: str
    glasses: tuple[GlassRow, ...]
    choices: tuple[tuple[str, str], ...]


def group_page(acting: Acting, group: UUID, *, after: str = "") -> GroupPage:
    """One group for a person of a member. `after` is the `more` of the page before.

    Raises NotAllowed `geen-recht`, NotFound `onbekende-groep`.
    """
    rules.require(acting, rules.READERS)
    names = partners.names()
    with viewing.as_organisation(acting.organisation):
        held = visibility.group_of_member(group, acting.organisation)
        present = list(Membership.objects.filter(group=held).exclude(state="weg"))
        items = _items(held.id, after)
        inside = {bytes(one.party) for one in present}
        return GroupPage(
            id=held.id,
            name=held.name,
            rule=held.rule,
            members=tuple(sorted((_member(one, acting, names) for one in present), key=lambda row: row.name)),
            motions=tuple(_motions(acting, held.id, present=present, names=names)),
            items=tuple(items[:PAGE]),
            more=f"{items[PAGE - 1].written}-{items[PAGE - 1].id.hex}" if len(items) > PAGE else "",
            glasses=tuple(_glasses(held.id)),
            choices=_outside(inside, names),
        )


def _outside(inside: set[bytes], names: Mapping[bytes, str]) -> tuple[tuple[str, str], ...]:
    """Who could be proposed as a member: party id in hexadecimal and name, by name."""
    return tuple(sorted(((key.hex(), name) for key, name in names.items() if key not in inside), key=lambda one: one[1]))


def _member(row: Membership, acting: Acting, names: Mapping[bytes, str]) -> MemberRow:
    party = bytes(row.party)
    return MemberRow(names.get(party, party.hex()), party == acting.organisation, row.pledged)


def _motions(acting: Acting, group: UUID, *, present: list[Membership], names: Mapping[bytes, str]) -> list[MotionRow]:
    inside = {bytes(one.party) for one in present if one.state == visibility.MEMBER}
    open_ones = list(Motion.objects.filter(group=group, state="open", ends__gt=clock.now()).order_by("opened", "id"))
    said: dict[UUID, set[bytes]] = {one.id: set() for one in open_ones}
    for motion, party in Voice.objects.filter(motion__in=open_ones).values_list("motion", "party"):
        said[motion].add(bytes(party))
    return [
        MotionRow(
            id=one.id,
            about=one.about,
            value=names.get(bytes.fromhex(one.value), one.value) if one.about == "lid" else one.value,
            agreed=tuple(sorted(names.get(party, party.hex()) for party in said[one.id])),
            silent=len(inside - said[one.id]),
            ends=one.ends,
            wanted=acting.organisation not in said[one.id],
        )
        for one in open_ones
    ]


def _items(group: UUID, after: str) -> list[ItemRow]:
    """One more than a page, newest first. A mark that is none begins at the newest."""
    wording = Version.objects.filter(item=OuterRef("id"), number=OuterRef("version"))
    waits = Release.objects.filter(item=OuterRef("id"), state="open", ends__gt=clock.now())
    rows = Item.objects.filter(group=group).filter(_older(after)).order_by("-written", "-id").annotate(
        title=Subquery(wording.values("title")), marking=Subquery(wording.values("marking")), waits=Exists(waits)
    )  # fmt: skip
    fields = ("id", "kind", "title", "marking", "written", "version", "waits")
    return [ItemRow(*row) for row in rows.values_list(*fields)[: PAGE + 1]]


def _older(after: str) -> Q:
    mark = visibility.read_mark(after)
    return Q(written__lt=mark[0]) | Q(written=mark[0], id__lt=mark[1]) if mark else Q()


def _glasses(group: UUID) -> list[GlassRow]:
    rows = Glass.objects.filter(group=group).order_by("-asked")[:PAGE]
    return [GlassRow(one.item_id, one.reason, one.asked, one.approved, one.ends) for one in rows]

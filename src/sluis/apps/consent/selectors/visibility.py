"""What an organisation may see of groups: the first wall, in words of the application. The second stands in the database."""

from __future__ import annotations

from uuid import UUID

from sluis.apps.consent.models import Contribution, Group, Item, Membership, Release
from sluis.core import errors

MEMBER = "lid"
INVITED = "uitgenodigd"


def read_mark(text: str) -> tuple[int, UUID] | None:
    """Seconds and id of `1763800000-0123...`, the mark after which a page goes on; None for what is no mark."""
    seconds, _, identity = text.partition("-")
    if not (seconds.isascii() and seconds.isdigit() and len(seconds) < 19 and len(identity) == 32):
        return None
    try:
        return int(seconds), UUID(identity)
    except ValueError:
        return None


def membership(group: UUID, party: bytes) -> Membership | None:
    """The row of an organisation in a group, member or not."""
    return Membership.objects.filter(group=group, party=party).first()


def members(group: UUID) -> list[bytes]:
    """Party ids of the members, in order."""
    found = Membership.objects.filter(group=group, state=MEMBER).values_list("party", flat=True)
    return sorted(bytes(one) for one in found)


def group_of_member(group: UUID, party: bytes) -> Group:
    """The group, for a member. Raises NotFound `onbekende-groep` for everybody else: whether it exists is not told."""
    found = Group.objects.filter(id=group).first()
    own = membership(group, party)
    if found is None or own is None or own.state != MEMBER:
        raise errors.NotFound("There is no such group, or it is not yours.", code="onbekende-groep")
    return found


def contributors(item: UUID) -> list[bytes]:
    """Party ids of all who contributed to an item, in order; those who left the group too."""
    return sorted(bytes(one) for one in Contribution.objects.filter(item=item).values_list("party", flat=True))


def item_of(item: UUID, party: bytes) -> Item:
    """The item, for a member of its group, or a contributor that is asked about it now. Raises NotFound `onbekend-stuk`."""
    found = Item.objects.filter(id=item).first()
    if found is None or not (_is_member(found.group_id, party) or is_asked(item, party)):
        raise errors.NotFound("There is no such item, or it is not yours.", code="onbekend-stuk")
    return found


def own_item(item: UUID, party: bytes) -> Item:
    """The item, for a member of its group only. Raises NotFound `onbekend-stuk`."""
    found = Item.objects.filter(id=item).first()
    if found is None or not _is_member(found.group_id, party):
        raise errors.NotFound("There is no such item, or it is not yours.", code="onbekend-stuk")
    return found


def is_asked(item: UUID, party: bytes) -> bool:
    """Whether a release of this item is open and this organisation contributed to it."""
    waits = Release.objects.filter(item=item, state="open").exists()
    return waits and Contribution.objects.filter(item=item, party=party).exists()


def _is_member(group: UUID, party: bytes) -> bool:
    return Membership.objects.filter(group=group, party=party, state=MEMBER).exists()

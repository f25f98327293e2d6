"""Items: write, edit, and say who contributed."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid4

from sluis.apps.consent.models import Contribution, Item, Version
from sluis.apps.consent.selectors import rules, visibility
from sluis.apps.consent.selectors.rules import Wording
from sluis.apps.consent.services import acts, kinds, messages, rounds
from sluis.apps.consent.services.messages import Subject
from sluis.apps.partners.selectors import Acting
from sluis.core import errors
from sluis.wire import clock


@dataclass(frozen=True, slots=True, repr=False)
class Draft:
    """An item to write: words and marking, kind, and the reference of the room that has it (empty: the item's own id)."""

    title: str
    text: str
    marking: str
    kind: str = "document"
    reference: str = ""


def write(acting: Acting, group: UUID, draft: Draft) -> UUID:
    """Puts an item into a group; the organisation is its first contributor. Returns its id.

    Raises NotAllowed `geen-recht`, NotFound `onbekende-groep`, Malformed `stuk-onjuist`, `onbekende-soort`, Conflict
    `bestaat-al`.
    """
    wording = Wording.of(draft.title, draft.text, draft.marking)
    kinds.kind_of(draft.kind)
    with acts.act(acting, "stuk inbrengen", rules.WRITERS):
        held, identity = visibility.group_of_member(group, acting.organisation), uuid4()
        reference = draft.reference or identity.hex
        if Item.objects.filter(kind=draft.kind, reference=reference).exists():
            raise errors.Conflict("This reference is in a group already.", code="bestaat-al")
        item = Item.objects.create(id=identity, group=held, kind=draft.kind, reference=reference, written=clock.now())
        _version(acting, item, wording)
        _contribute(item, acting.organisation)
        acts.log(acting, "stuk inbrengen", item.id)
    return identity


def _version(acting: Acting, item: Item, wording: Wording) -> Version:
    return Version.objects.create(
        item=item,
        group_id=item.group_id,
        number=item.version,
        title=wording.title,
        text=wording.text,
        marking=wording.marking,
        digest=wording.digest(),
        editor=acting.organisation,
        person=acting.person,
        time=clock.now(),
    )


def _contribute(item: Item, party: bytes) -> bool:
    """Whether this made the organisation a contributor; it may have been one."""
    if Contribution.objects.filter(item=item, party=party).exists():
        return False
    Contribution.objects.create(item=item, group_id=item.group_id, party=party, since=clock.now())
    return True


@dataclass(frozen=True, slots=True, repr=False)
class Edit:
    """Other words for an item. `base` is the number of the version that was before the editor's eyes."""

    title: str
    text: str
    marking: str
    base: int


def edit(acting: Acting, item: UUID, change: Edit) -> int:
    """Stores a next version and returns its number; who edits becomes a contributor. A release that waits begins a new round:
    nobody agreed to these words yet. The very same words again change nothing.

    Raises NotAllowed `geen-recht`, NotFound `onbekend-stuk`, Malformed `stuk-onjuist`, Conflict `tekst-gewijzigd`.
    """
    wording = Wording.of(change.title, change.text, change.marking)
    with acts.act(acting, "stuk wijzigen", rules.WRITERS):
        held = lock(item, acting.organisation)
        if held.version != change.base:
            raise errors.Conflict("Somebody changed the text in the meantime.", code="tekst-gewijzigd")
        if Version.objects.get(item=held, number=held.version).digest == wording.digest():
            return held.version
        held.version += 1
        held.save(update_fields=["version"])
        version = _version(acting, held, wording)
        _contribute(held, acting.organisation)
        acts.log(acting, "stuk wijzigen", held.id)
        rounds.begin_again(held, version)
    return version.number


def lock(item: UUID, party: bytes) -> Item:
    """The item of a member's group; until the transaction ends nobody else changes it or what is asked about it."""
    visibility.own_item(item, party)
    return Item.objects.select_for_update().get(id=item)


def credit(acting: Acting, item: UUID, party: bytes) -> None:
    """Says that another member contributed to an item: it is asked from now on, also in a release that waits. Nobody is ever
    taken off.

    Raises NotAllowed `geen-recht`, NotFound `onbekend-stuk`, Malformed `geen-lid`.
    """
    with acts.act(acting, "inbrenger noemen", rules.WRITERS):
        held = lock(item, acting.organisation)
        if party not in visibility.members(held.group_id):
            raise errors.Malformed("Only members of the group contribute.", code="geen-lid")
        waits = rounds.lock_open(held)
        if not _contribute(held, party):
            return
        acts.log(acting, "inbrenger noemen", held.id)
        if waits is not None:
            messages.tell([party], Subject("instemming-gevraagd", held.id))

"""Rounds of a release: a change of text or audience makes every earlier yes count for nothing, and asks all again."""

from __future__ import annotations

from sluis.apps.consent.models import Item, Release, Version
from sluis.apps.consent.selectors import asked, rules, visibility
from sluis.apps.consent.selectors.rules import Audience, Wording
from sluis.apps.consent.services import messages
from sluis.apps.consent.services.messages import Subject
from sluis.wire import clock


def digest_of(version: Version, marking: str, audience: Audience) -> str:
    """What is agreed to: the words of a version under the marking with which they go out, and the audience."""
    return rules.release_digest(Wording(version.title, version.text, marking), audience)


def address(row: Release, audience: Audience, marking: str) -> None:
    """Writes audience and marking into a release that is not saved yet."""
    row.scope, row.parties, row.sector, row.marking = audience.scope, audience.hexed(), audience.sector, marking


def start(row: Release, version: Version) -> None:
    """The release is about this version from now on, with a term of its own from now."""
    now = clock.now()
    row.version, row.digest = version, digest_of(version, row.marking, asked.audience_of(row))
    row.opened, row.ends = now, now + row.days * rules.DAY
    row.remind_at = row.ends - row.days * rules.DAY // 3


def begin_again(item: Item, version: Version) -> None:
    """After an edit: the open release of the item, if any and not past its term, asks everybody about the new text."""
    row = lock_open(item)
    if row is not None:
        ask_again(row, version)


def lock_open(item: Item) -> Release | None:
    """The release of an item that waits within its term; until the transaction ends nobody answers to it."""
    return Release.objects.select_for_update().filter(item=item, state="open", ends__gt=clock.now()).first()


def ask_again(row: Release, version: Version) -> None:
    """The next round of a release that the caller locked, with all contributors told."""
    row.round += 1
    start(row, version)
    row.save()
    messages.tell(visibility.contributors(row.item_id), Subject("instemming-gevraagd", row.item_id))

"""Watch own customers and payees: each evaluated once an epoch, y sealed in the casebook, so that a match asks nobody.

A match alerts; when it no longer holds, a correction does. The same holds for earlier hits. Never proof.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from sluis.client import evaluate, lookup, matching, turns
from sluis.client.casebook import HIT, WATCH, Followed, Place
from sluis.client.directory import Succession
from sluis.client.session import Matter, Session
from sluis.core import errors
from sluis.core.exchange import asking, signal
from sluis.core.exchange.keys import KeyRecord
from sluis.core.exchange.policy import Member
from sluis.core.exchange.signal import Entry
from sluis.core.exchange.words import Use
from sluis.core.identifiers import normalise, scopes
from sluis.core.identifiers.kinds import Identifier
from sluis.wire import clock, trace

DAY: Final = 86_400
REMEMBERED: Final = 90 * DAY
ACTIVITY: Final = "bewaken"


@dataclass(frozen=True, slots=True, repr=False)
class Watched:
    """One identifier to watch, with the reference of one's own customer or payee."""

    identifier: Identifier
    reference: str


@trace.traced
def add(session: Session, items: Sequence[Watched], *, matter: Matter) -> int:
    """Watches identifiers of one type in a circle, each in all its scopes; returns how many were new. Matches alert at once.

    Protected identifiers are left out. The number of scopes watched stays within what the member declared: the day budget of
    the use `watch`. Raises NotPermitted `geen-grondslag`, NotAllowed, TooMany `bewaaklijst-vol`, Malformed, Unavailable.
    """
    if not items:
        return 0
    kind = items[0].identifier.type
    with session.recording(matter, ACTIVITY, kind=kind.label, amount=len(items)):
        record, found = _added(session, items, matter)
    session.store.casebook.follow(record.id, found.items(), why=WATCH, now=clock.now())
    look_up(session, record, set(found))
    session.store.log(matter.logged(ACTIVITY, kind=kind.label, amount=len(found), outcome="toegevoegd"))
    return len(found)


def _added(session: Session, items: Sequence[Watched], matter: Matter) -> tuple[KeyRecord, dict[bytes, Followed]]:
    section, member = session.membership(matter.circle)
    kind = items[0].identifier.type
    matter.require(section, member, kind=kind.label, use=Use.WATCH.label)
    record = session.directory.key(section, kind)
    readings = _readings(session, items)
    _require_room(session, member, record, more=len(readings))
    return record, _evaluated(session, readings, record=record, matter=matter)


def _readings(session: Session, items: Sequence[Watched]) -> list[tuple[Watched, Identifier]]:
    held, day = session.protected(), clock.now() // DAY
    readings = [(one, scoped) for one in items for scoped in scopes.of(one.identifier)]
    return [(one, scoped) for one, scoped in readings if not held.blocks(scoped, day=day)]


def _require_room(session: Session, member: Member, record: KeyRecord, *, more: int) -> None:
    declared = member.budget(Use.WATCH).day
    if session.store.casebook.size(record.id, WATCH) + more > declared:
        raise errors.TooMany(
            "You would watch more than you declared; declare a larger number to the programme office.",
            code="bewaaklijst-vol",
            declared=declared,
        )


def _evaluated(
    session: Session, readings: Sequence[tuple[Watched, Identifier]], *, record: KeyRecord, matter: Matter
) -> dict[bytes, Followed]:
    questions = [asking.Question(scoped.octets(), matter.purpose, one.reference) for one, scoped in readings]
    done = evaluate.evaluate(session, questions, record=record, use=Use.WATCH)
    found: dict[bytes, Followed] = {}
    for (one, scoped), output, commitment in zip(readings, done.outputs, done.commitments, strict=True):
        tag = signal.tag(record.id, signal.voucher(output, record.id))
        words_ = (scoped.type.label, scoped.scope, str(one.identifier), one.reference, matter.purpose, matter.circle)
        found[tag] = Followed(*words_, output, commitment)
    return found


def remove(session: Session, references: set[str]) -> int:
    """Watches these references of one's own no more; returns how many places went."""
    casebook, gone = session.store.casebook, 0
    for key_id in casebook.key_ids():
        places = [one for one in casebook.places(key_id) if one.why == WATCH and casebook.read(one).reference in references]
        casebook.stop(key_id, [one.tag for one in places], why=WATCH)
        gone += len(places)
    return gone


def remember_hits(session: Session, key_id: bytes, followed: Iterable[Followed]) -> None:
    """Follows identifiers that gave a hit, so that a correction reaches their cases."""
    found = [(signal.tag(key_id, signal.voucher(one.output, key_id)), one) for one in followed]
    if found:
        session.store.casebook.follow_hits(key_id, found, now=clock.now())


def look_up(session: Session, record: KeyRecord, tags: set[bytes]) -> None:
    """Looks followed tags up, in the replica or in buckets, and settles each."""
    found: Mapping[bytes, Entry] = lookup.find(session, record, tags)
    for tag in tags:
        for place in session.store.casebook.at(record.id, tag):
            matching.settle(session, place, found.get(tag))


def look_daily(session: Session) -> int:
    """Once a day, and when a key comes into use: looks up everything that is followed; returns how many.

    Hits of more than 90 days ago are forgotten, and everything under a key that is over.
    Raises Unavailable, NotPermitted `geen-grondslag`, NotAllowed; what was looked up before that is settled.
    """
    casebook, now, amount = session.store.casebook, clock.now(), 0
    casebook.forget_before(now - REMEMBERED)
    for key_id in casebook.key_ids():
        record = session.directory.record(key_id)
        if record is None or session.directory.is_over(record):
            casebook.drop_key(key_id)
        elif session.directory.is_in_use(record) and casebook.looked(key_id) // DAY != now // DAY:
            tags = casebook.tags(key_id)
            look_up(session, record, tags)
            casebook.note_looked(key_id, now=now)
            amount += len(tags)
    return amount


_USES: Final = {WATCH: Use.WATCH, HIT: Use.CHECK}


def renew(session: Session, *, circle: str, seed: bytes) -> int:
    """Follows under the next key what is followed under this one, each at its turn in ten days; returns how many.

    An alert is not given again: what matched goes on matching. Raises NotAllowed, NotPermitted, TooMany, Unavailable.
    """
    section, _member = session.membership(circle)
    renewed = 0
    for kind in section.identifier_types():
        found = session.directory.succession(section, kind)
        if found is None:
            continue
        for why in _USES:
            due = [
                one for one in session.store.casebook.unrenewed(found.old.id) if one.why == why and _is_due(one, found, seed)
            ]
            renewed += _renew(session, due, record=found.new, use=_USES[why])
    return renewed


def _is_due(place: Place, found: Succession, seed: bytes) -> bool:
    return turns.turn(seed, place.tag, begin=found.begin, length=found.length) <= clock.now()


def _renew(session: Session, places: Sequence[Place], *, record: KeyRecord, use: Use) -> int:
    casebook = session.store.casebook
    followed = [casebook.read(one) for one in places]
    read = [scopes.pick(normalise.parse(one.type, one.identifier), one.scope) for one in followed]
    each = zip(read, followed, strict=True)
    questions = [asking.Question(one.octets(), kept.purpose, kept.reference) for one, kept in each]
    done = evaluate.evaluate(session, questions, record=record, use=use)
    for place, kept, output, commitment in zip(places, followed, done.outputs, done.commitments, strict=True):
        tag = signal.tag(record.id, signal.voucher(output, record.id))
        new = Place(record.id, tag, place.why, place.added, place.matched)
        casebook.renew(place, new, msgspec.structs.replace(kept, output=output, commitment=commitment))
    return len(places)

"""Match entries against what a partner follows: a match alerts, and when it no longer holds a correction does. Never proof.

Whoever reads the stream matches what came before it is kept, or an entry that a question fetched would alert nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sluis.client.casebook import WATCH, Alert, Followed, Place
from sluis.client.session import Session
from sluis.core.exchange import entries, words
from sluis.core.exchange.entries import Hit, NoHit
from sluis.core.exchange.signal import Entry
from sluis.core.identifiers import protected, scopes
from sluis.core.identifiers.kinds import Identifier, type_named
from sluis.core.taxonomy import forms
from sluis.wire import clock

DAY: Final = 86_400
MATCH, CORRECTED = "treffer", "gecorrigeerd"
_FEW: Final = 200


def changed(session: Session, key_id: bytes, found: Sequence[Entry]) -> None:
    """Entries that came: those of what is followed alert, or correct. Once, however often they come."""
    casebook = session.store.casebook
    if not _counts(session, key_id):
        return
    # In a large piece most tags are nobody's here: one look at all that is followed instead of one for each.
    tags = casebook.tags(key_id) if len(found) > _FEW else None
    for entry in found:
        for place in casebook.at(key_id, entry.tag) if tags is None or entry.tag in tags else ():
            settle(session, place, entry)


def _counts(session: Session, key_id: bytes) -> bool:
    """Whether what this key's entries say counts: under the next key signals are still being published again, under the last
    one they are being erased."""
    record = session.directory.record(key_id)
    return record is not None and session.directory.is_in_use(record)


def settle(session: Session, place: Place, entry: Entry | None) -> None:
    """Brings one place up to date with the entry of its tag, or with there being none."""
    own, today = session.store.own_signal(place.key_id, place.tag), clock.now() // DAY
    counts = own is not None and own.counts and own.expires >= today
    outcome, casebook = entries.read(entry, today=today, own_counts=counts), session.store.casebook
    if isinstance(outcome, Hit) and _is_protected(casebook.read(place)):
        outcome = NoHit()
    if isinstance(outcome, Hit) and not place.matched:
        alert = _match(casebook.read(place), outcome) if place.why == WATCH else None
        casebook.mark(place, matched=True, alert=alert)
    elif not isinstance(outcome, Hit) and place.matched:
        casebook.mark(place, matched=False, alert=corrected(casebook.read(place), note="vervallen"))


def _is_protected(followed: Followed) -> bool:
    """Whether the protected list has it by now: it may have been followed before the list had."""
    identifier = scopes.pick(Identifier(type_named(followed.type), followed.identifier), followed.scope)
    return protected.packaged_list().blocks(identifier, day=clock.now() // DAY)


def _match(followed: Followed, hit: Hit) -> Alert:
    form = forms.by_number().get(hit.form)
    return Alert(
        MATCH,
        clock.now(),
        followed,
        hit.band,
        words.Grade(hit.grade).name,
        words.Advice(hit.advice).label,
        form.code if form else str(hit.form),
        hit.seen,
    )


def corrected(followed: Followed, *, note: str) -> Alert:
    """The alert that an earlier hit no longer holds, or changed."""
    return Alert(CORRECTED, clock.now(), followed, note=note)


def reconcile(session: Session, key_id: bytes) -> None:
    """After a replica was read from its begin: what matched and is there no more is corrected."""
    if not _counts(session, key_id):
        return
    for place in session.store.casebook.places(key_id, matched=True):
        settle(session, place, session.store.replica.find(key_id, place.tag))

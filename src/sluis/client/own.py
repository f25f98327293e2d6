"""Look for one's own signals: a hub that hides them, or a replica that lost them, shows by what is not there.

Only where one signal is enough to be seen (k = 1). A signal that was disputed is not missed. In a bucket circle 64 at a time
are looked for, drawn anew each time: a hub that hides one in ten is caught within the hour.
"""

from __future__ import annotations

import secrets
from typing import Final

import msgspec

from sluis.client import lookup
from sluis.client.casebook import Alert, Followed
from sluis.client.publish import Kept
from sluis.client.session import Session
from sluis.core.exchange.keys import KeyRecord
from sluis.core.exchange.policy import Section
from sluis.wire import clock

DAY: Final = 86_400
MISSING: Final = "eigen-signaal-ontbreekt"
SOME: Final = 64
_SETTLED: Final = frozenset({"betwisting-geopend", "betwisting-besloten"})


def look(session: Session) -> list[bytes]:
    """Ids of own signals that others should see and do not; each is alerted once. Raises as `lookup.find`."""
    found: list[bytes] = []
    for record in session.directory.live_records():
        section = session.directory.snapshot().sections.get(record.circle)
        if section is not None and section.k == 1 and session.directory.is_in_use(record):
            found += _missing(session, section, record)
    return found


def _missing(session: Session, section: Section, record: KeyRecord) -> list[bytes]:
    mine = [one for one in session.store.own_signals(record.id, today=clock.now() // DAY) if one.counts]
    if section.mode == "bucket":
        mine = secrets.SystemRandom().sample(mine, min(len(mine), SOME))
    own = {one.tag: one.signal_id for one in mine}
    seen = lookup.find(session, record, own)
    known = {one.notice.signal for one in session.store.casebook.notices() if one.notice.kind in _SETTLED}
    missing = [signal_id for tag, signal_id in own.items() if tag not in seen and signal_id not in known]
    for shared in session.store.shared(missing[:SOME]):
        session.store.casebook.alert_once(shared.signal_id, _alert(msgspec.json.decode(shared.text, type=Kept), section))
    return missing


def _alert(kept: Kept, section: Section) -> Alert:
    words = (kept.type, kept.scope, kept.identifier, kept.case, kept.purpose, section.name)
    return Alert(MISSING, clock.now(), Followed(*words, b"", b""), note=MISSING)

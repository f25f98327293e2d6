"""Follow the streams of the edge: the replica of a circle's entries, and one's own notices. Cut off, it goes on where it was.

What is followed is matched before entries are in the replica, so that a crash in between gives them again.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import msgspec
from httpx_sse import ServerSentEvent

from sluis.client import matching
from sluis.client.session import Session
from sluis.core import errors
from sluis.core.exchange import documents, notices
from sluis.core.exchange.documents import Signed
from sluis.core.exchange.keys import KeyRecord
from sluis.core.exchange.notices import Cursor, SetDigest
from sluis.core.exchange.signal import ENTRY_OCTETS, OP_REMOVE, Entry
from sluis.wire import clock, logs

FRESH: Final = 60
RECEIPT_EVERY: Final = 3_600


@dataclass(slots=True)
class Following:
    """The replica of one key."""

    session: Session
    record: KeyRecord
    _marks: dict[int, tuple[int, bytes]] = field(default_factory=dict)
    _receipted: int = 0

    @property
    def stream(self) -> str:
        """The name of the stream, as cursors name it."""
        return notices.replica_stream(self.record.id)

    def catch_up(self) -> None:
        """Reads until the replica is up to date. Raises Unavailable, NotPermitted, NotAllowed."""
        for event in self.events():
            if event == "reached":
                return

    def events(self) -> Iterator[str]:
        """Processes the stream for as long as it lasts; gives the name of each event when it is done with it.

        A cursor that is too old begins anew. Raises Unavailable when it is cut, and what the edge refuses with.
        """
        try:
            yield from self._events()
        except errors.Conflict as error:
            if error.reason != "cursor-te-oud":
                raise
            self.session.store.replica.clear(self.record.id, self.stream)
            yield from self._events()

    def _events(self) -> Iterator[str]:
        cursor = self.session.store.replica.place(self.stream).sequence
        if not cursor:
            # What was read of a first piece may hold entries that went since: removals are told to who has a place only.
            self.session.store.replica.clear(self.record.id, self.stream)
        url = f"{self.session.edge}/v1/stromen/{self.record.id.hex()}?vanaf={cursor}"
        with self.session.transport.stream(url) as events:
            for event in events:
                self._process(event)
                yield event.event

    def _process(self, event: ServerSentEvent) -> None:
        replica, place = self.session.store.replica, int(event.id or 0)
        match event.event:
            case "entries":
                self._take(base64.b64decode(event.data), place)
            case "reached":
                replica.hear(self.stream, now=clock.now(), place=place)
                self.give_receipt()
            case "mark":
                self._marks = {int(event.data): self._own_digest(int(event.data))}
            case "digest":
                self._compare(msgspec.json.decode(event.data, type=Signed))
            case _:
                replica.hear(self.stream, now=clock.now())
                self._give_due_receipt()

    def _take(self, octets: bytes, place: int) -> None:
        entries = [Entry.parse(octets[i : i + ENTRY_OCTETS]) for i in range(0, len(octets), ENTRY_OCTETS)]
        matching.changed(self.session, self.record.id, entries)
        self.session.store.replica.apply(self.record.id, octets, stream=self.stream, place=place, now=clock.now())
        if place and any(entry.op == OP_REMOVE for entry in entries):
            self.give_receipt()

    def _give_due_receipt(self) -> None:
        if clock.now() - self._receipted >= RECEIPT_EVERY:
            self.give_receipt()

    def give_receipt(self) -> None:
        """Hands in a signed cursor: everything up to here is processed, removals included. A hub that is away gets the next."""
        place = self.session.store.replica.place(self.stream)
        try:
            hand_in(self.session, self.stream, place.sequence)
        except errors.Unavailable:
            return
        self.session.store.replica.note_receipt(self.stream, place.sequence)
        self._receipted = clock.now()

    def _own_digest(self, mark: int) -> tuple[int, bytes]:
        live, last, digest = self.session.store.replica.digest(self.record.id)
        # Entries behind the mark arrived with the first piece: then this hour says nothing.
        return (live, digest) if last <= mark else (-1, b"")

    def _compare(self, signed: Signed) -> None:
        told = documents.read(signed.payload, SetDigest)
        if self.session.directory.snapshot().head.edge.key not in documents.signers(notices.SET_LABEL, signed):
            raise errors.ProtocolFailure("The edge did not sign this digest.", code="stand-handtekening", party="knooppunt")
        own = self._marks.pop(told.sequence, (-1, b""))
        if told.key != self.record.id or own[0] < 0:
            return
        differs = own != (told.live, told.digest)
        self.session.store.replica.note_digest(self.stream, differs=differs)
        if differs:
            self._begin_anew()

    def _begin_anew(self) -> None:
        logs.logger().error("replica differs from the signed digest", stream=self.stream)
        self.session.store.replica.clear(self.record.id, self.stream)
        raise errors.Unavailable("The replica differed from what the hub signed; it is read anew.", code="replica-wijkt-af")


def hand_in(session: Session, stream: str, sequence: int) -> None:
    """Signs and posts a cursor. Raises Unavailable, NotAllowed."""
    told = Cursor(v=1, party=party_of(session), sequence=sequence, stream=stream, time=clock.now())
    signed = documents.sign(notices.LABEL, told, [session.transport.private])
    session.transport.post(f"{session.web}/v1/ontvangstbewijzen", msgspec.json.encode(signed))


def confirm_notices(session: Session, sequence: int) -> None:
    """Signs that every notice up to here was taken in, corrections to their cases included. Raises Unavailable, NotAllowed."""
    hand_in(session, notices.stream_of(party_of(session)), sequence)


def party_of(session: Session) -> bytes:
    """This partner's own party id. Raises NotAllowed for who is no member."""
    memberships = session.directory.snapshot().memberships(session.key)
    if not memberships:
        raise errors.NotAllowed("This key belongs to no member, or was revoked.")
    return memberships[0][1].id


def require_fresh(session: Session, record: KeyRecord) -> None:
    """The replica of a key is followed and was heard within a minute, or is read up to now. Raises as `Following.catch_up`."""
    following = Following(session, record)
    heard = clock.now() - session.store.replica.place(following.stream).heard
    if following.stream not in session.followed or not 0 <= heard <= FRESH:
        following.catch_up()


def notice_events(session: Session) -> Iterator[str]:
    """Keeps one's own notices for as long as the stream lasts; gives the name of each event when it is done with it.

    `beleid` says that policy or keys may have changed: the directory is refreshed first.
    """
    casebook = session.store.casebook
    url = f"{session.edge}/v1/berichten?vanaf={casebook.last_notice()}"
    with session.transport.stream(url) as events:
        for event in events:
            if event.event == "notice":
                casebook.keep_notices([(int(event.id), base64.b64decode(event.data))])
            elif event.event == "beleid":
                session.directory.refresh()
            yield event.event


def catch_up_notices(session: Session) -> None:
    """Fetches the notices there are. Raises Unavailable, NotAllowed."""
    for event in notice_events(session):
        if event == "reached":
            return

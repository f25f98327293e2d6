"""What a party accepted of the policy: snapshot, revocations, key records. Knows nothing of networks and files.

Gateways, holders and edge keep one each. The hub carries these documents and is not trusted: only the pinned policy keys, the
holders' signatures and the serial accepted before are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from sluis.core import errors
from sluis.core.exchange import documents, policy
from sluis.core.exchange.documents import Signed
from sluis.core.exchange.epochs import Timetable
from sluis.core.exchange.keys import AcceptedKey
from sluis.core.exchange.log.inclusion import Logged
from sluis.core.exchange.policy import SealedSection, SignedSnapshot, Snapshot, Step
from sluis.core.exchange.records import Records


class Closing(msgspec.Struct, frozen=True):
    """The hub's word that the gate of a circle is shut from `since` (seconds, past or to come) on, and the ground's code.

    Nobody signs it beside the hub: it takes away and gives nothing, and the hub could refuse to serve as well.
    """

    circle: bytes
    ground: str
    since: int


class PolicyAnswer(msgspec.Struct, frozen=True):
    """What `GET /v1/beleid` answers: head, own sections, key records, revocations, and the proof that the head is logged.

    `steps` are the changes of holders since the serial asked from; `closings` the circles whose gate the hub shuts.
    """

    head: Signed
    sections: tuple[SealedSection, ...]
    keys: tuple[Signed, ...] = ()
    revocations: tuple[Signed, ...] = ()
    proof: Logged | None = None
    steps: tuple[Step, ...] = ()
    closings: tuple[Closing, ...] = ()

    def snapshot(self) -> SignedSnapshot:
        """The snapshot as its own signers and the log's witnesses vouch for it."""
        return SignedSnapshot(head=self.head, sections=self.sections, proof=self.proof)


@dataclass(frozen=True, slots=True)
class Taken:
    """What an answer changed: whether there is news, and the codes of key records that did not hold."""

    news: bool
    refused: tuple[str, ...]


class Book:
    """Snapshot, revocations and keys. Nothing in it is ever taken back: serials rise, revocations and keys stay."""

    def __init__(self, pinned: Iterable[bytes]) -> None:
        self._pinned = frozenset(pinned)
        self._snapshot: Snapshot | None = None
        self._revocations: tuple[Signed, ...] = ()
        self._answer: PolicyAnswer | None = None
        self.records = Records()

    @property
    def keys(self) -> dict[bytes, AcceptedKey]:
        """The newest generation of every key, by key id."""
        return self.records.newest

    def timetable(self, circle: bytes, kind: int) -> Timetable:
        """When the keys of a circle and type are used, by the stored snapshot."""
        return self.records.timetable(self._snapshot.head.epochs if self._snapshot else (), circle, kind)

    def take(self, octets: bytes, *, now: int) -> Taken:
        """Accepts what the hub answered at `path`.

        Raises Malformed `beleid-onleesbaar`, and what `policy.accept` and `accept_revocation` raise; then nothing changes.
        """
        answer, judge = _read(octets), self._snapshot
        if judge is not None:
            told = [policy.accept_revocation(one, pinned=self._pinned) for one in answer.revocations]
            judge = policy.follow(judge.with_revoked(told), answer.steps, pinned=self._pinned)
        return self._keep(answer, policy.accept(answer.snapshot(), pinned=self._pinned, stored=judge, now=now))

    def _keep(self, answer: PolicyAnswer, accepted: Snapshot) -> Taken:
        revocations = tuple({one.payload: one for one in (*self._revocations, *answer.revocations)}.values())
        taken = [policy.accept_revocation(one, pinned=self._pinned) for one in revocations]
        before = (self._snapshot.octets if self._snapshot else b"", len(self._revocations), self.records.changes)
        self._snapshot, self._revocations = accepted.with_revoked(taken), revocations
        refused = tuple(self._take_keys(answer.keys, self._snapshot))
        self._answer = msgspec.structs.replace(answer, revocations=revocations, steps=())
        return Taken(before != (accepted.octets, len(revocations), self.records.changes), refused)

    def closed(self, circle: bytes, *, at: int) -> str | None:
        """The code of the ground on which the hub says a circle is shut at `at` (seconds), or None."""
        told = self._answer.closings if self._answer else ()
        return next((one.ground for one in told if one.circle == circle and one.since <= at), None)

    @property
    def path(self) -> str:
        """Where to ask: from the serial in hand on."""
        return f"/v1/beleid?vanaf={self.serial}"

    def restore(self, octets: bytes) -> None:
        """Takes back what `kept` gave. It was accepted before, so the log is not asked again; its term is, at every use."""
        answer = _read(octets)
        self.records.restore(_read(octets).keys)
        created = documents.read(answer.head.payload, policy.Head).created
        self._keep(answer, policy.check(answer.snapshot(), pinned=self._pinned, stored=None, now=created))

    def kept(self) -> bytes:
        """What to keep on disk, for `restore` after a restart. Raises Unavailable `geen-beleid`."""
        if self._answer is None:
            raise _nothing_yet()
        return msgspec.json.encode(msgspec.structs.replace(self._answer, keys=self.records.signed()))

    def snapshot(self, now: int) -> Snapshot:
        """The snapshot in force. Raises Unavailable `geen-beleid`, `beleid-verlopen`."""
        if self._snapshot is None:
            raise _nothing_yet()
        self._snapshot.require_current(now)
        return self._snapshot

    @property
    def stored(self) -> Snapshot | None:
        """The accepted snapshot, its term over or not; None when there is none."""
        return self._snapshot

    @property
    def serial(self) -> int:
        """The serial of the accepted snapshot; 0 when there is none."""
        return self._snapshot.head.serial if self._snapshot else 0

    def is_expired(self, now: int) -> bool:
        """Whether there is a snapshot and its term is over."""
        return self._snapshot is not None and now >= self._snapshot.head.not_after

    def _take_keys(self, sent: Iterable[Signed], snapshot: Snapshot) -> Iterable[str]:
        for signed in sent:
            try:
                self.records.take(signed, snapshot)
            except errors.SluisError as error:
                yield error.reason


def _read(octets: bytes) -> PolicyAnswer:
    try:
        return msgspec.json.decode(octets, type=PolicyAnswer)
    except msgspec.DecodeError as error:
        raise errors.Malformed(f"The policy answer does not read: {error}", code="beleid-onleesbaar") from None


def _nothing_yet() -> errors.Unavailable:
    return errors.Unavailable("There is no policy snapshot yet.", code="geen-beleid")

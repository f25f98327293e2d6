"""A holder's part in key ceremonies, by the hub's mailbox. Source: `docs/reference/protocol.md`, Ceremony.

What is drawn for a ceremony lives in memory only. Shares go to the vault before this holder confirms; they are used only
once the key record carries the signatures of all holders.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from sluis.core import errors
from sluis.core.exchange import ceremony, documents
from sluis.core.exchange.documents import Signed
from sluis.core.exchange.encodings import document
from sluis.core.exchange.keys import Slot
from sluis.core.exchange.policy import Holder, Snapshot
from sluis.keyholder.vault import Kept, Vault
from sluis.wire import logs

LABEL = "dkg"


class Open(msgspec.Struct, frozen=True):
    """An open ceremony as the mailbox shows it: the signed documents so far."""

    id: bytes
    slots: tuple[Slot, ...]
    messages: tuple[Signed, ...] = ()


class Mailbox(msgspec.Struct, frozen=True):
    """What `GET /v1/ceremonies` answers."""

    ceremonies: tuple[Open, ...]


@dataclass(slots=True)
class _Part:
    """What this holder remembers of one ceremony."""

    participant: ceremony.Participant
    last: bytes | None = None


@dataclass(slots=True)
class Clerk:
    """Takes part in ceremonies: `step` says what to post next, if anything. `draw` gives fresh octets."""

    private: Ed25519PrivateKey
    seal: X25519PrivateKey
    vault: Vault
    draw: Callable[[int], bytes] = os.urandom
    _parts: dict[bytes, _Part] = field(default_factory=dict)

    def step(self, opened: Open, snapshot: Snapshot, *, held: frozenset[Slot]) -> Signed | None:
        """The message to post now. `held` are the slots that have a key already; those are never made again.

        Raises NotAllowed when this holder is not in the snapshot.
        """
        me = snapshot.holder_with(documents.public_key(self.private))
        if me is None:
            raise errors.NotAllowed("This holder is not in the policy snapshot.")
        rounds = _sorted(opened, snapshot)
        if me.index in rounds[3]:
            return None
        part = self._parts.get(opened.id)
        if part is None:
            return self._begin(opened, snapshot, me, started=me.index in rounds[1], held=held)
        payload = self._next(part, rounds, me.index, everybody=len(snapshot.head.holders))
        return self._signed(payload) if payload else None

    def forget(self, open_ids: Iterable[bytes]) -> None:
        """Ceremonies that are no longer open leave memory."""
        self._parts = {one: self._parts[one] for one in open_ids if one in self._parts}

    def _begin(self, opened: Open, snapshot: Snapshot, me: Holder, *, started: bool, held: frozenset[Slot]) -> Signed | None:
        if started:
            return self._blame(opened.id, me.index, against=me.index, reason="herstart")
        if not _is_wanted(opened.slots, snapshot, held):
            logs.logger().warning("ceremony refused", ceremony=opened.id.hex())
            return None
        seals = {holder.index: holder.seal for holder in snapshot.head.holders}
        setting = ceremony.Setting(opened.id, opened.slots, snapshot.head.threshold, seals)
        part = self._parts[opened.id] = _Part(ceremony.Participant(setting, me.index, self.draw))
        return self._signed(part.participant.commit())

    def _next(self, part: _Part, rounds: dict[int, dict[int, bytes]], index: int, *, everybody: int) -> bytes | None:
        # A message that did not arrive is given again, the same.
        if index not in rounds[1]:
            return part.participant.commit()
        if len(rounds[1]) == everybody and index not in rounds[2]:
            return part.participant.deal()
        if len(rounds[2]) == everybody and part.last is None:
            part.last = self._finish(part.participant, rounds, index)
        return part.last

    def _finish(self, participant: ceremony.Participant, rounds: dict[int, dict[int, bytes]], index: int) -> bytes:
        setting = participant.setting
        try:
            result = participant.finish(rounds[1], rounds[2], self.seal)
        except ceremony.Blamed as blamed:
            logs.logger().warning("ceremony blames", against=blamed.against, reason=blamed.why)
            return document(ceremony.Blame(setting.ceremony, index, blamed.against, blamed.why))
        self.vault.add(
            Kept(result.records[slot], index, share.secret, setting.ceremony) for slot, share in result.shares.items()
        )
        payloads = [document(result.records[slot]) for slot in setting.slots]
        records = tuple(
            ceremony.SignedRecord(one, documents.signature("keys", one, self.private).signature) for one in payloads
        )
        return document(ceremony.Confirm(setting.ceremony, index, result.transcript, records))

    def _blame(self, ceremony_id: bytes, index: int, *, against: int, reason: str) -> Signed:
        return self._signed(document(ceremony.Blame(ceremony_id, index, against, reason)))

    def _signed(self, payload: bytes) -> Signed:
        return Signed(payload, (documents.signature(LABEL, payload, self.private),))


def _sorted(opened: Open, snapshot: Snapshot) -> dict[int, dict[int, bytes]]:
    """Payloads by round and index; the first of each holder counts, and only under that holder's signature."""
    rounds: dict[int, dict[int, bytes]] = {1: {}, 2: {}, 3: {}}
    keys = {holder.index: holder.key for holder in snapshot.head.holders}
    for signed in opened.messages:
        try:
            message = ceremony.read(signed.payload)
        except errors.Malformed:
            continue
        is_theirs = keys.get(message.index) in documents.signers(LABEL, signed)
        if message.ceremony == opened.id and is_theirs:
            rounds[message.round].setdefault(message.index, signed.payload)
    return rounds


def _is_wanted(slots: tuple[Slot, ...], snapshot: Snapshot, held: frozenset[Slot]) -> bool:
    epochs = {epoch.number for epoch in snapshot.head.epochs}
    for slot in slots:
        section = snapshot.sections.get(slot.circle)
        if section is None or slot.type not in section.identifier_types():
            return False
        if slot.epoch not in epochs or slot.generation != 1 or slot in held:
            return False
    return bool(slots) and len(set(slots)) == len(slots)

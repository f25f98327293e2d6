"""A holder's part in ceremonies, by the hub's mailbox. Source: `docs/reference/protocol.md`, Ceremony.

What is drawn for a ceremony lives in memory only. Shares go to the vault before this holder confirms; they are used only
once the key record carries the signatures of all holders, and until then those of the generation before stay.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from sluis.core import errors
from sluis.core.exchange import ceremony, documents, openings
from sluis.core.exchange.documents import Signed
from sluis.core.exchange.encodings import document
from sluis.core.exchange.group import Scalar
from sluis.core.exchange.keys import KeyRecord, Slot
from sluis.core.exchange.openings import Known, OpenCeremony
from sluis.core.exchange.policy import Holder, Snapshot
from sluis.keyholder.vault import Kept, Vault
from sluis.wire import logs

LABEL = "dkg"


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

    def step(self, opened: OpenCeremony, known: Known) -> Signed | None:
        """The message to post now. A ceremony that the policy does not want gets none.

        Raises NotAllowed when this holder is not in the snapshot.
        """
        me = known.snapshot.holder_with(documents.public_key(self.private))
        if me is None:
            raise errors.NotAllowed("This holder is not in the policy snapshot.")
        rounds = _sorted(opened, known.snapshot)
        if me.index in rounds[3]:
            return None
        part = self._parts.get(opened.id)
        if part is None:
            return self._begin(opened, known, me, started=me.index in rounds[1])
        payload = self._next(part, rounds, me.index, everybody=len(known.snapshot.head.holders))
        return self._signed(payload) if payload else None

    def forget(self, open_ids: Iterable[bytes]) -> None:
        """Ceremonies that are no longer open leave memory."""
        self._parts = {one: self._parts[one] for one in open_ids if one in self._parts}

    def _begin(self, opened: OpenCeremony, known: Known, me: Holder, *, started: bool) -> Signed | None:
        if started:
            return self._blame(opened.id, me.index, against=me.index, reason="herstart")
        try:
            participant = self._participant(opened, known, me)
        except errors.SluisError as error:
            logs.logger().warning("ceremony refused", ceremony=opened.id.hex(), code=error.reason)
            return None
        self._parts[opened.id] = _Part(participant)
        return self._signed(participant.commit())

    def _participant(self, opened: OpenCeremony, known: Known, me: Holder) -> ceremony.Participant:
        head = known.snapshot.head
        setting = ceremony.Setting(
            ceremony=opened.id,
            slots=opened.slots,
            threshold=head.threshold,
            seals={holder.index: holder.seal for holder in head.holders},
            opened=opened.opened,
            kind=opened.kind,
            renews=openings.check(opened, known),
            dealers=opened.dealers,
        )
        held = self._held(setting.renews) if me.index in setting.dealing else {}
        return ceremony.Participant(setting, me.index, self.draw, held=held)

    def _held(self, renews: Mapping[Slot, KeyRecord]) -> dict[Slot, Scalar]:
        """Own shares of the generation before. Raises Unavailable `geen-aandeel`."""
        return {slot: self.vault.share(record).secret for slot, record in renews.items()}

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


def _sorted(opened: OpenCeremony, snapshot: Snapshot) -> dict[int, dict[int, bytes]]:
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

"""Ceremonies: Feldman shares for many keys at once, committed, sealed, checked, confirmed. The mailbox is elsewhere.

`dkg` makes keys; `refresh` adds shares of zero to those there are; `reshare` lets t old holders share the same key anew.
Source: `docs/reference/protocol.md`, Ceremony. One `Participant` per holder and ceremony; what it draws lives only in memory,
so a holder that dies in the middle aborts the ceremony and a new one is opened.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from sluis.core import errors
from sluis.core.exchange import documents, group, sharing
from sluis.core.exchange.encodings import document, label, sha256, u8
from sluis.core.exchange.evaluation import Share
from sluis.core.exchange.group import Element, Scalar
from sluis.core.exchange.keys import KeyRecord, Slot

Draw = Callable[[int], bytes]
Kind = Literal["dkg", "refresh", "reshare"]
_SUITE = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.CHACHA20_POLY1305)


class Commit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Round 1: SHA-256 of the round 2 payload to come."""

    ceremony: bytes
    index: int
    digest: bytes
    round: Literal[1] = 1
    v: Literal[1] = 1


class SealedShare(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A share for holder `to`, sealed with HPKE."""

    to: int
    sealed: bytes


class Dealt(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One holder's part in one key: commitments C_0..C_(t-1), proof of possession R s, sealed shares.

    A refresh has no C_0, for its constant is zero.
    """

    slot: Slot
    commitments: tuple[bytes, ...]
    possession: bytes
    shares: tuple[SealedShare, ...]


class Deal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Round 2: one holder's part in every key; nothing of who deals nothing in a reshare."""

    ceremony: bytes
    index: int
    slots: tuple[Dealt, ...]
    round: Literal[2] = 2
    v: Literal[1] = 1


class SignedRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A key record with one holder's signature over it."""

    record: bytes
    signature: bytes


class Confirm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Round 3: everything held; the transcript, and the holder's signature over each key record."""

    ceremony: bytes
    index: int
    transcript: bytes
    records: tuple[SignedRecord, ...]
    round: Literal[3] = 3
    v: Literal[1] = 1


class Blame(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Round 3: holder `against` broke the rules, and how."""

    ceremony: bytes
    index: int
    against: int
    reason: str
    round: Literal[3] = 3
    v: Literal[1] = 1


Message = Commit | Deal | Confirm | Blame
_ROUNDS: dict[int, type[Commit] | type[Deal] | type[Confirm]] = {1: Commit, 2: Deal, 3: Confirm}


class _Round(msgspec.Struct, frozen=True):
    round: int
    against: int | None = None


def read(payload: bytes) -> Message:
    """A message of any round. Raises Malformed `document-onleesbaar`, `onbekende-ronde`."""
    kind = documents.read(payload, _Round)
    if kind.round not in _ROUNDS:
        raise errors.Malformed("A ceremony has three rounds.", code="onbekende-ronde")
    if kind.against is not None:
        return documents.read(payload, Blame)
    return documents.read(payload, _ROUNDS[kind.round])


@dataclass(frozen=True, slots=True)
class Setting:
    """What all holders agree on before they begin: ceremony id, slots in order, threshold, the X25519 key of each index.

    `opened` is when the ceremony was opened (seconds); `renews` gives for each slot of a refresh or reshare the record of the
    generation before; `dealers` are the t old holders that deal in a reshare, else everybody.
    """

    ceremony: bytes
    slots: tuple[Slot, ...]
    threshold: int
    seals: Mapping[int, bytes]
    opened: int = 0
    kind: Kind = "dkg"
    renews: Mapping[Slot, KeyRecord] = field(default_factory=dict)
    dealers: tuple[int, ...] = ()

    @property
    def dealing(self) -> tuple[int, ...]:
        """The indices that deal, in order."""
        return tuple(sorted(self.dealers or self.seals))

    @property
    def lowest(self) -> int:
        """The lowest power of what is dealt: a refresh has no constant."""
        return int(self.kind == "refresh")

    def weight(self, index: int) -> Scalar:
        """l_i of a dealer among the dealers of a reshare. Public."""
        return group.public_scalar(sharing.lagrange_at_zero(self.dealing)[index])

    def info(self, slot: Slot, sender: int, receiver: int) -> bytes:
        """HPKE info: L(share) slot u8(sender) u8(receiver)."""
        return label("share") + slot.octets() + u8(sender) + u8(receiver)


class Blamed(errors.ProtocolFailure):
    """A holder broke the rules of the ceremony."""

    code = "ceremonie-afgebroken"

    def __init__(self, against: int, reason: str) -> None:
        super().__init__(f"Holder {against}: {reason}", against=against)
        self.against = against
        self.why = reason


@dataclass(frozen=True, slots=True, repr=False)
class Result:
    """What a holder has when all held: its shares, the key records it signs, the transcript."""

    shares: dict[Slot, Share]
    records: dict[Slot, KeyRecord]
    transcript: bytes


class Participant:
    """One holder in one ceremony: `commit()`, then `deal()`, then `finish()` with everybody's messages.

    `held` are this holder's shares of the generation before, by slot; a holder that is new in a reshare has none.
    """

    def __init__(self, setting: Setting, index: int, draw: Draw, *, held: Mapping[Slot, Scalar] | None = None) -> None:
        self.setting, self.index, self._held = setting, index, held or {}
        slots = tuple(self._deal(slot, draw) for slot in setting.slots) if index in setting.dealing else ()
        self._payload = document(Deal(setting.ceremony, index, slots))

    def _coefficients(self, slot: Slot, draw: Draw) -> list[Scalar]:
        drawn = [group.reduce(draw(64)) for _ in range(self.setting.threshold)]
        if self.setting.kind == "reshare":
            drawn[0] = group.scalar_multiply(self.setting.weight(self.index), self._held[slot])
        return drawn[self.setting.lowest :]

    def _deal(self, slot: Slot, draw: Draw) -> Dealt:
        coefficients = self._coefficients(slot, draw)
        committed = tuple(sharing.commitments(coefficients))
        possession = _possess(slot, self.index, secret=coefficients[0], nonce=group.reduce(draw(64)))
        shares = tuple(
            SealedShare(to, self._seal(slot, to, sharing.share_at(coefficients, to, lowest=self.setting.lowest)))
            for to in sorted(self.setting.seals)
        )
        return Dealt(slot, committed, possession, shares)

    def _seal(self, slot: Slot, to: int, share: Scalar) -> bytes:
        key = X25519PublicKey.from_public_bytes(self.setting.seals[to])
        return _SUITE.encrypt(share, key, info=self.setting.info(slot, self.index, to))

    def commit(self) -> bytes:
        """The payload of round 1."""
        return document(Commit(self.setting.ceremony, self.index, sha256(self._payload)))

    def deal(self) -> bytes:
        """The payload of round 2; to be sent only when all of round 1 is there."""
        return self._payload

    def finish(self, commits: Mapping[int, bytes], deals: Mapping[int, bytes], private: X25519PrivateKey) -> Result:
        """Checks everybody's messages (payloads by index). Raises Blamed with the first holder that broke a rule."""
        dealt = {i: _opened_deal(self.setting, i, commit=commits[i], payload=deals[i]) for i in sorted(self.setting.seals)}
        shares, records = {}, {}
        for position, slot in enumerate(self.setting.slots):
            parts = {i: dealt[i].slots[position] for i in self.setting.dealing}
            records[slot] = _record(self.setting, slot, parts)
            received = [self._received(part, i, private) for i, part in parts.items()]
            shares[slot] = self._share(slot, received, records[slot])
        return Result(shares, records, transcript(self.setting.ceremony, commits, deals))

    def _received(self, part: Dealt, sender: int, private: X25519PrivateKey) -> Scalar:
        sealed = {share.to: share.sealed for share in part.shares}.get(self.index, b"")
        try:
            share = Scalar(_SUITE.decrypt(sealed, private, info=self.setting.info(part.slot, sender, self.index)))
            sharing.check_share(share, self.index, part.commitments, lowest=self.setting.lowest)
        except (InvalidTag, ValueError, errors.ProtocolFailure):
            raise Blamed(sender, "aandeel-onjuist") from None
        return share

    def _share(self, slot: Slot, received: list[Scalar], record: KeyRecord) -> Share:
        secret, *others = [self._held[slot], *received] if self.setting.kind == "refresh" else received
        for one in others:
            secret = group.scalar_add(secret, one)
        public = Element(record.shares[self.index - 1])
        sharing.check_share(secret, self.index, [public])
        return Share(self.index, slot.generation, secret, public)


def transcript(ceremony: bytes, commits: Mapping[int, bytes], deals: Mapping[int, bytes]) -> bytes:
    """SHA-256(L(dkg) ceremony, then per holder the SHA-256 of its two payloads)."""
    parts = [sha256(commits[i]) + sha256(deals[i]) for i in sorted(commits)]
    return sha256(label("dkg"), ceremony, *parts)


def _opened_deal(setting: Setting, sender: int, *, commit: bytes, payload: bytes) -> Deal:
    try:
        committed, deal = documents.read(commit, Commit), documents.read(payload, Deal)
    except errors.Malformed:
        raise Blamed(sender, "bericht-onleesbaar") from None
    right = (committed.ceremony, committed.index) == (deal.ceremony, deal.index) == (setting.ceremony, sender)
    if not right or committed.digest != sha256(payload):
        raise Blamed(sender, "belofte-gebroken")
    if tuple(part.slot for part in deal.slots) != (setting.slots if sender in setting.dealing else ()):
        raise Blamed(sender, "andere-sleutels")
    for part in deal.slots:
        _check_part(setting, sender, part)
    return deal


def _check_part(setting: Setting, sender: int, part: Dealt) -> None:
    expected = setting.threshold - setting.lowest
    if len(part.commitments) != expected or [share.to for share in part.shares] != sorted(setting.seals):
        raise Blamed(sender, "onvolledig")
    if setting.kind == "reshare" and part.commitments[0] != _old_part(setting, part.slot, sender):
        raise Blamed(sender, "andere-sleutel")
    try:
        for commitment in part.commitments:
            group.check_element(commitment)
        _check_possession(part, sender)
    except errors.SluisError:
        raise Blamed(sender, "bezit-niet-bewezen") from None


def _old_part(setting: Setting, slot: Slot, dealer: int) -> Element:
    """l_i · K_i of the generation before: what a dealer's constant must be, or the key would change."""
    return group.multiply(setting.weight(dealer), setting.renews[slot].shares[dealer - 1])


def _possession_challenge(slot: Slot, index: int, *, committed: bytes, commitment: bytes) -> Scalar:
    return group.reduce(hashlib.sha512(label("pop") + slot.octets() + u8(index) + committed + commitment).digest())


def _possess(slot: Slot, index: int, *, secret: Scalar, nonce: Scalar) -> bytes:
    commitment = group.multiply_base(nonce)
    challenge = _possession_challenge(slot, index, committed=group.multiply_base(secret), commitment=commitment)
    return commitment + group.scalar_add(nonce, group.scalar_multiply(challenge, secret))


def _check_possession(part: Dealt, sender: int) -> None:
    committed, commitment, response = part.commitments[0], part.possession[:32], part.possession[32:]
    challenge = _possession_challenge(part.slot, sender, committed=committed, commitment=commitment)
    promised = group.add(commitment, group.multiply(challenge, committed))
    if group.multiply_base(group.check_scalar(response)) != promised:
        raise errors.ProtocolFailure("The holder does not know what it committed to.", code="bezit-niet-bewezen")


def _record(setting: Setting, slot: Slot, parts: Mapping[int, Dealt]) -> KeyRecord:
    summed = [group.add_all(column) for column in zip(*(part.commitments for part in parts.values()), strict=True)]
    dealt = tuple(sharing.public_at(summed, i, lowest=setting.lowest) for i in sorted(setting.seals))
    old = setting.renews.get(slot)
    if old is not None and setting.kind == "refresh":
        dealt = tuple(group.add(before, more) for before, more in zip(old.shares, dealt, strict=True))
    public, made = (summed[0], setting.opened) if old is None else (old.key, old.made)
    sharing.check_public_shares(public, dealt, setting.threshold)
    n, words = len(setting.seals), (slot.circle, slot.type, slot.epoch, slot.generation)
    return KeyRecord(1, *words, n, setting.threshold, public, dealt, made, setting.opened)

"""The demo's policy authority: makes everybody's keys once, and signs the snapshot at start and each day (2 of 3 keys)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from sluis.client import authority
from sluis.core.exchange import documents, policy
from sluis.core.exchange.log.checkpoint import LogKey
from sluis.core.identifiers import kinds, protected, suffixes
from sluis.demo import circles, world
from sluis.wire import credentials

POLICY_KEYS: Final = ("beleid-1", "beleid-2", "beleid-3")
LOG_KEY: Final = "logboek"
TERM: Final = policy.MAX_TERM
RENEW: Final = world.DAY


@dataclass(frozen=True, slots=True)
class Keyring:
    """The keys of everybody in the demo, one credential file each in `folder`."""

    folder: Path

    def file(self, name: str) -> Path:
        """The credential file called `name`."""
        return self.folder / name

    def ensure(self) -> None:
        """Makes what is missing; what is there stays."""
        everybody = [*world.MEMBERS, *world.HOLDERS, world.HUB, world.EDGE]
        for name in (*POLICY_KEYS, LOG_KEY, *(party.slug for party in everybody)):
            self._ensure(f"{name}.key", os.urandom(32))
        for holder in world.HOLDERS:
            self._ensure(f"{holder.slug}.seal", os.urandom(32))
            self._ensure(f"{holder.slug}.passphrase", os.urandom(24))
        for party in world.PARTIES:
            self._ensure(f"{party.slug}.token", os.urandom(24))
            self._ensure(f"{party.slug}.desk", os.urandom(8))

    def _ensure(self, name: str, content: bytes) -> None:
        if not self.file(name).exists():
            credentials.write(self.file(name), content.hex().encode())

    def private(self, name: str) -> Ed25519PrivateKey:
        """The Ed25519 key of `name`."""
        return credentials.signing_key(self.file(f"{name}.key"))

    def public(self, name: str) -> bytes:
        """The public key of `name`, 32 octets."""
        return documents.public_key(self.private(name))

    def seal(self, name: str) -> bytes:
        """The public X25519 key of holder `name`, 32 octets."""
        octets = bytes.fromhex(credentials.secret(self.file(f"{name}.seal")).decode())
        return X25519PrivateKey.from_private_bytes(octets).public_key().public_bytes_raw()

    def pinned(self) -> tuple[bytes, ...]:
        """The three policy keys."""
        return tuple(self.public(name) for name in POLICY_KEYS)


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the services are: web, edge, and the holders by slug."""

    web: str
    edge: str
    holders: dict[str, str]


class Signing(msgspec.Struct):
    """What the authority remembers: first second of the demo, last serial, when it signed."""

    start: int
    serial: int = 0
    signed: int = 0


class Authority:
    """Signs snapshots of the demo's world."""

    def __init__(self, folder: Path, keyring: Keyring, addresses: Addresses) -> None:
        self._file, self._last = folder / "authority.json", folder / "snapshot.json"
        self._keyring, self._addresses = keyring, addresses

    def is_due(self, now: int) -> bool:
        """Whether the last snapshot is a day old (or the clock went back)."""
        return not 0 <= now - self._state(now).signed < RENEW

    def start(self, now: int) -> int:
        """The first second of the demo's world."""
        return self._state(now).start

    def sign(self, now: int) -> bytes:
        """A new snapshot, as `POST /v1/beleid` takes it."""
        state = self._state(now)
        state.serial, state.signed = state.serial + 1, now
        keys = {party.slug: self._keyring.public(party.slug) for party in world.MEMBERS}
        snapshot = authority.draft(self._head(state), circles.sections(state.start, keys))
        for name in POLICY_KEYS[: policy.SIGNATURES_NEEDED]:
            snapshot = authority.countersign(snapshot, self._keyring.private(name))
        credentials.write(self._file, msgspec.json.encode(state))
        credentials.write(self._last, msgspec.json.encode(snapshot))
        return self.signed()

    def signed(self) -> bytes:
        """The last snapshot, as `sign` gave it."""
        return self._last.read_bytes()

    def _state(self, now: int) -> Signing:
        if self._file.exists():
            return msgspec.json.decode(self._file.read_bytes(), type=Signing)
        return Signing(start=now // 3600 * 3600)

    def _head(self, state: Signing) -> policy.Head:
        ring, places = self._keyring, self._addresses
        keys = {party.slug: (ring.public(party.slug), ring.seal(party.slug)) for party in world.HOLDERS}
        return policy.Head(
            v=1,
            serial=state.serial,
            created=state.signed,
            not_after=state.signed + TERM,
            threshold=world.THRESHOLD,
            holders=world.holders(keys, places.holders),
            hub=policy.Service(id=world.HUB.id, key=ring.public(world.HUB.slug), url=places.web),
            edge=policy.Service(id=world.EDGE.id, key=ring.public(world.EDGE.slug), url=places.edge),
            log=LogKey(origin=world.LOG_ORIGIN, key=ring.public(LOG_KEY)),
            epochs=world.epochs(state.start, state.signed),
            revoked=(),
            normaliser=kinds.NORMALISER_VERSION,
            suffixes=suffixes.packaged_list().digest,
            protected=protected.packaged_list().digest,
            sections=(),
        )

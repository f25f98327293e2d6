"""The shares of keys, sealed at rest. In memory in clear while the service runs; without the passphrase it stays closed."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from pathlib import Path

import msgspec

from sluis.core import errors
from sluis.core.exchange.evaluation import Share
from sluis.core.exchange.group import Element, Scalar
from sluis.core.exchange.keys import KeyRecord, Slot
from sluis.wire import credentials


class Kept(msgspec.Struct, frozen=True):
    """One share with the key record it belongs to. Whether it may be used depends on the record being signed by all."""

    record: KeyRecord
    index: int
    secret: bytes
    ceremony: bytes

    def __repr__(self) -> str:
        return f"Kept(index={self.index})"

    def share(self) -> Share:
        """The share as the evaluation takes it."""
        public = Element(self.record.shares[self.index - 1])
        return Share(self.index, self.record.generation, Scalar(self.secret), public)


class Vault:
    """All shares of one holder in one sealed file. Usable from any thread."""

    def __init__(self, file: Path, passphrase: bytes) -> None:
        """Raises Unavailable `verzegeling-dicht` when the passphrase does not open the file."""
        self._sealed = credentials.SealedFile(file, passphrase)
        self._lock = threading.Lock()
        self._kept = msgspec.msgpack.decode(self._sealed.read() or b"\x90", type=list[Kept])

    def add(self, kept: Iterable[Kept]) -> None:
        """Keeps shares, on disk before this returns."""
        with self._lock:
            left = [*self._kept, *kept]
            self._sealed.write(msgspec.msgpack.encode(left))
            self._kept = left

    def erase(self, gone: Iterable[bytes]) -> None:
        """Forgets the shares of these ceremonies' records (`mark`); what the file held is overwritten on disk.

        Memory and a disk that writes elsewhere (a solid state disk, a file system that copies) may keep traces: nobody can
        prove the opposite.
        """
        marks = frozenset(gone)
        with self._lock:
            left = [one for one in self._kept if mark(one) not in marks]
            self._sealed.write_over(msgspec.msgpack.encode(left))
            self._kept = left

    def kept(self) -> tuple[Kept, ...]:
        """Everything in the vault, settled or not."""
        return tuple(self._kept)

    def share(self, record: KeyRecord) -> Share:
        """The share of this key and generation. Raises Unavailable `geen-aandeel` when this holder has none."""
        for kept in self._kept:
            if kept.record == record:
                return kept.share()
        raise errors.Unavailable("This holder has no share of this key.", code="geen-aandeel")

    def slots(self) -> frozenset[Slot]:
        """The slots this vault has shares for, settled or not."""
        return frozenset(kept.record.slot for kept in self._kept)


def mark(kept: Kept) -> bytes:
    """What tells one kept share from another: its ceremony and the slot's octets. Nothing of the secret."""
    return kept.ceremony + kept.record.slot.octets()

"""Which shares a holder erases and when, and its word that it did. Source: `docs/reference/protocol.md`, Ceremony and Epochs.

Nothing goes while the policy in hand is out of its term: a clock that runs ahead must not cost a key its shares.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sluis.core.exchange import attest, documents, epochs
from sluis.core.exchange.attest import Attestation, Erased, Reason
from sluis.core.exchange.documents import Signed
from sluis.core.exchange.keys import KeyRecord
from sluis.core.exchange.openings import Known
from sluis.keyholder.store import Store
from sluis.keyholder.vault import Kept, Vault, mark


def erasable(vault: Vault, known: Known) -> Iterator[tuple[Kept, Reason]]:
    """The shares that are to go now, each with why: its epoch ended a day ago, a newer generation of which this holder has a
    share is an hour old, or another ceremony filled its slot."""
    kept = vault.kept()
    usable = {one.record for one in kept}
    for one in kept:
        reason = _reason(one, known, usable=usable)
        if reason is not None:
            yield one, reason


def _reason(kept: Kept, known: Known, *, usable: set[KeyRecord]) -> Reason | None:
    record = kept.record
    if known.records.timetable(known.snapshot.head.epochs, record.circle, record.type).is_over(record.epoch, known.now):
        return "ended"
    accepted = known.records.of(record.place)
    if accepted is None:
        return None
    newest = accepted.record
    if newest.generation == record.generation and newest != record:
        return "failed"
    is_newer = newest.generation > record.generation and newest in usable
    return "superseded" if is_newer and epochs.is_superseded(newest.renewed, known.now) else None


@dataclass(frozen=True, slots=True)
class Eraser:
    """Erases and attests. What is to go is written down first, so that a kill in between leaves no erasure untold."""

    private: Ed25519PrivateKey
    vault: Vault
    store: Store

    def tidy(self, known: Known) -> int:
        """Erases what is to go at `known.now`; returns how many shares went."""
        found = list(erasable(self.vault, known))
        if found:
            lines = [(mark(kept), Erased(reason, kept.record.slot, known.now)) for kept, reason in found]
            self.store.intend_erasures([(key, msgspec.json.encode(line)) for key, line in lines])
            self.vault.erase(key for key, _line in lines)
        self.store.finish_erasures(present=[mark(kept) for kept in self.vault.kept()])
        return len(found)

    def attestation(self, index: int) -> tuple[list[int], Signed] | None:
        """The numbers of the erasures the hub was not told of, and the document to tell them by; None when it knows all."""
        rows = self.store.untold_erasures(attest.MAX_ERASED)
        if not rows:
            return None
        erased = tuple(msgspec.json.decode(line, type=Erased) for _number, line in rows)
        return [number for number, _line in rows], documents.sign(attest.LABEL, Attestation(erased, index), [self.private])

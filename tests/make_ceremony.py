"""An open key ceremony of a `make.Circle`, its three holders taking part through the services."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sluis.apps.exchange import services as exchange
from sluis.core.exchange import ceremony, documents
from sluis.core.exchange.documents import Signed
from sluis.core.exchange.encodings import document


@dataclass(frozen=True)
class Ceremony:
    """An open ceremony with its three participants; each step posts through the service."""

    circle: Any
    setting: ceremony.Setting
    people: Mapping[int, ceremony.Participant]

    def post(self, index: int, payload: bytes) -> str:
        holder = self.circle.holders[index - 1]
        signed = Signed(payload, (documents.signature("dkg", payload, holder.key),))
        return exchange.post_message(self.setting.ceremony, signed, key=holder.public).state

    def commit(self, *, but: Sequence[int] = ()) -> None:
        for i in self.people.keys() - set(but):
            self.post(i, self.people[i].commit())

    def deal(self) -> None:
        for i, one in self.people.items():
            self.post(i, one.deal())

    def results(self) -> dict[int, ceremony.Result]:
        commits = {i: one.commit() for i, one in self.people.items()}
        deals = {i: one.deal() for i, one in self.people.items()}
        return {i: one.finish(commits, deals, self.circle.seals[i - 1]) for i, one in self.people.items()}

    def confirm(self, *, spoilt: int | None = None) -> dict[int, ceremony.Result]:
        """Round 3 of all; the holder `spoilt` signs its records with a key that is not its own."""
        results = self.results()
        for i, result in results.items():
            key = Ed25519PrivateKey.generate() if i == spoilt else self.circle.holders[i - 1].key
            self.post(i, confirmation(self.setting, i, result, key))
        return results


def confirmation(setting: ceremony.Setting, index: int, result: ceremony.Result, key: Ed25519PrivateKey) -> bytes:
    """The payload of round 3."""
    records = []
    for slot in setting.slots:
        record = document(result.records[slot])
        records.append(ceremony.SignedRecord(record, documents.signature("keys", record, key).signature))
    return document(ceremony.Confirm(setting.ceremony, index, result.transcript, tuple(records)))

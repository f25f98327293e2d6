"""Evaluate: every refusal in the order of the protocol, then the answer. Source: `docs/reference/protocol.md`, Evaluate."""

from __future__ import annotations

import os
from dataclasses import dataclass

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sluis.core import errors
from sluis.core.exchange import evaluation, wire
from sluis.core.exchange.bodies import LogLine
from sluis.core.exchange.encodings import sha256
from sluis.core.exchange.keys import KeyRecord
from sluis.core.exchange.policy import Member, Section, Snapshot
from sluis.core.law import decision
from sluis.keyholder.store import Account, Batch, Store
from sluis.keyholder.vault import Vault
from sluis.wire import trace
from sluis.wire.directory import Directory


@dataclass(frozen=True, slots=True)
class Desk:
    """What a holder answers with."""

    directory: Directory
    vault: Vault
    store: Store
    private: Ed25519PrivateKey

    def require_known(self, signer: bytes, *, now: int) -> None:
        """Raises NotAllowed `geen-recht` for a key that is no member's: nothing is kept of it, not even its nonce."""
        if not self.directory.snapshot(now).memberships(signer):
            raise errors.NotAllowed("This key belongs to no member, or was revoked.")

    def answer(self, signer: bytes, body: bytes, *, now: int) -> bytes:
        """The signed answer to `body`, asked by the key `signer`. Blocks: not for the event loop. Raises every refusal."""
        self.require_known(signer, now=now)
        snapshot = self.directory.snapshot(now)
        request = wire.EvaluateRequest.parse(body)
        section, member, record = self._authorise(snapshot, signer, request, now=now)
        request.check_elements()
        account = Account(member.id, section.circle, record.type, request.use)
        batch = Batch(account, request.batch_id, sha256(body), len(request.blinded), _line(request, member, body, now=now))
        share = self.vault.share(record)
        known = self.store.admit(batch, member.budget(request.use), now=now)
        if known is not None:
            return known
        fresh = evaluation.Desk(self.private, member.id, now, os.urandom(32))
        answer = evaluation.answer(request, share, fresh)
        self.store.keep_answer(batch, answer)
        return answer

    def _authorise(
        self, snapshot: Snapshot, signer: bytes, request: wire.EvaluateRequest, *, now: int
    ) -> tuple[Section, Member, KeyRecord]:
        memberships = snapshot.memberships(signer)
        known = self.directory.keys.get(request.key_id)
        table = self.directory.timetable(known.record.circle, known.record.type) if known else None
        if known is None or table is None or not table.is_live(known.record.epoch, now):
            _require_some_term(memberships, now)
            if table is not None and table.is_closed(now):
                raise decision.GROUNDS["kring-zonder-sleutel"].error()
            raise errors.NotFound("This key is not known here.", code="onbekende-sleutel")
        for section, member in memberships:
            if section.circle == known.record.circle:
                _require(section, member, known.record, request=request, now=now)
                return section, member, known.record
        raise errors.NotAllowed("This key belongs to no member of the circle.")


def _require(section: Section, member: Member, record: KeyRecord, *, request: wire.EvaluateRequest, now: int) -> None:
    kind, use = record.identifier_type.label, request.use.label
    decision.require(decision.Passage(section, member, now, type=kind, use=use))


def _require_some_term(memberships: list[tuple[Section, Member]], now: int) -> None:
    grounds = [decision.decide(decision.Passage(section, member, now)) for section, member in memberships]
    if all(grounds) and grounds[0] is not None:
        raise grounds[0].error()


def _line(request: wire.EvaluateRequest, member: Member, body: bytes, *, now: int) -> bytes:
    m = len(request.blinded)
    return msgspec.json.encode(
        LogLine(
            request.batch_id, sha256(body), request.key_id, m, member.id, request.root, now, request.use, trace.current_id()
        )
    )

"""The policy snapshot and the key records as a long-running service keeps them: fetched each minute, checked, on disk.

The hub carries them and is not trusted: only the pinned policy keys, the holders' signatures and the stored serial are.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import msgspec

from sluis.core import errors
from sluis.core.exchange import documents, keys, policy
from sluis.core.exchange.documents import Signed
from sluis.core.exchange.keys import AcceptedKey
from sluis.core.exchange.policy import SealedSection, SignedSnapshot, Snapshot
from sluis.wire import calls, clock, credentials, logs

REFRESH: Final = 60
RETRY: Final = 1.0


class PolicyAnswer(msgspec.Struct, frozen=True):
    """What `GET /v1/beleid` answers."""

    head: Signed
    sections: tuple[SealedSection, ...]
    keys: tuple[Signed, ...] = ()
    revocations: tuple[Signed, ...] = ()


class Directory:
    """Who may do what, for one service. `file` survives a restart, so that an older snapshot is never taken back."""

    def __init__(self, file: Path, pinned: Iterable[bytes]) -> None:
        self._file, self._pinned = file, frozenset(pinned)
        self._snapshot: Snapshot | None = None
        self._revocations: tuple[Signed, ...] = ()
        self.keys: dict[bytes, AcceptedKey] = {}
        self._records: dict[bytes, AcceptedKey] = {}
        self.stale = asyncio.Event()
        if file.exists():
            self._read_back(msgspec.json.decode(file.read_bytes(), type=PolicyAnswer))

    def _read_back(self, kept: PolicyAnswer) -> None:
        # It was accepted before; its term is looked at whenever it is used.
        created = documents.read(kept.head.payload, policy.Head).created
        self._accept(kept, now=created)

    def snapshot(self, now: int) -> Snapshot:
        """The snapshot in force. Raises Unavailable `geen-beleid`, `beleid-verlopen`."""
        if self._snapshot is None:
            raise errors.Unavailable("There is no policy snapshot yet.", code="geen-beleid")
        self._snapshot.require_current(now)
        return self._snapshot

    @property
    def serial(self) -> int:
        """The serial of the stored snapshot; 0 when there is none."""
        return self._snapshot.head.serial if self._snapshot else 0

    async def refresh(self, hub: calls.Caller) -> None:
        """Fetches from the hub and keeps what holds. Raises ProtocolFailure when something does not, Unavailable."""
        answer = msgspec.json.decode(await hub.get("/v1/beleid"), type=PolicyAnswer)
        if self._accept(answer, now=clock.now()):
            kept = msgspec.structs.replace(answer, revocations=self._revocations)
            credentials.write(self._file, msgspec.json.encode(kept))

    async def try_refresh(self, hub: calls.Caller) -> bool:
        """As `refresh`; what goes wrong is logged and what was stored stays."""
        try:
            await self.refresh(hub)
        except (errors.SluisError, msgspec.DecodeError) as error:
            code = error.reason if isinstance(error, errors.SluisError) else "antwoord-onleesbaar"
            logs.logger().warning("policy not refreshed", code=code)
            return False
        return True

    async def follow(self, hub: calls.Caller) -> None:
        """Refreshes for ever: each minute, and when `stale` is set or nothing is there yet within a second."""
        while True:
            self.stale.clear()
            fresh = await self.try_refresh(hub)
            await asyncio.sleep(RETRY)
            if fresh:
                await self._rest()

    async def _rest(self) -> None:
        # Time may jump in the demo: an expired snapshot ends the rest, as news and a first key do.
        for _ in range(int(REFRESH / RETRY) - 1):
            if self.stale.is_set() or not self.keys or self._is_expired():
                return
            await asyncio.sleep(RETRY)

    def _is_expired(self) -> bool:
        return self._snapshot is not None and clock.now() >= self._snapshot.head.not_after

    def _accept(self, answer: PolicyAnswer, *, now: int) -> bool:
        sent = SignedSnapshot(head=answer.head, sections=answer.sections)
        accepted = policy.accept(sent, pinned=self._pinned, stored=self._snapshot, now=now)
        revocations = tuple({one.payload: one for one in (*self._revocations, *answer.revocations)}.values())
        taken = [policy.accept_revocation(one, pinned=self._pinned) for one in revocations]
        before = self._snapshot, len(self._revocations), len(self.keys)
        self._snapshot, self._revocations = accepted.with_revoked(taken), revocations
        self._accept_keys(answer.keys, self._snapshot)
        was = before[0].octets if before[0] else b""
        return (was, *before[1:]) != (accepted.octets, len(revocations), len(self.keys))

    def _accept_keys(self, sent: Iterable[Signed], snapshot: Snapshot) -> None:
        for signed in sent:
            if signed.payload in self._records:
                continue
            try:
                accepted = keys.accept(signed, snapshot)
            except errors.SluisError as error:
                logs.logger().warning("key record refused", code=error.reason)
                continue
            self._records[signed.payload] = accepted
            self._keep(accepted)

    def _keep(self, accepted: AcceptedKey) -> None:
        known = self.keys.get(accepted.record.id)
        if known is None or known.record.generation < accepted.record.generation:
            self.keys[accepted.record.id] = accepted

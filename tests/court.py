"""What FakeSluis lacks for the rights of persons: disputes that suspend, a decision, access that publishers answer."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx
import msgspec

from sluis.core import errors
from sluis.core.exchange import signal
from sluis.core.exchange.notices import Notice
from sluis.core.exchange.rights import (
    AccessRequest,
    AccessSignal,
    AccessState,
    DisputeDecision,
    DisputeReach,
    DisputeRequest,
    DisputeState,
)
from sluis.wire import clock

if TYPE_CHECKING:
    from sluis.client.session import Session
    from sluis.client.testing import FakeSluis


@dataclass
class Court:
    """What the hub keeps of disputes and access. A disputed tag gives no entry; upheld, its signals are gone."""

    fake: FakeSluis
    opened: dict[bytes, tuple[bytes, DisputeRequest, str]] = field(default_factory=dict)
    asked: dict[bytes, tuple[bytes, dict[bytes, tuple[str, str]]]] = field(default_factory=dict)
    hidden: dict[bytes, dict[Any, Any]] = field(default_factory=dict)
    reach: DisputeReach = field(default_factory=lambda: DisputeReach(0, 0, {}))

    def answer(self, request: httpx.Request, key: bytes) -> Any:
        _, _v1, what, *rest = request.url.path.split("/")
        if what == "betwistingen" and not rest:
            return self._dispute(msgspec.json.decode(request.content, type=DisputeRequest), key)
        if what == "betwistingen" and rest[1] == "besluiten":
            return self._decide(bytes.fromhex(rest[0]), msgspec.json.decode(request.content, type=DisputeDecision))
        if what == "betwistingen":
            return self.reach
        if not rest:
            return self._access(msgspec.json.decode(request.content, type=AccessRequest), key)
        return self._state(bytes.fromhex(rest[0]))

    def _dispute(self, body: DisputeRequest, key: bytes) -> DisputeState:
        self.fake._passage(key, use="dispute")
        tag = signal.tag(body.key, body.voucher)
        there = next((one for one, (at, _body, state) in self.opened.items() if at == tag and state == "open"), None)
        live = {place: one for place, one in self.fake._signals.items() if place[1] == tag}
        if there is None and not live:
            raise errors.NotFound("Nobody shared a signal on this tag.", code="geen-signaal")
        identity = there or secrets.token_bytes(16)
        self.opened[identity] = (tag, body, "open")
        self.hidden.setdefault(identity, {}).update(live)
        self.fake._signals = {place: one for place, one in self.fake._signals.items() if place not in live}
        return DisputeState(clock.now() + 14 * 86_400, identity, "open")

    def _decide(self, identity: bytes, decision: DisputeDecision) -> DisputeState:
        tag, body, _state = self.opened[identity]
        self.opened[identity] = (tag, body, decision.outcome)
        if decision.outcome == "ongegrond":
            self.fake._signals.update(self.hidden.pop(identity))
        return DisputeState(clock.now(), identity, decision.outcome)

    def _access(self, body: AccessRequest, key: bytes) -> AccessState:
        self.fake._passage(key, use="inzage")
        tag, identity = signal.tag(body.key, body.voucher), secrets.token_bytes(16)
        found = {one.header.signal_id: ("gevraagd", "") for (_, at), one in self.fake._signals.items() if at == tag}
        self.asked[identity] = (body.key, found)
        return self._state(identity)

    def publishers_say(self, state: str, ground: str = "") -> None:
        """Every publisher answers every access request so."""
        self.asked = {request: (key, dict.fromkeys(found, (state, ground))) for request, (key, found) in self.asked.items()}

    def _state(self, identity: bytes) -> AccessState:
        _key, found = self.asked[identity]
        return AccessState(clock.now() + 28 * 86_400, identity, tuple(self._told(one, *how) for one, how in found.items()))

    def _told(self, signal_id: bytes, state: str, ground: str) -> AccessSignal:
        admitted = self.fake._by_id[signal_id]
        if state != "verstrekt":
            return AccessSignal(signal_id, {}, state, ground=ground)
        return AccessSignal(signal_id, {"bank": 1}, state, admitted.context, "", None, admitted.salt)

    def decided(self, session: Session, outcome: str) -> None:
        """The dispute body decided every open dispute, and the desk hears it in its notices."""
        told = []
        for identity, (_tag, body, state) in list(self.opened.items()):
            if state == "open":
                self._decide(identity, DisputeDecision(outcome))  # type: ignore[arg-type]
                told.append(Notice("betwisting-besloten", clock.now(), body.circle, subject=identity, outcome=outcome))
        start = session.store.casebook.last_notice() + 1
        session.store.casebook.keep_notices((start + i, msgspec.json.encode(one)) for i, one in enumerate(told))


def with_desk(fake: FakeSluis, name: str = "desk") -> None:
    """A new policy in which `name` is a rights desk, and nothing else, of the usual circle."""
    members = [
        msgspec.structs.replace(
            one,
            uses=("inzage", "dispute"),
            budgets={**one.budgets, **dict.fromkeys(("inzage", "dispute"), one.budgets["check"])},
        )
        if one.name == name
        else one
        for one in fake.section().members
    ]
    fake.sign_policy(serial=2, sections=(msgspec.structs.replace(fake.section(), members=tuple(members)),))

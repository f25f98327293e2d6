"""What really went over the wire: every request of a session with its answer, octet for octet."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import httpx
import msgspec

from sluis.client.config import Partner
from sluis.client.session import Session
from sluis.demo.layout import Layout
from sluis.wire import sse


@dataclass(frozen=True, slots=True)
class Sent:
    """One request: who sent it (a slug), where to, the body, and the answer with its status."""

    party: str
    url: str
    body: bytes
    status: int
    answer: bytes


@dataclass(slots=True)
class Recorder:
    """Keeps what its sessions send, in order. The holders of a batch are asked in threads of their own."""

    sent: list[Sent] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def listen(self, session: Session, party: str) -> None:
        """Records everything this session sends from now on. A stream is not read here: it has no end."""

        def note(answer: httpx.Response) -> None:
            if answer.headers.get("content-type", "").startswith(sse.MEDIA_TYPE):
                return
            request = answer.request
            kept = Sent(party, str(request.url), request.content, answer.status_code, answer.read())
            with self._lock:
                self.sent.append(kept)

        session.transport.http.event_hooks = {"request": [], "response": [note]}

    def to(self, address: str, path: str, *, party: str) -> list[Sent]:
        """What a party sent to a service at a path, in order."""
        return [one for one in self.sent if one.party == party and one.url.startswith(f"{address}{path}")]


def session(layout: Layout, partner: Partner, slug: str) -> Session:
    """A session as this partner with books of its own: the gateway that runs keeps its books to itself."""
    store = (layout.data("live") / f"{slug}.sqlite").absolute()
    return Partner(msgspec.structs.replace(partner.config, store=str(store)), partner.folder).session()

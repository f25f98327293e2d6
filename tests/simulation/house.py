"""Hub, edge and holders in this process, on a real database: partners' own code talks to the hub's own code, and a reply is
lost, or a partner dies, where the dice say so.

What is real: partners (stores on disk, transport, publishing, checking, watching, rights), the hub (URLs, signatures, services,
PostgreSQL), the entries and replica streams of the edge, the holders' mathematics. Not here: sockets, processes, the holders'
and the edge's gates; those have the run over the whole demo.
"""

from __future__ import annotations

import asyncio
import base64
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import msgspec
from django.conf import settings
from django.db import connections
from django.test import Client
from make import DAY, PURPOSE, Circle

from sluis.apps.audit import services as audit
from sluis.apps.exchange import services as exchange
from sluis.client.directory import Directory, Source
from sluis.client.session import Matter, Session
from sluis.client.store import Store
from sluis.client.transport import Transport
from sluis.core import errors
from sluis.core.exchange import documents, evaluation, group, notices, policy, wire
from sluis.core.exchange.bodies import BucketQuestion
from sluis.edge import gate
from sluis.edge.entries import Entries
from sluis.edge.replicas import Replicas
from sluis.plumbing.models import Event
from sluis.wire import clock, problems, signatures, sse

EDGE = "https://edge.test"
LOST, CUT, DEAD_BEFORE, DEAD_AFTER = "request lost", "reply lost", "dies before it sent", "dies before the reply"
FAULTS = (LOST, CUT, DEAD_BEFORE, DEAD_AFTER)
_CARRIED = ("content-digest", "signature", "signature-input")


class Died(BaseException):
    """The partner's process ended here."""


@dataclass
class House:
    """Everything but the partners. `faults` strike the next posts to the hub, one each."""

    circle: Circle
    folder: Path
    settings: policy.Section
    faults: list[str] = field(default_factory=list)
    down: set[int] = field(default_factory=set)
    posts: list[tuple[str, bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.entries = Entries()
        self.replicas = Replicas(self.entries, self.circle.edge.key)

    # partners

    def session(self, name: str) -> Session:
        """This partner, started anew on the files it left."""
        private = self.circle.members[name].key
        http = httpx.Client(transport=httpx.MockTransport(self._handle))
        transport = Transport(http, private, sleep=lambda _seconds: None)
        pinned = frozenset(documents.public_key(key) for key in self.circle.policy_keys)
        store = Store(self.folder / f"{name}.sqlite", private)
        directory = Directory(transport, Source(settings.SLUIS_WEB_URL, pinned), store)
        return Session(transport, directory, store, settings.SLUIS_WEB_URL, EDGE, self.circle.members[name].public)

    def matter(self, case: str) -> Matter:
        return Matter(self.circle.name, case, PURPOSE)

    # what runs beside

    def work(self) -> None:
        """One round of everything the worker does, and of the holders' ceremonies."""
        while exchange.open_ceremonies():
            self.circle.hold_ceremony()
        exchange.erase_ended()
        exchange.forget_stream()
        exchange.expire_signals()
        exchange.refuse_the_silent()
        exchange.tell_feedback()
        audit.sequence()

    def new_day(self) -> None:
        """A day's policy, and a round of work under it."""
        self.circle.accept(self.settings)
        self.work()

    def pull(self) -> None:
        """The edge reads on in the stream."""
        rows = Event.objects.filter(stream="entries", sequence__gt=self.entries.cursor).order_by("sequence")
        for sequence, body in rows.values_list("sequence", "body"):
            self.entries.apply(sequence, bytes(body))

    def restart_edge(self) -> None:
        """The edge is killed; the new one reads from the begin."""
        self.__post_init__()

    # HTTP

    def _handle(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        try:
            if url.host.startswith("holder"):
                return httpx.Response(200, content=self._evaluate(int(url.host[6]), request))
            return self._read(request) if url.host == "edge.test" else self._hub(request)
        except errors.SluisError as error:
            status, headers, body = problems.to_problem(error)
            return httpx.Response(status, headers=headers, content=body)

    def _hub(self, request: httpx.Request) -> httpx.Response:
        fault = self.faults.pop(0) if request.method == "POST" and self.faults else ""
        if fault == LOST:
            raise httpx.ConnectError(fault)
        if fault == DEAD_BEFORE:
            raise Died(fault)
        answer = self.call(request)
        if fault == CUT:
            raise httpx.ReadError(fault)
        if fault == DEAD_AFTER:
            raise Died(fault)
        return answer

    def call(self, request: httpx.Request) -> httpx.Response:
        """The hub's answer, through its whole stack."""
        path = request.url.raw_path.decode()
        if request.method == "POST":
            self.posts.append((path, request.content))
        headers = {name: request.headers[name] for name in _CARRIED if name in request.headers}
        kind = request.headers["content-type"]
        found = Client().generic(request.method, path, request.content, content_type=kind, headers=headers, CONTENT_TYPE=kind)
        sent = {name: value for name, value in found.headers.items() if name.lower() in ("content-type", "retry-after")}
        return httpx.Response(found.status_code, headers=sent, content=found.content)

    def _evaluate(self, index: int, request: httpx.Request) -> bytes:
        if index in self.down:
            raise errors.Unavailable
        signer = signatures.verify(request.method, str(request.url), request.headers, body=request.content, now=clock.now())
        asked = wire.EvaluateRequest.parse(request.content)
        asked.check_elements()
        record, secrets_of = next(one for one in self.circle.keys.values() if one[0].id == asked.key_id)
        share = evaluation.Share(index, record.generation, secrets_of[index], group.multiply_base(secrets_of[index]))
        member = next(one.id for one in self.circle.members.values() if one.public == signer.key)
        desk = evaluation.Desk(self.circle.holders[index - 1].key, member, clock.now(), secrets.token_bytes(32))
        return evaluation.answer(asked, share, desk)

    def _read(self, request: httpx.Request) -> httpx.Response:
        signer = signatures.verify(request.method, str(request.url), request.headers, body=request.content, now=clock.now())
        self.pull()
        if request.method == "POST":
            return httpx.Response(
                200, content=gate.answer(self.entries, msgspec.json.decode(request.content, type=BucketQuestion))
            )
        cursor = int(request.url.params["vanaf"])
        if request.url.path == "/v1/berichten":
            return _stream(self._notices(signer.key, cursor))
        self.replicas.require_cursor(cursor)
        return _stream(asyncio.run(self._replica(bytes.fromhex(request.url.path.rsplit("/")[-1]), cursor)))

    async def _replica(self, key_id: bytes, cursor: int) -> list[bytes]:
        found: list[bytes] = []
        async for one in self.replicas.follow(key_id, cursor, closing=sse.Closing()):
            found.append(one)
            if one.startswith(b"event: reached"):
                break
        return found

    def _notices(self, key: bytes, cursor: int) -> Iterator[bytes]:
        party = next(one for one in self.circle.members.values() if one.public == key)
        rows = Event.objects.filter(stream=notices.stream_of(party.id), sequence__gt=cursor).order_by("sequence")
        for sequence, body in rows.values_list("sequence", "body"):
            yield sse.event("notice", base64.b64encode(bytes(body)).decode(), place=sequence)
        yield sse.event("reached", "0")


def _stream(events: Any) -> httpx.Response:
    return httpx.Response(200, headers={"content-type": sse.MEDIA_TYPE}, content=b"".join(events))


def apart(work: Any) -> Any:
    """`work` for a thread of its own: its connection to the database ends with it."""

    def inside() -> Any:
        try:
            return work()
        finally:
            connections.close_all()

    return inside


def opened(circle: Circle, folder: Path, *, mode: str, k: int, release: str) -> House:
    """A house whose circle has arrived at an empty hub, for a year."""
    until = circle.now + 365 * DAY
    partners = ("publish", "check", "watch", "republish")
    uses = {"desk": ("dispute", "inzage"), "body": ("dispute", "decide", "republish")}
    budget = policy.Budget(minute=100_000, day=1_000_000, year=10_000_000)
    members = tuple(
        circle.member(
            name,
            until=until,
            uses=uses.get(name, partners),
            budgets={use: budget for use in uses.get(name, partners) if use not in ("decide", "inzage")},
        )
        for name in circle.members
    )
    term = policy.AssessmentTerm(id="PK-1", from_=circle.now - 60, until=until, grants=("watch",))
    disclosure = policy.Disclosure(context=release, publisher="off")
    section = circle.section(until=until, mode=mode, k=k, disclosure=disclosure, assessment=term, members=members)
    circle.arrive(section, assessed=False)
    circle.assess(until=until)
    return House(circle, folder, section)

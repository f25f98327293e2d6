"""The edge with a real database: follows the stream, asks both gates, records before it answers."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx
import msgspec
import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hub_stub import HubStub

from sluis.core import errors
from sluis.core.exchange import buckets, documents, sharing
from sluis.core.exchange.documents import Signed
from sluis.core.exchange.encodings import Tag, document
from sluis.core.exchange.group import reduce
from sluis.core.exchange.keys import KeyRecord
from sluis.core.exchange.signal import Entry
from sluis.demo import world
from sluis.demo.postgres import Cluster
from sluis.edge import service
from sluis.edge.config import Config
from sluis.wire import asgi, clock, credentials, problems, signatures

MEMBER = world.PARTIES[2]
URL = "http://edge.test/v1/bevragingen"


def key_record(hub: HubStub) -> KeyRecord:
    """A key the three holders signed; nobody needs its shares here."""
    coefficients = [reduce(os.urandom(64)) for _ in range(2)]
    committed = sharing.commitments(coefficients)
    shares = tuple(sharing.public_at(committed, i) for i in (1, 2, 3))
    record = KeyRecord(1, world.CIRCLE, 1, 1, 1, 3, 2, committed[0], shares)
    payload = document(record)
    privates = [hub.keyring.private(holder.slug) for holder in world.HOLDERS]
    hub.keys.append(Signed(payload, tuple(documents.signature("keys", payload, private) for private in privates)))
    return record


async def until(happens: Callable[[], bool]) -> None:
    while not happens():  # noqa: ASYNC110
        await asyncio.sleep(0.01)


class Made:
    """A hub in memory, a database, and an edge that was told where they are."""

    def __init__(self, folder: Path, cluster: Cluster, database: psycopg.Connection) -> None:
        (folder / "keys").mkdir()
        self.folder, self.hub, self.database, self.cluster = folder, HubStub(folder / "keys"), database, cluster
        self.record = key_record(self.hub)
        self.sequence = 0
        credentials.write(folder / "database", cluster.url("sluis_edge").encode())

    def open(self) -> service.Edge:
        ring = self.hub.keyring
        config = Config(
            url="http://edge.test",
            web="http://web.test",
            folder=self.folder,
            policy_keys=tuple(key.hex() for key in ring.pinned()),
            key_file=ring.file(f"{world.EDGE.slug}.key"),
            database_file=self.folder / "database",
        )
        return service.Edge.open(config, self.hub.client())

    def publish(self, tag: bytes, *, op: int = 1) -> None:
        body = self.record.id + Entry(Tag(tag), op, 1, 1, 1, 1, 20000, 30000).octets()
        with self.database.transaction():
            self.sequence += 1
            self.database.execute("INSERT INTO plumbing_event VALUES ('entries', %s, %s)", (self.sequence, body))
            self.database.execute(
                "INSERT INTO plumbing_stream VALUES ('entries', %s) ON CONFLICT (name) DO UPDATE SET head = excluded.head",
                (self.sequence,),
            )
            self.database.execute("SELECT pg_notify('sluis_stream', 'entries')")

    def audit(self) -> list[tuple[object, ...]]:
        return self.database.execute("SELECT member, circle, type, prefixes, outcome FROM edge_audit ORDER BY id").fetchall()

    def question(self, *prefixes: int, bits: int = 0) -> bytes:
        return msgspec.json.encode({"bits": bits, "key": self.record.id, "prefixes": list(prefixes) or [0]})

    async def ask(
        self, edge: service.Edge, body: bytes, *, private: Ed25519PrivateKey | None = None, **changes
    ) -> httpx.Response:
        parts = {"created": clock.now(), "nonce": os.urandom(16), **changes}
        signer = private or self.hub.keyring.private(MEMBER.slug)
        headers = signatures.sign(signatures.Request("POST", URL, asgi.JSON, body), signer, **parts)
        transport = httpx.ASGITransport(asgi.application(service.routes(edge)))
        async with httpx.AsyncClient(transport=transport) as client:
            return await client.post(URL, content=body, headers=headers)

    def run(self, work: Callable[[service.Edge], Awaitable[object]]) -> object:
        async def inside() -> object:
            edge = self.open()
            await edge.pool.open()
            tasks = [asyncio.create_task(edge.directory.follow(edge.hub)), asyncio.create_task(edge.follow_entries())]
            await asyncio.wait_for(edge.current.wait(), 10)
            await asyncio.wait_for(until(lambda: bool(edge.directory.keys)), 10)
            try:
                return await work(edge)
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
                await edge.pool.close()

        return asyncio.run(inside())

    def answer(self, body: bytes, **changes) -> httpx.Response:
        return self.run(lambda edge: self.ask(edge, body, **changes))

    def refused(self, body: bytes, **changes) -> errors.SluisError:
        answer = self.answer(body, **changes)
        assert answer.status_code >= 400
        return problems.from_problem(answer.status_code, answer.content)


@pytest.fixture
def made(tmp_path: Path, cluster: Cluster, database: psycopg.Connection) -> Made:
    return Made(tmp_path, cluster, database)


def test_a_member_finds_a_tag_that_was_there_and_one_that_came_while_it_ran(made: Made) -> None:
    first, second = os.urandom(16), os.urandom(16)
    made.publish(first)

    async def work(edge: service.Edge) -> bytes:
        made.publish(second)
        await asyncio.wait_for(until(lambda: edge.entries.total() == 2), 1)
        return (await made.ask(edge, made.question())).content

    bucket = made.run(work)
    assert buckets.find(bucket, Tag(first))
    assert buckets.find(bucket, Tag(second)).sequence == 2


def test_a_removal_takes_the_tag_away(made: Made) -> None:
    tag = os.urandom(16)
    made.publish(tag)
    made.publish(tag, op=2)
    assert buckets.find(made.answer(made.question()).content, Tag(tag)) is None


def test_the_answer_is_recorded_with_a_count_and_never_a_prefix(made: Made) -> None:
    made.answer(made.question(0))
    assert made.audit() == [(MEMBER.id, world.CIRCLE, 1, 1, "passed")]


def test_without_a_record_there_is_no_answer(made: Made) -> None:
    made.database.execute("REVOKE INSERT ON edge_audit FROM sluis_edge")
    error = made.refused(made.question())
    assert error.reason == "geen-verantwoording"


def test_a_replayed_question_is_refused_also_by_an_edge_that_restarted(made: Made) -> None:
    nonce = os.urandom(16)
    assert made.answer(made.question(), nonce=nonce).status_code == 200
    assert made.refused(made.question(), nonce=nonce).reason == "herhaling"
    assert len(made.audit()) == 1


def test_another_number_of_bits_is_answered_with_the_right_one(made: Made) -> None:
    error = made.refused(made.question(0, bits=4))
    assert (error.reason, error.fields["bits"]) == ("andere-bucket", 0)


@pytest.mark.parametrize("prefixes", [[], [0] * 65, [1], [-1]])
def test_wrong_prefixes_are_refused(made: Made, prefixes: list[int]) -> None:
    body = msgspec.json.encode({"bits": 0, "key": made.record.id, "prefixes": prefixes})
    assert made.refused(body).reason == "voorvoegsels"


def test_an_unknown_signer_is_refused_and_leaves_no_line(made: Made) -> None:
    error = made.refused(made.question(), private=Ed25519PrivateKey.generate())
    assert isinstance(error, errors.NotAllowed)
    assert made.audit() == []


def test_an_unknown_key_is_not_found(made: Made) -> None:
    body = msgspec.json.encode({"bits": 0, "key": bytes(16), "prefixes": [0]})
    assert isinstance(made.refused(body), errors.NotFound)


def test_a_question_out_of_time_is_refused(made: Made) -> None:
    assert made.refused(made.question(), created=clock.now() - 125).reason == "handtekening-tijd"


def test_a_question_that_does_not_read_is_refused(made: Made) -> None:
    assert made.refused(b"{}").reason == "vraag-onleesbaar"
    assert made.refused(b"x" * 20_000).reason == "te-groot"


def test_after_the_circles_end_the_gate_is_shut_and_that_is_recorded(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    file = made.folder / "clock"
    file.write_text(str((world.CIRCLE_DAYS + 1) * 86_400))
    monkeypatch.setenv("SLUIS_CLOCK_FILE", str(file))
    made.hub.snapshot = made.hub.sign()
    error = made.refused(made.question())
    assert isinstance(error, errors.NotPermitted)
    assert made.audit()[0][-1] == "kring-buiten-termijn"


def test_an_expired_snapshot_refuses_everything(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    async def work(edge: service.Edge) -> httpx.Response:
        file = made.folder / "clock"
        file.write_text(str(8 * 86_400))
        monkeypatch.setenv("SLUIS_CLOCK_FILE", str(file))
        return await made.ask(edge, made.question())

    answer = made.run(work)
    assert problems.from_problem(answer.status_code, answer.content).reason == "beleid-verlopen"


def test_the_edge_may_not_write_anything_else(made: Made, cluster: Cluster) -> None:
    with psycopg.connect(cluster.url("sluis_edge"), autocommit=True) as connection, pytest.raises(psycopg.Error):
        connection.execute("DELETE FROM edge_audit")


def test_a_lost_database_connection_is_made_again(made: Made) -> None:
    tag = os.urandom(16)

    async def work(edge: service.Edge) -> int:
        with psycopg.connect(made.cluster.url("sluis_edge")) as own:
            own.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND usename = user"
            )
        made.publish(tag)
        await asyncio.wait_for(until(lambda: edge.entries.total() == 1), 10)
        return edge.entries.total()

    assert made.run(work) == 1

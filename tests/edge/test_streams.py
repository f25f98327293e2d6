"""The streams of the edge: a replica from anywhere in the stream, digests, and notices; each only for who may."""

from __future__ import annotations

import asyncio
import base64
import random
from collections.abc import AsyncGenerator, Callable

import msgspec
import pytest
from edge_made import MEMBER, Made

from sluis.client.replica import Replica
from sluis.core import errors
from sluis.core.exchange import documents, notices
from sluis.core.exchange.encodings import Tag
from sluis.core.exchange.notices import SetDigest
from sluis.core.exchange.signal import OP_REMOVE, Entry
from sluis.demo import world
from sluis.edge import begin, gate, service
from sluis.edge import notices as telling
from sluis.edge.entries import Entries, digest
from sluis.wire import clock


def tag(number: int) -> bytes:
    return number.to_bytes(16, "big")


def parts(octets: bytes) -> dict[str, str]:
    return {line.partition(":")[0]: line.partition(":")[2].strip() for line in octets.decode().strip().splitlines()}


async def read(events: AsyncGenerator[bytes], until: Callable[[dict[str, str]], bool]) -> list[dict[str, str]]:
    found = []
    async for octets in events:
        found.append(parts(octets))
        if until(found[-1]):
            await events.aclose()
            return found
    return found


def seen(events: list[dict[str, str]]) -> dict[bytes, int]:
    octets = b"".join(base64.b64decode(one["data"]) for one in events if one["event"] == "entries")
    entries = [Entry.parse(octets[i : i + 32]) for i in range(0, len(octets), 32)]
    return {entry.tag: entry.op for entry in entries}


def follow(edge: service.Edge, key_id: bytes, cursor: int) -> AsyncGenerator[bytes]:
    return edge.replicas.follow(key_id, cursor, closing=edge.closing)


def reached(one: dict[str, str]) -> bool:
    return one["event"] == "reached"


def test_from_the_begin_a_reader_gets_what_lives_and_the_place_it_reached(made: Made) -> None:
    for number in (1, 2, 3):
        made.publish(tag(number))
    made.publish(tag(2), op=OP_REMOVE)
    events = made.run(lambda edge: read(follow(edge, made.record.id, 0), reached))
    assert seen(events) == {tag(1): 1, tag(3): 1}
    assert (events[-1]["id"], events[-1]["data"]) == ("4", "2")


def test_a_reader_that_comes_back_gets_the_removals_it_missed(made: Made) -> None:
    for number in (1, 2, 3):
        made.publish(tag(number))
    made.publish(tag(2), op=OP_REMOVE)
    assert seen(made.run(lambda edge: read(follow(edge, made.record.id, 3), reached))) == {tag(2): OP_REMOVE}


def test_what_comes_while_it_follows_arrives_with_its_place(made: Made) -> None:
    made.publish(tag(1))

    async def work(edge: service.Edge) -> list[dict[str, str]]:
        events = follow(edge, made.record.id, 0)
        first = await read_some(events, reached)
        made.publish(tag(2))
        return first + await read(events, lambda one: one["event"] == "entries")

    events = made.run(work)
    assert (events[-1]["id"], seen(events[-1:])) == ("2", {tag(2): 1})


async def read_some(events: AsyncGenerator[bytes], until: Callable[[dict[str, str]], bool]) -> list[dict[str, str]]:
    found = []
    while not found or not until(found[-1]):
        found.append(parts(await anext(events)))
    return found


def test_the_signed_digest_is_that_of_the_place_it_marks(made: Made) -> None:
    for number in range(40):
        made.publish(tag(number))

    async def work(edge: service.Edge) -> tuple[list[dict[str, str]], documents.Signed]:
        events = follow(edge, made.record.id, 0)
        found = await read_some(events, reached)
        signed = await edge.replicas.sign_digest(made.record.id)
        return found + await read(events, lambda one: one["event"] == "digest"), signed

    events, signed = made.run(work)
    told = documents.read(signed.payload, SetDigest)
    assert [one["event"] for one in events[-2:]] == ["mark", "digest"]
    assert int(events[-2]["data"]) == told.sequence == 40
    assert msgspec.json.decode(events[-1]["data"], type=documents.Signed) == signed
    assert documents.signers("set", signed) == {made.hub.keyring.public(world.EDGE.slug)}
    replica = Replica(":memory:")
    octets = b"".join(base64.b64decode(one["data"]) for one in events if one["event"] == "entries")
    replica.apply(made.record.id, octets, stream="s", place=40, now=0)
    assert replica.digest(made.record.id)[::2] == (told.live, told.digest)


def test_a_reader_too_slow_is_cut_and_may_come_back(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sluis.edge.replicas.BACKLOG", 2)

    async def work(edge: service.Edge) -> list[dict[str, str]]:
        events = follow(edge, made.record.id, 0)
        await read_some(events, reached)
        for number in range(5):
            edge.replicas.spread(
                [edge.entries.apply(number + 1, made.record.id + Entry(Tag(tag(number)), 1, *[1] * 6).octets())]
            )
        return [parts(octets) async for octets in events if octets]

    assert len(made.run(work)) <= 3


@pytest.mark.parametrize(
    ("floor", "cursor", "refused"), [(0, 2, False), (2, 2, False), (3, 2, True), (3, 0, False), (0, 99, True)]
)
def test_a_cursor_that_is_too_old_or_ahead_is_refused(made: Made, floor: int, cursor: int, refused: bool) -> None:
    for number in (1, 2, 3):
        made.publish(tag(number))

    async def work(edge: service.Edge) -> str:
        edge.replicas.floor = floor
        try:
            edge.replicas.require_cursor(cursor)
        except errors.Conflict as error:
            return error.reason
        return ""

    assert made.run(work) == ("cursor-te-oud" if refused else "")


def test_a_bucket_circle_gives_no_replica_and_it_is_recorded(made: Made) -> None:
    async def work(edge: service.Edge) -> gate.Passage:
        signer = made.hub.keyring.public(MEMBER.slug)
        return gate.judge_replica(edge.directory, signer, made.record.id, now=clock.now())

    passage = made.run(work)
    assert passage.refusal is not None
    assert (passage.refusal.reason, passage.line.outcome) == ("andere-wijze", "andere-wijze")


def test_a_stranger_follows_nothing(made: Made) -> None:
    async def work(edge: service.Edge) -> None:
        for ask in (
            lambda: gate.party(edge.directory, bytes(32), now=clock.now()),
            lambda: gate.judge_replica(edge.directory, bytes(32), made.record.id, now=clock.now()),
        ):
            with pytest.raises(errors.NotAllowed):
                ask()

    made.run(work)


def tell(made: Made, party: bytes, sequence: int, body: bytes) -> None:
    name = notices.stream_of(party)
    with made.database.transaction():
        made.database.execute("INSERT INTO plumbing_event VALUES (%s, %s, %s)", (name, sequence, body))
        made.database.execute("SELECT pg_notify('sluis_stream', %s)", (name,))


def test_a_member_gets_its_own_notices_from_its_cursor_on_and_what_comes(made: Made) -> None:
    for sequence in (1, 2):
        tell(made, MEMBER.id, sequence, b"bericht %d" % sequence)
    tell(made, world.PARTIES[0].id, 1, b"van een ander")

    async def work(edge: service.Edge) -> list[dict[str, str]]:
        ringing = asyncio.create_task(edge.ring())
        events = telling.follow(edge.pool, edge.bell, MEMBER.id, cursor=1, closing=edge.closing)
        found = await read_some(events, reached)
        tell(made, MEMBER.id, 3, b"bericht 3")
        found += await asyncio.wait_for(read(events, lambda one: one["event"] == "notice"), 5)
        ringing.cancel()
        return found

    events = made.run(work)
    told = [(one["id"], base64.b64decode(one["data"])) for one in events if one["event"] == "notice"]
    assert told == [("2", b"bericht 2"), ("3", b"bericht 3")]


def test_everybody_hears_that_the_policy_changed(made: Made) -> None:
    async def work(edge: service.Edge) -> list[dict[str, str]]:
        events = telling.follow(edge.pool, edge.bell, MEMBER.id, cursor=0, closing=edge.closing)
        found = await read_some(events, reached)
        edge.bell.ring_policy()
        return found + await asyncio.wait_for(read(events, lambda one: one["event"] == "beleid"), 5)

    assert made.run(work)[-1]["event"] == "beleid"


def test_a_server_that_stops_ends_its_streams(made: Made) -> None:
    async def work(edge: service.Edge) -> int:
        events = follow(edge, made.record.id, 0)
        await read_some(events, reached)
        edge.closing._event.set()
        return len([one async for one in events])

    assert asyncio.run(asyncio.wait_for(asyncio.to_thread(made.run, work), 10)) <= 1


def test_read_at_once_comes_to_the_same_as_event_by_event(made: Made) -> None:
    dice, slow, fast = random.Random(7), Entries(), Entries()
    for _ in range(300):
        made.publish(tag(dice.randrange(60) << 116), op=dice.choice((1, 1, OP_REMOVE)))
    rows = made.database.execute("SELECT sequence, body FROM plumbing_event ORDER BY sequence").fetchall()
    for sequence, body in rows:
        slow.apply(sequence, bytes(body))
    url = made.cluster.url("sluis_edge")
    asyncio.run(begin.load(fast, url, stream="entries", head=300))
    one, other = slow.of(made.record.id), fast.of(made.record.id)
    assert (one.live, digest(one.copy()), fast.cursor) == (other.live, digest(other.copy()), 300)
    assert {key: bytes(entry) for key, entry in one.removed.items()} == other.removed
    half = Entries()
    asyncio.run(begin.load(half, url, stream="entries", head=150))
    for sequence, body in rows[150:]:
        half.apply(sequence, bytes(body))
    assert digest(half.of(made.record.id).copy()) == digest(one.copy())

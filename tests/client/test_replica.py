"""The replica: what it keeps, in which order things may come, and that a signed digest is compared."""

from __future__ import annotations

import random
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from sluis.client.replica import Replica
from sluis.core.exchange.encodings import Tag
from sluis.core.exchange.signal import OP_REMOVE, OP_SET, Entry
from sluis.edge import entries as edge

KEY, STREAM = bytes(16), "entries/00"


def entry(tag: int, sequence: int, *, op: int = OP_SET) -> bytes:
    return Entry(Tag(tag.to_bytes(16, "big")), op, 1, 1, 1, 1, 1, 1, sequence).octets()


def take(replica: Replica, *octets: bytes, place: int = 1) -> None:
    replica.apply(KEY, b"".join(octets), stream=STREAM, place=place, now=100)


def test_set_remove_and_set_again() -> None:
    replica = Replica(":memory:")
    take(replica, entry(1, 1), entry(2, 2))
    take(replica, entry(1, 3, op=OP_REMOVE), place=3)
    assert replica.find(KEY, entry(1, 0)[:16]) is None
    assert replica.find(KEY, entry(2, 0)[:16]) == Entry.parse(entry(2, 2))
    take(replica, entry(1, 4), place=4)
    assert replica.find(KEY, entry(1, 0)[:16]) == Entry.parse(entry(1, 4))
    assert replica.place(STREAM).sequence == 4


def test_what_is_older_never_overwrites_what_is_newer() -> None:
    replica = Replica(":memory:")
    take(replica, entry(1, 5))
    take(replica, entry(1, 4), entry(1, 3, op=OP_REMOVE))
    assert replica.find(KEY, entry(1, 0)[:16]) == Entry.parse(entry(1, 5))


def test_a_place_never_goes_back() -> None:
    replica = Replica(":memory:")
    take(replica, entry(1, 5), place=5)
    take(replica, entry(2, 2), place=2)
    assert replica.place(STREAM).sequence == 5


@given(st.lists(st.tuples(st.integers(0, 9), st.booleans()), max_size=60), st.integers(0, 1000))
def test_replica_and_edge_make_the_same_digest_however_the_stream_was_cut(changes: list[tuple[int, bool]], seed: int) -> None:
    held, replica, dice = edge.Entries(), Replica(":memory:"), random.Random(seed)
    stream = []
    for sequence, (tag, gone) in enumerate(changes, 1):
        octets = entry(tag, 0, op=OP_REMOVE if gone else OP_SET)
        stream.append(held.apply(sequence, KEY + octets)[1])
    while stream:
        piece = stream[: dice.randint(1, 7)]
        take(replica, *piece, place=int.from_bytes(piece[-1][-6:], "big"))
        stream = stream[len(piece) - dice.choice((0, 0, min(2, len(piece) - 1))) :]
    live, _last, digest = replica.digest(KEY)
    assert (live, digest) == (held.of(KEY).live, edge.digest(held.of(KEY).copy()))


@given(st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=1, max_size=60), st.data())
def test_a_reader_that_comes_back_gets_all_it_lacks(changes: list[tuple[int, bool]], data: st.DataObject) -> None:
    held, replica, cursor = edge.Entries(), Replica(":memory:"), data.draw(st.integers(0, len(changes)))
    for sequence, (tag, gone) in enumerate(changes, 1):
        _key, placed = held.apply(sequence, KEY + entry(tag, 0, op=OP_REMOVE if gone else OP_SET))
        if sequence <= cursor:
            take(replica, placed, place=sequence)
    take(replica, *held.of(KEY).since(cursor), place=len(changes))
    assert replica.digest(KEY)[::2] == (held.of(KEY).live, edge.digest(held.of(KEY).copy()))


def test_it_is_all_there_after_a_restart(tmp_path: Path) -> None:
    first = Replica(tmp_path / "replica.sqlite")
    take(first, entry(1, 5), place=5)
    first.close()
    again = Replica(tmp_path / "replica.sqlite")
    assert again.find(KEY, entry(1, 0)[:16])
    assert again.place(STREAM).sequence == 5

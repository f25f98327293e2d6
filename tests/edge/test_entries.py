"""Entries in memory."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluis.core import errors
from sluis.core.exchange import buckets
from sluis.core.exchange.encodings import Tag
from sluis.core.exchange.signal import Entry
from sluis.edge.entries import Entries, KeyEntries

KEY = bytes(16)


def entry(tag: bytes, op: int = 1, n: int = 1) -> bytes:
    return Entry(Tag(tag), op, n, 1, 1, 1, 20000, 20100).octets()


@given(st.lists(st.tuples(st.integers(0, 40), st.sampled_from([1, 2])), max_size=80), st.integers(0, 20))
def test_a_bucket_holds_exactly_the_live_entries_of_its_prefix(changes: list[tuple[int, int]], bits: int) -> None:
    tags = [(number * 0x06_1F_37_11 % 2**32).to_bytes(4, "big") + bytes(12) for number in range(41)]
    found, model = KeyEntries(), {}
    for number, op in changes:
        found.apply(entry(tags[number], op))
        if op == 1:
            model[tags[number]] = True
        else:
            model.pop(tags[number], None)
    assert found.live == len(model)
    for tag in tags:
        bucket = found.bucket(buckets.prefix(tag, bits), bits)
        assert len(bucket) == buckets.BUCKET_OCTETS
        assert (buckets.find(bucket, Tag(tag)) is not None) == (tag in model)


def test_the_same_event_twice_changes_nothing() -> None:
    found = Entries()
    body = KEY + entry(os.urandom(16))
    found.apply(1, body)
    once = found.of(KEY).bucket(0, 0)
    found.apply(1, body)
    assert found.of(KEY).bucket(0, 0) == once


def test_an_entry_carries_its_place_in_the_stream() -> None:
    found, tag = Entries(), os.urandom(16)
    found.apply(2**33 + 5, KEY + entry(tag))
    assert buckets.find(found.of(KEY).bucket(0, 0), Tag(tag)).sequence == 2**33 + 5


def test_a_tag_across_two_entries_is_not_mistaken_for_one() -> None:
    found = KeyEntries()
    found.apply(entry(b"\0\0" + b"\1" * 14))
    found.apply(entry(bytes(10) + b"\1" * 6))
    found.apply(entry(bytes(16), op=2))
    assert found.live == 2
    found.apply(entry(bytes(16)))
    assert found.live == 3
    assert buckets.find(found.bucket(0, 0), Tag(bytes(16)))


def test_the_bits_follow_the_number_of_live_entries() -> None:
    found = KeyEntries()
    for _ in range(1536):
        found.apply(entry(os.urandom(16)))
    assert found.bits == 1


def test_a_bucket_that_cannot_hold_its_entries_is_refused_and_never_cut() -> None:
    found = KeyEntries()
    for number in range(2049):
        found.apply(entry(b"\0" * 14 + number.to_bytes(2, "big")))
    with pytest.raises(errors.Unavailable):
        found.bucket(0, 0)


def test_a_key_without_entries_answers_padding_only() -> None:
    assert Entries().of(KEY).bucket(0, 0) == bytes(buckets.BUCKET_OCTETS)

"""The log's tree, tiles and checkpoints against a plain recursive tree and published vectors."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from sluis.core import errors
from sluis.core.exchange import documents
from sluis.core.exchange.commitments import tree_head
from sluis.core.exchange.log import checkpoint, inclusion, merkle, note, tiles
from sluis.core.exchange.log.checkpoint import Checkpoint, LogKey, Trust
from sluis.core.exchange.log.memory import MemoryLog
from sluis.core.exchange.log.note import Kind, Verifier
from sluis.core.exchange.log.tiles import Edge, Tile

ORIGIN = "log.test/sluis"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(31) + b"\1")
HOLDERS = {f"holder{i}": Ed25519PrivateKey.from_private_bytes(bytes(31) + bytes([i + 1])) for i in (1, 2, 3)}
KEYS = {name: documents.public_key(private) for name, private in HOLDERS.items()}
# The leaves and heads of the reference implementation of RFC 6962 (`merkletree_test` of certificate-transparency).
REFERENCE = (
    ("", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
    ("00", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
    ("10", "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"),
    ("2021", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"),
    ("3031", "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"),
    ("40414243", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"),
    ("5051525354555657", "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"),
    ("606162636465666768696a6b6c6d6e6f", "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"),
)


def plain_head(leaves: list[bytes]) -> bytes:
    """MTH as RFC 9162 section 2.1.1 writes it."""
    if len(leaves) < 2:
        return hashlib.sha256(b"\0" + leaves[0] if leaves else b"").digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\1" + plain_head(leaves[:k]) + plain_head(leaves[k:])).digest()


def plain_path(m: int, leaves: list[bytes]) -> list[bytes]:
    """PATH as section 2.1.3.1 writes it."""
    if len(leaves) == 1:
        return []
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m < k:
        return [*plain_path(m, leaves[:k]), plain_head(leaves[k:])]
    return [*plain_path(m - k, leaves[k:]), plain_head(leaves[:k])]


def plain_subproof(m: int, leaves: list[bytes], whole: bool) -> list[bytes]:
    """SUBPROOF as section 2.1.4.1 writes it."""
    if m == len(leaves):
        return [] if whole else [plain_head(leaves)]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m <= k:
        return [*plain_subproof(m, leaves[:k], whole), plain_head(leaves[k:])]
    return [*plain_subproof(m - k, leaves[k:], False), plain_head(leaves[:k])]


def leaves_of(count: int) -> list[bytes]:
    return [hashlib.sha256(i.to_bytes(4, "big")).digest() for i in range(count)]


def filled(count: int) -> MemoryLog:
    log = MemoryLog(ORIGIN, KEY)
    log.append(*leaves_of(count))
    return log


def root_of(log: MemoryLog) -> bytes:
    return checkpoint.opened(log.checkpoint(), (log.key,)).root


# tree


def test_heads_are_those_of_the_reference_implementation() -> None:
    leaves: list[bytes] = []
    assert tree_head(leaves) == plain_head(leaves) == Edge(0).root() == hashlib.sha256().digest()
    for leaf, head in REFERENCE:
        leaves.append(bytes.fromhex(leaf))
        grown = Edge(0).extend(leaves).edge
        assert tree_head(leaves).hex() == plain_head(leaves).hex() == grown.root().hex() == head


@pytest.mark.parametrize("size", [*range(1, 20), 255, 256, 257, 511, 512, 513, 700])
def test_every_proof_is_the_one_the_rfc_writes_and_verifies(size: int) -> None:
    log, leaves = filled(size), leaves_of(size)
    root = plain_head(leaves)
    assert root_of(log) == root
    for m in {0, size // 3, size // 2, size - 1}:
        path = tiles.collect(merkle.inclusion_ranges(m, size), log.tiles.__getitem__)
        assert list(path) == plain_path(m, leaves)
        merkle.require_inclusion(merkle.leaf_hash(leaves[m]), m, size=size, root_hash=root, path=path)
        proof = tiles.collect(merkle.consistency_ranges(m + 1, size), log.tiles.__getitem__)
        assert list(proof) == plain_subproof(m + 1, leaves, True)
        merkle.require_consistency((m + 1, plain_head(leaves[: m + 1])), (size, root), proof)


@given(st.lists(st.integers(0, 400), max_size=6))
def test_growing_in_any_steps_gives_the_same_tree_and_never_changes_a_hash(steps: list[int]) -> None:
    leaves, log = leaves_of(sum(steps)), MemoryLog(ORIGIN, KEY)
    for step in steps:
        before = dict(log.tiles)
        log.append(*leaves[log.size : log.size + step])
        assert all(log.tiles[tile].startswith(octets) for tile, octets in before.items())
    assert root_of(log) == tree_head(leaves)
    assert log.tiles == filled(len(leaves)).tiles


def test_the_edge_is_found_again_in_the_last_tiles() -> None:
    for size in (0, 1, 255, 256, 257, 65_535, 65_536, 65_537, 66_000):
        log = filled(size)
        levels = sorted({tile.level for tile in log.tiles})
        last = [max(tile for tile in log.tiles if tile.level == level) for level in levels]
        edge = Edge.of([(tile.number, log.tiles[tile]) for tile in last])
        assert (edge.size, edge.root()) == (size, root_of(log))
        assert edge.extend(leaves_of(3)).edge == log._edge.extend(leaves_of(3)).edge


@given(st.integers(1, 600), st.data())
def test_a_proof_with_one_octet_changed_does_not_hold(size: int, data: Any) -> None:
    log, m = filled(size), data.draw(st.integers(0, size - 1))
    leaf, root = merkle.leaf_hash(log.entries[m]), root_of(log)
    path = list(tiles.collect(merkle.inclusion_ranges(m, size), log.tiles.__getitem__))
    merkle.require_inclusion(leaf, m, size=size, root_hash=root, path=path)
    wrong = [(leaf, m, size, [*path, bytes(32)]), (merkle.leaf_hash(b"x"), m, size, path), (leaf, size, size, path)]
    wrong += [(leaf, m, size, path[:-1]), (leaf, m, size, [bytes(32), *path[1:]])] if path else []
    for other, index, count, proof in wrong:
        with pytest.raises(errors.ProtocolFailure, match=r"."):
            merkle.require_inclusion(other, index, size=count, root_hash=root, path=proof)


@given(st.integers(1, 300), st.integers(1, 300))
def test_another_beginning_is_not_consistent(old: int, more: int) -> None:
    size = old + more
    log, root = filled(size), root_of(filled(old))
    proof = tiles.collect(merkle.consistency_ranges(old, size), log.tiles.__getitem__)
    merkle.require_consistency((old, root), (size, root_of(log)), proof)
    forked = MemoryLog(ORIGIN, KEY)
    forked.append(b"another", *leaves_of(size)[1:])
    other = tiles.collect(merkle.consistency_ranges(old, size), forked.tiles.__getitem__)
    for path in (proof, other, proof[:-1], ()):
        with pytest.raises(errors.ProtocolFailure):
            merkle.require_consistency((old, root), (size, root_of(forked)), path)
    with pytest.raises(errors.ProtocolFailure):
        merkle.require_consistency((size, root_of(log)), (old, root), proof)


def test_an_empty_tree_is_the_beginning_of_all_and_the_same_tree_of_itself_only() -> None:
    root = root_of(filled(3))
    merkle.require_consistency((0, hashlib.sha256().digest()), (3, root), ())
    merkle.require_consistency((3, root), (3, root), ())
    with pytest.raises(errors.ProtocolFailure):
        merkle.require_consistency((3, root), (3, bytes(32)), ())


# tiles


def test_the_tiles_of_70000_entries_are_those_the_specification_counts() -> None:
    wide = {Tile(0, 272): 256, Tile(0, 273): 112, Tile(0, 274): 0, Tile(1, 0): 256, Tile(1, 1): 17, Tile(2, 0): 1}
    assert {tile: tiles.width(tile, 70_000) for tile in wide} == wide


@pytest.mark.parametrize(
    ("tile", "size", "path"),
    [
        (Tile(0, 1234067), 2**40, "tile/0/x001/x234/067"),
        (Tile(0, 273), 70_000, "tile/0/273.p/112"),
        (Tile(1, 0), 70_000, "tile/1/000"),
        (Tile(2, 0), 70_000, "tile/2/000.p/1"),
        (Tile(0, 1000), 1000 * 256 + 5, "tile/0/x001/000.p/5"),
    ],
)
def test_a_path_is_written_as_the_specification_has_it_and_read_back(tile: Tile, size: int, path: str) -> None:
    assert tiles.path(tile, size) == path
    found = tiles.parse_path(path)
    assert found == tiles.Place(tile, tiles.width(tile, size), False)


@pytest.mark.parametrize(
    "path",
    ["tile/0/1", "tile/0/x000/001", "tile/0/001.p/0", "tile/0/001.p/256", "tile/0/001.p/007", "tile/-1/001", "tile/00/001", ""],
)
def test_any_other_writing_of_a_path_is_none(path: str) -> None:
    assert tiles.parse_path(path) is None


def test_a_bundle_is_read_back_and_no_other_width_is() -> None:
    octets = tiles.bundle([b"ab", b"", b"c" * 300])
    assert octets[:4] == b"\0\2ab"
    assert tiles.unbundle(octets, 3) == [b"ab", b"", b"c" * 300]
    for spoilt, count in ((octets, 2), (octets[:-1], 3), (octets + b"\0", 3)):
        with pytest.raises(errors.Malformed):
            tiles.unbundle(spoilt, count)


# notes and checkpoints


def test_the_note_of_the_go_reference_verifies() -> None:
    """The example of golang.org/x/mod/sumdb/note, whose signed notes C2SP wrote down."""
    verifier = Verifier.parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    octets = (
        "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
        "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
    )
    assert note.read(octets).holds(verifier)
    assert not note.read(octets.replace("your problem is", "my problem is")).holds(verifier)
    assert verifier.text().startswith("PeterNeumann+c74f20a3+")


def test_a_cosignature_signs_time_and_checkpoint_as_the_specification_says() -> None:
    text = Checkpoint(ORIGIN, 3, bytes(32)).text()
    line = note.cosign(text, "holder1", HOLDERS["holder1"], time=1_700_000_000)
    octets = base64.b64decode(line.split(" ")[2])
    identity = hashlib.sha256(b"holder1\n\x04" + KEYS["holder1"]).digest()[:4]
    assert (octets[:4], octets[4:12], len(octets)) == (identity, (1_700_000_000).to_bytes(8, "big"), 76)
    signed = f"cosignature/v1\ntime 1700000000\n{ORIGIN}\n3\n{base64.b64encode(bytes(32)).decode()}\n"
    assert documents.holds(KEYS["holder1"], signed.encode(), octets[12:])


def trust(threshold: int = 2) -> Trust:
    return Trust((LogKey(origin=ORIGIN, key=documents.public_key(KEY)),), KEYS, threshold)


def reason(octets: str, believed: Trust | None = None) -> str:
    with pytest.raises(errors.SluisError) as raised:
        (believed or trust()).verify(octets)
    return raised.value.reason


def test_a_checkpoint_counts_with_enough_different_witnesses() -> None:
    log = filled(5)
    witnesses = list(HOLDERS.items())
    assert trust().verify(log.checkpoint(witnesses[:2], time=9)) == Checkpoint(ORIGIN, 5, tree_head(leaves_of(5)))
    assert reason(log.checkpoint(witnesses[:1], time=9)) == "logboek-getuigen"
    assert reason(log.checkpoint([witnesses[0], witnesses[0]], time=9)) == "logboek-getuigen"
    assert reason(log.checkpoint([("stranger", KEY), witnesses[0]], time=9)) == "logboek-getuigen"
    one_key = Trust(trust().logs, {"holder1": KEYS["holder1"], "also": KEYS["holder1"]}, 2)
    assert reason(log.checkpoint([witnesses[0], ("also", HOLDERS["holder1"])], time=9), one_key) == "logboek-getuigen"


def test_a_cosignature_of_another_checkpoint_or_of_another_kind_does_not_count() -> None:
    log, other = filled(5), filled(6)
    witnesses = list(HOLDERS.items())
    moved = log.checkpoint() + "".join(other.checkpoint(witnesses, time=9).splitlines(keepends=True)[5:])
    assert reason(moved) == "logboek-getuigen"
    text = note.read(log.checkpoint()).text
    plain = "".join(note.sign(text, name, private) for name, private in witnesses)
    assert reason(log.checkpoint() + plain) == "logboek-getuigen"
    assert Verifier("a", bytes(32)).id != Verifier("a", bytes(32), Kind.COSIGNATURE).id


def test_only_the_log_of_this_origin_and_key_signs() -> None:
    other_key = MemoryLog(ORIGIN, HOLDERS["holder3"])
    other_name = MemoryLog("elsewhere.test/sluis", KEY)
    for log in (other_key, other_name):
        log.append(*leaves_of(2))
        assert reason(log.checkpoint(list(HOLDERS.items()), time=9)) == "logboek-handtekening"


@pytest.mark.parametrize(
    "octets",
    [
        "",
        "a\n",
        f"{ORIGIN}\n1\n\n",
        f"{ORIGIN}\n1\nAA==\n\n— a b\n",
        "x\n\n— a AAAAAAA=",
        f"a\n\n{'y' * 70_000}\n",
        "x\n\n- a AAAAAAAA\n",
    ],
)
def test_what_is_no_note_is_refused(octets: str) -> None:
    assert reason(octets) == "notitie-onleesbaar"


@pytest.mark.parametrize(
    "text", [f"{ORIGIN}\n01\n{'A' * 43}=\n", f"{ORIGIN}\n-1\n{'A' * 43}=\n", f"{ORIGIN}\n1\nAAAA\n", "\n1\n\n"]
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    assert reason(text + "\n" + note.sign(text, ORIGIN, KEY)) == "checkpoint-onleesbaar"


def test_an_event_is_proven_with_its_salt_and_not_with_another() -> None:
    log = filled(300)
    logged = log.logged(b'{"activity":"delen"}', bytes(16), witnesses=list(HOLDERS.items()), time=9)
    assert inclusion.verify(logged, trust(3)).size == 301
    import msgspec

    for spoilt in ({"salt": b"\1" * 16}, {"event": b"{}"}, {"index": 299}, {"path": logged.path[1:]}):
        with pytest.raises(errors.ProtocolFailure):
            inclusion.verify(msgspec.structs.replace(logged, **spoilt), trust(3))


def test_a_memory_log_serves_what_its_paths_name() -> None:
    log = filled(300)
    assert log.serve("tile/0/000") == log.tiles[Tile(0, 0)]
    assert log.serve("tile/0/001.p/40") == log.tiles[Tile(0, 1)][: 40 * 32]
    assert tiles.unbundle(log.serve("tile/entries/001.p/44") or b"", 44) == log.entries[256:]
    assert log.serve("tile/0/001") is None

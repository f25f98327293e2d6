"""The sequencer: every committed leaf gets one place, whatever is killed or runs at once; and what is served of the tree."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import make
import msgspec
import psycopg
import pytest
from django.conf import settings
from django.db import connection, connections, transaction
from django.test import Client
from hub_fixtures import Server
from make import Circle

from sluis.apps.audit import selectors, services
from sluis.apps.audit.models import Checkpoint, Event, Leaf, PlacedLeaf, Waiting
from sluis.apps.audit.services import Happening
from sluis.apps.audit.services.sequence import KEEP
from sluis.core import errors
from sluis.core.exchange import documents
from sluis.core.exchange.bodies import Cosigned, LinesKept, LogLine, OwnEvents
from sluis.core.exchange.commitments import tree_head
from sluis.core.exchange.encodings import document, sha256
from sluis.core.exchange.log import checkpoint, inclusion, merkle, note, tiles
from sluis.core.exchange.log.checkpoint import LogKey

Later = Callable[[int], None]


class Told(msgspec.Struct):
    """What an event of the log says, as far as tests look."""

    activity: str
    party: str
    reference: str


def record(count: int = 1, party: bytes | None = None) -> None:
    with transaction.atomic():
        for _ in range(count):
            services.record(Happening("proef", party=party), reference=secrets.token_hex(4))


def opened() -> checkpoint.Checkpoint:
    key = LogKey(origin=settings.SLUIS_LOG_ORIGIN, key=make._public(settings.SLUIS_LOG_KEY_FILE))
    return checkpoint.opened(selectors.newest_note(), (key,))


def require_whole() -> None:
    """Each committed leaf has one place, places have no gap, and the checkpoint is over them in that order."""
    placed = list(PlacedLeaf.objects.order_by("place").values_list("place", "leaf__leaf"))
    assert [place for place, _ in placed] == list(range(Leaf.objects.count()))
    assert not Waiting.objects.exists()
    now = opened()
    assert (now.size, now.root) == (len(placed), tree_head([bytes(leaf) for _, leaf in placed]))


def test_places_follow_over_many_runs_and_batches(database: Server) -> None:
    for count in (1, 254, 1, 1, 300):
        record(count)
        assert services.sequence(batch=100) == count
        require_whole()
    assert services.sequence() == 0


def test_a_leaf_whose_transaction_ends_late_is_taken_late_and_not_lost(database: Server) -> None:
    late = psycopg.connect(database.url("sluis_web"))
    insert = "WITH leaf AS (INSERT INTO audit_leaf (time, leaf) VALUES (1, %s) RETURNING number) "
    insert += "INSERT INTO audit_waiting (leaf_id) SELECT number FROM leaf RETURNING leaf_id"
    (number,) = late.execute(insert, [secrets.token_bytes(32)]).fetchone() or (0,)
    record(3)
    assert services.sequence() == 3
    assert number < min(PlacedLeaf.objects.values_list("leaf_id", flat=True))
    late.commit()
    late.close()
    assert services.sequence() == 1
    assert PlacedLeaf.objects.get(leaf_id=number).place == 3
    require_whole()


def test_a_leaf_of_a_transaction_that_is_rolled_back_has_no_place(database: Server) -> None:
    def broken_off() -> None:
        with transaction.atomic():
            services.record(Happening("proef"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        broken_off()
    record(2)
    services.sequence()
    require_whole()


class Dead(Exception):
    """The process is gone."""


def sequence_dying_after(statements: int) -> None:
    """The connection answers so many statements of the sequencer, then nothing any more."""
    left = [statements]

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not left[0]:
            raise Dead
        left[0] -= 1
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count), pytest.raises(Dead):
        services.sequence()


def test_killed_at_any_statement_nothing_is_lost_or_doubled(database: Server) -> None:
    record(300)
    services.sequence()
    record(10)
    for statements in range(6):
        sequence_dying_after(statements)
        connection.close()
        assert (opened().size, Waiting.objects.count()) == (300, 10)
    assert services.sequence() == 10
    require_whole()


def test_two_sequencers_at_once_give_each_leaf_one_place(database: Server) -> None:
    record(400)
    placed: list[int] = []

    def run() -> None:
        placed.append(services.sequence(batch=50))
        connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sum(placed) == 400
    require_whole()


def test_web_and_worker_may_both_sequence(database: Server, as_role: Callable[[str], AbstractContextManager[None]]) -> None:
    record(2)
    with as_role("sluis_worker"):
        assert services.sequence() == 2
    require_whole()


# rights


@pytest.mark.parametrize("role", ["sluis_web", "sluis_worker", "sluis_owner"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_place SET place = place + 1000",
        "DELETE FROM audit_place",
        "UPDATE audit_tile SET hashes = overlay(hashes placing '\\x00' from 1)",
        "UPDATE audit_tile SET hashes = substring(hashes from 1 for 31)",
        "UPDATE audit_tile SET number = 7",
        "DELETE FROM audit_tile",
        "UPDATE audit_checkpoint SET note = 'other'",
        "UPDATE audit_checkpoint SET size = size + 1",
    ],
)
def test_nobody_rewrites_the_tree(circle: Circle, database: Server, role: str, statement: str) -> None:
    with database.connect(role) as session, pytest.raises(psycopg.errors.InsufficientPrivilege):
        session.execute(statement)


def test_the_edge_erases_nothing(circle: Circle, database: Server) -> None:
    with database.connect("sluis_edge") as edge, pytest.raises(psycopg.errors.InsufficientPrivilege):
        edge.execute("SELECT audit_erase(1)")


def test_an_erased_event_leaves_the_leaf_and_its_proof(circle: Circle) -> None:
    circle.publish("bank")
    services.sequence()
    event = Event.objects.get(activity="delen")
    proof = selectors.logged(event.pk, size=opened().size)
    assert proof
    assert services.erase_event(event.pk)
    assert not services.erase_event(event.pk)
    assert selectors.logged(event.pk, size=opened().size) is None
    leaf = merkle.leaf_hash(bytes(Leaf.objects.get(pk=event.pk).leaf))
    now = opened()
    merkle.require_inclusion(leaf, proof.index, size=now.size, root_hash=now.root, path=proof.path)
    (told,) = [one for one in own(circle, "bank").events if one.place == proof.index]
    assert (told.event, told.salt) == (b"", b"")
    services.sequence()
    require_whole()


# served


def served(path: str) -> Any:
    return Client().get(f"/log/{path}")


def test_anyone_reads_tiles_and_entries_and_makes_the_same_tree(circle: Circle) -> None:
    record(600)
    services.sequence()
    circle.witness()
    now = checkpoint.parse(note.read(served("checkpoint").content.decode()).text)
    bundles = range(-(-now.size // tiles.WIDTH))
    octets = [served(tiles.bundle_path(number, now.size)) for number in bundles]
    entries = [one for number in bundles for one in tiles.unbundle(octets[number].content, min(256, now.size - 256 * number))]
    grown = tiles.Edge(0).extend(entries)
    assert grown.edge.root() == now.root
    for tile, hashes in grown.tiles.items():
        assert served(tiles.path(tile, now.size)).content == hashes
    assert "immutable" in octets[0]["cache-control"]
    assert "immutable" not in octets[-1]["cache-control"]
    assert octets[0]["access-control-allow-origin"] == "*"


def test_a_partial_tile_is_still_there_when_it_is_full(database: Server) -> None:
    record(10)
    services.sequence()
    small = served("tile/0/000.p/10").content
    record(300)
    services.sequence()
    assert served("tile/0/000.p/10").content == small == served("tile/0/000").content[:320]


@pytest.mark.parametrize("path", ["tile/0/000", "tile/0/000.p/255", "tile/0/0", "tile/9/000.p/1", "tile/entries/777", "tile/x"])
def test_what_is_not_there_is_not_found(circle: Circle, path: str) -> None:
    answer = served(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "geen-tegel")


def test_the_checkpoint_shown_is_the_newest_that_two_holders_cosigned(circle: Circle) -> None:
    def shown() -> int:
        return checkpoint.parse(note.read(served("checkpoint").content.decode()).text).size

    before = shown()
    record(5)
    services.sequence()
    circle.witness(1)
    assert shown() == before
    circle.witness(2)
    assert shown() == opened().size > before


def cosign(circle: Circle, index: int, line: str, size: int) -> Any:
    body = make.octets(Cosigned(line=line, size=size))
    return make.call("POST", "/v1/log/medeondertekeningen", body, key=circle.holders[index - 1].key)


def test_only_a_holder_cosigns_and_only_the_checkpoint_that_is_there(circle: Circle) -> None:
    record()
    services.sequence()
    now, name = opened(), circle.holder(1).witness
    holder, bank = circle.holders[0], circle.members["bank"]
    good = note.cosign(now.text(), name, holder.key, time=1)
    other = note.cosign(checkpoint.Checkpoint(now.origin, now.size, bytes(32)).text(), name, holder.key, time=1)
    foreign = note.cosign(now.text(), circle.holder(2).witness, circle.holders[1].key, time=1)
    assert cosign(circle, 1, good, now.size).status_code == 200
    for line in (other, foreign, "", "x", good[:-5]):
        assert cosign(circle, 1, line, now.size).json()["code"] == "medeondertekening-onjuist"
    assert cosign(circle, 1, good, now.size + 1).json()["code"] == "onbekend-checkpoint"
    body = make.octets(Cosigned(line=good, size=now.size))
    assert make.call("POST", "/v1/log/medeondertekeningen", body, key=bank.key).status_code == 403
    assert make.call("GET", "/v1/log/kandidaat", key=bank.key).status_code == 403


def test_a_later_cosignature_takes_the_place_of_an_earlier_one(circle: Circle) -> None:
    record()
    services.sequence()
    for time in (100, 300, 200):
        circle.witness(1, time=time)
    holder = circle.holder(1)
    assert checkpoint.witnesses(selectors.newest_note(), {holder.witness: holder.key}) == {holder.witness: 300}


def test_old_checkpoints_go_but_the_one_shown_stays(circle: Circle, later: Later) -> None:
    circle.witness()
    shown = selectors.public_note()
    for _ in range(2):
        record()
        services.sequence()
    newest = selectors.newest_note()
    assert Checkpoint.objects.count() > 2
    later(KEEP + 60)
    services.forget_checkpoints()
    assert Checkpoint.objects.count() == 2
    assert (selectors.public_note(), selectors.newest_note()) == (shown, newest)


# own events


def own(circle: Circle, name: str, start: int = 0) -> OwnEvents:
    answer = make.call("GET", f"/v1/log/gebeurtenissen?vanaf={start}", key=circle.members[name].key)
    return msgspec.json.decode(answer.content, type=OwnEvents)


def test_a_member_reads_its_own_events_and_nobody_elses(circle: Circle) -> None:
    circle.publish("bank")
    circle.publish("shop")
    services.sequence()
    (mine,) = own(circle, "bank").events
    told = documents.read(mine.event, Told)
    assert (told.activity, told.party) == ("delen", circle.members["bank"].id.hex())
    assert bytes(PlacedLeaf.objects.get(place=mine.place).leaf.leaf) == inclusion.entry(mine.salt, mine.event)
    assert own(circle, "carrier").events == ()
    assert make.call("GET", "/v1/log/gebeurtenissen", key=make.Party().key).status_code == 403


def test_own_events_come_in_pages_without_gap_or_double(circle: Circle) -> None:
    record(1_203, circle.members["bank"].id)
    services.sequence()
    start: int | None = 0
    places: list[int] = []
    while start is not None:
        page = own(circle, "bank", start)
        places += [one.place for one in page.events]
        start = page.next
    assert places == sorted(set(places))
    assert len(places) == 1_203


@pytest.mark.parametrize("start", ["-1", "x", "9" * 30, ""])
def test_a_place_that_is_no_number_is_refused(circle: Circle, start: str) -> None:
    answer = make.call("GET", f"/v1/log/gebeurtenissen?vanaf={start}", key=circle.members["bank"].key)
    assert (answer.status_code, answer.json()["errors"][0]["where"]) == (400, "vanaf")


def test_a_holders_line_has_a_leaf_that_holder_and_member_can_find(circle: Circle) -> None:
    line = LogLine(*(secrets.token_bytes(n) for n in (16, 32, 16)), 7, circle.members["bank"].id, bytes(32), 1, 2)
    body = msgspec.json.encode({"lines": [line]})
    kept = [make.call("POST", "/v1/sleutelhouders/logregels", body, key=circle.holders[1].key) for _ in range(2)]
    first, again = (msgspec.json.decode(one.content, type=LinesKept).leaves[0] for one in kept)
    assert first == again
    assert documents.read(first.event, Told).reference == sha256(document(line)).hex()
    services.sequence()
    answer = make.call("GET", "/v1/log/gebeurtenissen", key=circle.holders[1].key)
    (seen,) = msgspec.json.decode(answer.content, type=OwnEvents).events
    assert (seen.event, seen.salt) == (first.event, first.salt)
    assert seen in own(circle, "bank").events


def test_no_checkpoint_before_the_first_leaf(database: Server) -> None:
    assert served("checkpoint").status_code == 404
    with pytest.raises(errors.NotFound):
        selectors.newest_note()

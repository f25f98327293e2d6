"""The edge with a real database: follows the stream, asks both gates, records before it answers."""

from __future__ import annotations

import asyncio
import os

import httpx
import msgspec
import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from edge_made import MEMBER, Made, until

from sluis.core import errors
from sluis.core.exchange import buckets
from sluis.core.exchange.encodings import Tag
from sluis.demo import world
from sluis.demo.postgres import Cluster
from sluis.edge import service
from sluis.wire import asgi, clock, problems
from sluis.wire.book import Closing


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


@pytest.mark.parametrize(
    ("method", "path", "allowed"), [("GET", "/v1/bevragingen", "POST"), ("POST", "/v1/health", "GET, HEAD")]
)
def test_another_method_is_told_which_ones_there_are(made: Made, method: str, path: str, allowed: str) -> None:
    async def asked() -> httpx.Response:
        transport = httpx.ASGITransport(asgi.application(service.routes(made.open())))
        async with httpx.AsyncClient(transport=transport, base_url="http://edge.test") as client:
            return await client.request(method, path)

    answer = asyncio.run(asked())
    assert (answer.status_code, answer.headers["content-type"]) == (405, "application/problem+json")
    assert (answer.headers["allow"], answer.headers["api-version"]) == (allowed, "1.0.0")
    assert answer.json()["code"] == "andere-methode"


@pytest.mark.parametrize(("since", "status"), [(-1, 403), (0, 403), (60, 200)])
def test_what_the_hub_shuts_is_shut_here_from_its_second_on_and_recorded(made: Made, since: int, status: int) -> None:
    made.hub.closings.append(Closing(world.CIRCLE, "proeftuin-afgelopen", clock.now() + since))
    answer = made.answer(made.question())
    assert answer.status_code == status
    if status == 403:
        error = problems.from_problem(answer.status_code, answer.content)
        assert (error.reason, error.fields["ground"]) == ("geen-grondslag", "proeftuin-afgelopen")
        assert error.fields["articles"]
        assert [row[-1] for row in made.audit()] == ["proeftuin-afgelopen"]


def test_another_circle_that_is_shut_shuts_no_more_than_itself(made: Made) -> None:
    made.hub.closings += [Closing(b"\1" * 16, "proeftuin-afgelopen", 0), Closing(world.CIRCLE, "een-grond-van-later", 0)]
    # A ground that this version does not know is no reason to let something pass.
    assert made.answer(made.question()).status_code == 403
    made.hub.closings.pop()
    assert made.answer(made.question()).status_code == 200

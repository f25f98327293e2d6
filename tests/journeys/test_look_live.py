"""The live page of a running demo: what partners did, one followed signal, and services that fail and come back."""

from __future__ import annotations

import base64
import os
import re
import signal
from pathlib import Path
from typing import Any

import httpx
import msgspec
import psycopg
import pytest

from journeys.world import Demo, invented_iban, until
from sluis.core.exchange.encodings import sha256
from sluis.core.exchange.signal import Header
from sluis.demo import world
from sluis.demo.layout import Layout
from sluis.demo.live import trail
from sluis.demo.live.trail import Trail
from sluis.demo.postgres import READER

HEAL = 30


def stand(demo: Demo) -> dict[str, Any]:
    """The picture as JSON; empty while the page itself is away."""
    try:
        return httpx.get(f"{demo.url('live')}/v1/stand", timeout=10).json()
    except (httpx.HTTPError, ValueError):
        return {}


def followed(demo: Demo) -> Trail | None:
    """A signal followed just now; None when something on its way is still coming back."""
    answer = httpx.post(f"{demo.url('live')}/volg", timeout=60)
    assert answer.status_code == 303, answer.text
    newest = trail.read(demo.folder / "data" / "live").newest
    assert newest is not None
    return None if newest.error else newest


def follow(demo: Demo) -> Trail:
    found = followed(demo)
    assert found is not None
    return found


def test_what_a_partner_asks_and_is_refused_shows_on_the_page_within_seconds(demo: Demo) -> None:
    before = stand(demo)["figures"]
    iban = invented_iban(4_711)
    done = demo.run("check", iban, "--case", "zaak-1", "--purpose", world.PURPOSES[0], slug="lantaarn")
    assert done.returncode == 0, done.stderr
    refused = demo.run("check", iban, "--case", "zaak-1", "--purpose", "werving", slug="lantaarn")
    assert refused.returncode != 0
    until(lambda: stand(demo)["figures"]["asked"] == before["asked"] + 1)
    assert stand(demo)["figures"]["refused"] == before["refused"] + 1
    told = stand(demo)["refusals"][0]
    assert (told["party"], told["ground"], told["articles"]) == ("lantaarn", "doel-past-niet", ["AVG 5 lid 1 b"])
    page = httpx.get(f"{demo.url('live')}/doorlatingen").text
    assert "Dit doel staat niet in de beoordeling" in page
    assert iban not in page + httpx.get(f"{demo.url('live')}/").text


def test_everything_that_runs_is_in_order_on_the_page(demo: Demo) -> None:
    found = until(lambda: stand(demo))
    for one in (*found["partners"], *found["holders"]):
        assert one["connection"]["state"] in ("ok", "mended"), one
    states = {one["name"]: one["connection"]["state"] for one in found["services"]}
    assert states.pop("sim") == "absent"
    assert set(states.values()) <= {"ok", "mended"}
    assert found["log"]["cosigned"] >= world.THRESHOLD
    assert {one["name"]: one["is_open"] for one in found["circles"]}["zonder-vergunning"] is False


def test_a_followed_signal_is_readable_to_its_two_partners_alone(demo: Demo) -> None:
    found = follow(demo)
    secrets = [found.identifier.encode(), found.canonical, sha256(found.identifier.encode()), sha256(found.canonical)]
    held = [found.hub, found.edge, found.log, *found.holders]
    assert None not in held
    octets = msgspec.json.encode(held)
    for secret in secrets:
        assert secret not in octets
        assert secret.hex().encode() not in octets
        assert base64.b64encode(secret).rstrip(b"=") not in octets
    assert found.search is not None
    assert (found.search.found, "exchange_signal" in found.search.tag_in) == ((), True)
    assert found.search.rows > 10


def test_every_blinded_value_of_the_same_number_is_another_one(demo: Demo) -> None:
    first, second = follow(demo), follow(demo)
    for one in (first, second):
        for holder in one.holders:
            uses = [(evaluation.party, evaluation.use) for evaluation in holder.evaluations]
            assert uses[0] == (one.publisher, "publish")
            assert uses[1:].count((one.asker, "check")) == len(uses) - 1 >= 2
    blinded = [evaluation.blinded for one in (first, second) for evaluation in one.holders[0].evaluations]
    assert len(set(blinded)) == len(blinded) >= 6
    assert (first.publisher, first.asker) != (second.publisher, second.asker)


def test_a_followed_signal_was_real_was_refused_with_its_article_and_is_gone_again(demo: Demo) -> None:
    found = follow(demo)
    assert found.hub is not None
    header = Header.parse(found.hub.header)
    publisher = next(party for party in world.PARTIES if party.slug == found.publisher)
    assert (header.publisher, len(found.hub.context)) == (publisher.id, 1040)
    assert found.refusal is not None
    assert (found.refusal.ground, found.refusal.articles) == ("doel-past-niet", ("AVG 5 lid 1 b",))
    assert found.asked is not None
    assert (found.asked.others, found.asked.grade, found.asked.form) == ("1", "B", "HDF.BANK")
    with demo.connect() as connection:
        left = connection.execute("SELECT count(*) FROM exchange_signal WHERE signal_id = %s", (header.signal_id,)).fetchone()
        leaf = connection.execute("SELECT leaf FROM audit_leaf JOIN audit_place p ON p.leaf_id = number WHERE place = %s",
                                  (found.log.place if found.log else -1,)).fetchone()  # fmt: skip
    assert left == (0,)
    assert leaf is not None
    assert found.log is not None
    assert bytes(leaf[0]) == found.log.leaf
    assert [step.code for step in found.steps] == [
        "share", "seen", "again", "refused", "disclose", "measure", "logged", "back",
    ]  # fmt: skip


def test_the_page_shows_the_followed_signal_and_its_speed(demo: Demo) -> None:
    found = follow(demo)
    page = httpx.get(f"{demo.url('live')}/?stil").text
    assert page.count(found.identifier) == 2
    assert found.holders[0].evaluations[0].blinded[:2].hex() in page
    assert "Delen tot treffer bij de ander" in page
    assert re.search(r"\d+ rijen in \d+ tabellen", page)


def test_the_page_reads_the_database_and_cannot_write_it(demo: Demo) -> None:
    url = Layout.of(demo.folder, first_port=None).cluster.url(READER)
    with psycopg.connect(url, autocommit=True) as connection:
        assert connection.execute("SELECT count(*) FROM audit_leaf").fetchone() != (0,)
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            connection.execute("DELETE FROM exchange_signal")
        connection.execute("SET default_transaction_read_only = off")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("DELETE FROM exchange_signal")


SERVICES = ("postgres", "web", "worker", "edge", *(one.slug for one in (*world.HOLDERS, *world.PARTIES)))


@pytest.mark.parametrize("name", ["live", *(pytest.param(one, marks=pytest.mark.slow) for one in SERVICES)])
def test_a_killed_service_heals_within_half_a_minute_and_the_page_says_so(demo: Demo, name: str) -> None:
    before = demo.state()["services"][name]
    os.killpg(before, signal.SIGKILL)
    until(lambda: mended(stand(demo), name), limit=HEAL)
    assert demo.state()["services"][name] != before
    until(lambda: stand(demo).get("readable"), limit=HEAL)
    demo.wait_for_keys()
    page = httpx.get(f"{demo.url('live')}/", timeout=10).text
    assert re.search(r"was \d+ s weg \(SIGKILL\), hersteld om", page)
    until(lambda: followed(demo), limit=HEAL)


def mended(found: dict[str, Any], name: str) -> bool:
    """Whether the page says of a service that it was killed and works again; it may have ended for another reason before."""
    everything = [*found.get("partners", ()), *found.get("holders", ()), *found.get("services", ())]
    told = [one["connection"] for one in everything if name in (one.get("slug"), one.get("name"))]
    return any((one["state"], one["ended"]) == ("mended", "SIGKILL") for one in told)


def test_the_kept_trail_is_readable_to_its_owner_only(demo: Demo) -> None:
    follow(demo)
    file: Path = demo.folder / "data" / "live" / trail.FILE
    assert file.stat().st_mode & 0o077 == 0

"""Walk: verify the log. The page is `docs/architecture/verify-the-log.md`."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from journeys.world import Demo, invented_iban, matter, until
from sluis.client import publish
from sluis.core.exchange.envelope import Context
from sluis.core.exchange.words import Advice, Grade
from sluis.core.identifiers import normalise
from sluis.demo import world


def verified(demo: Demo, state: Path, slug: str = "tolhuis") -> dict[str, Any]:
    said = demo.run("log", "verify", "--json", "--state", str(state), slug=slug)
    told: dict[str, Any] = json.loads(said.stdout)
    assert (said.returncode, "error" in told) in ((0, False), (1, True)), said
    return told


def share(demo: Demo, number: int) -> None:
    context = Context("AVF.AANKOOP.WEBWINKEL", channels=("webshop",), amount=2)
    draft = publish.Draft(normalise.parse("iban", invented_iban(number)), context, Grade.B, Advice.HOLD)
    publish.publish(demo.session("tolhuis"), [draft], matter=matter("zaak-88"))


def until_found(demo: Demo, state: Path) -> dict[str, Any]:
    """What the run tells that finds an own event: it has to be placed and cosigned first."""

    def found() -> dict[str, Any] | None:
        told = verified(demo, state)
        assert "error" not in told, told
        return told if told["events"] else None

    return until(found)


def test_what_a_partner_did_is_found_in_the_log_also_over_a_restart_of_the_hub(demo: Demo, tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    share(demo, 71_201)
    first = until_found(demo, state)
    assert len(first["cosigned"]) >= world.THRESHOLD
    for name in ("worker", "web"):
        demo.kill(name)
    until(lambda: _is_up(demo))
    share(demo, 71_202)
    second = until_found(demo, state)
    assert second["size"] > first["size"]
    assert second["verified"] < second["size"]


def _is_up(demo: Demo) -> bool:
    try:
        return httpx.get(f"{demo.url('web')}/v1/health").is_success
    except httpx.HTTPError:
        return False


def test_every_holder_says_that_the_log_is_in_order_and_finds_its_lines(demo: Demo) -> None:
    share(demo, 71_203)
    for party in world.HOLDERS:
        told = httpx.get(f"{demo.url(party.slug)}/v1/health").json()
        assert told["log"] == "ok", party.name

    def found() -> bool:
        with demo.connect() as database:
            (waiting,) = database.execute("SELECT count(*) FROM audit_waiting").fetchone() or (1,)
            lines, placed = database.execute(
                "SELECT count(*), count(place) FROM audit_holderline AS h LEFT JOIN audit_place AS p ON p.leaf_id = h.leaf"
            ).fetchone() or (0, 0)
        return waiting == 0 and lines == placed > 0

    until(found)


@contextmanager
def rewritten(demo: Demo) -> Iterator[None]:
    """The database's owner switches its own rules off and changes the log's first entry."""
    with demo.connect() as database:
        (number, leaf) = database.execute(
            "SELECT number, leaf FROM audit_leaf JOIN audit_place ON leaf_id = number WHERE place = 0"
        ).fetchone() or (0, b"")
        rewrite(database, number, os.urandom(32))
        try:
            yield
        finally:
            rewrite(database, number, leaf)


def rewrite(database: Any, number: int, leaf: bytes) -> None:
    with database.transaction():
        database.execute("ALTER TABLE audit_leaf DISABLE TRIGGER audit_leaf_append_only")
        database.execute("UPDATE audit_leaf SET leaf = %s WHERE number = %s", (leaf, number))
        database.execute("ALTER TABLE audit_leaf ENABLE TRIGGER audit_leaf_append_only")


def test_a_log_rewritten_by_the_databases_owner_is_caught_with_cause_and_next_step(demo: Demo, tmp_path: Path) -> None:
    with rewritten(demo):
        told = verified(demo, tmp_path / "state.json")
    assert told["error"]["code"] == "logboek-inhoud"
    assert told["error"]["next_step"]
    assert verified(demo, tmp_path / "state.json")["size"] > 0


@pytest.mark.parametrize("slug", ["kadebank", "lantaarn"])
def test_anyone_verifies_with_the_keys_a_partner_shows(demo: Demo, tmp_path: Path, slug: str) -> None:
    shown = json.loads(demo.run("log", "show", "--json", slug=slug).stdout)
    keys = [word for one in shown["witnesses"] for word in ("--witness", one)]
    argv = ["--url", f"{demo.url('web')}/log", "--log-key", shown["log_keys"][0], *keys, "--threshold", str(shown["threshold"])]
    said = demo.run("log", "verify", "--json", "--state", str(tmp_path / "anyone.json"), *argv, slug="tolhuis")
    assert (said.returncode, json.loads(said.stdout)["events"]) == (0, 0), said


def witness(demo: Demo, folder: Path, slug: str, *more: str) -> dict[str, Any]:
    key = folder / f"{slug}.key"
    if not key.exists():
        assert demo.run("authority", "new-key", str(key), slug=slug).returncode == 0
    argv = ["--key", str(key), "--name", f"getuige.test/{slug}", "--book", str(folder / f"{slug}.sqlite"), "--once", "--json"]
    said = demo.run("log", "witness", *argv, *more, slug=slug)
    assert said.returncode == 0, said
    told: dict[str, Any] = json.loads(said.stdout)
    return told


def test_two_partners_witness_the_log_and_find_that_it_is_one(demo: Demo, tmp_path: Path) -> None:
    first = witness(demo, tmp_path, "kadebank")
    assert first["looked"]["size"] > 0
    share(demo, 71_204)
    until(lambda: witness(demo, tmp_path, "lantaarn")["looked"]["size"] > first["looked"]["size"])
    published = str(tmp_path / "kadebank.note")
    assert witness(demo, tmp_path, "lantaarn", "--compare", published)["compared"] == {published: first["looked"]["size"]}
    again = witness(demo, tmp_path, "kadebank", "--compare", f"{demo.url('web')}/log/checkpoint")
    assert again["looked"]["grown"] > 0

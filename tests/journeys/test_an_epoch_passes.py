"""An epoch passes: the next key is ordered, both are used, the new one takes over, the old one is erased; the hit survives.

Days pass by the clock offset of a demo of this test's own, for what is erased does not come back. The page is
`docs/architecture/an-epoch-passes.md`.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from journeys.world import Demo, invented_iban, matter, until
from sluis.client import check, disclose, publish, republish
from sluis.client.republish import Pace
from sluis.client.session import Session
from sluis.core import errors
from sluis.core.exchange.entries import Hit
from sluis.core.exchange.envelope import Context
from sluis.core.exchange.words import Grade
from sluis.core.identifiers import normalise
from sluis.core.identifiers.kinds import Identifier
from sluis.demo import services, world
from sluis.wire import clock

pytestmark = pytest.mark.slow
FIRST, SECOND = (normalise.parse("iban", invented_iban(number)) for number in (31, 32))
LIMIT = 120


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    folder = tmp_path_factory.mktemp("epoch") / "d"
    folder.mkdir()
    (folder / "clock").write_text("0")
    patch = pytest.MonkeyPatch()
    patch.setenv(clock.VARIABLE, str(folder / "clock"))
    running = Demo(folder)
    try:
        running.start()
        yield running
    finally:
        running.stop()
        patch.undo()


class World:
    """The demo with its days, its tables and two partners."""

    def __init__(self, demo: Demo, folder: Path) -> None:
        self.demo = demo
        self.bank, self.shop = (demo.session(slug, folder / f"{slug}.sqlite") for slug in ("kadebank", "lantaarn"))

    def day(self, number: float) -> None:
        """It is this day of the demo's first epoch."""
        self.demo._shift(self.demo.folder / "clock", int(number * world.DAY))

    def rows(self, query: str, *values: object) -> list[tuple[object, ...]]:
        with self.demo.connect() as connection:
            return connection.execute(query, values).fetchall()

    def keys(self, epoch: int) -> list[tuple[object, ...]]:
        """Generation and moment of erasure of each key of an epoch."""
        return self.rows("SELECT generation, erased FROM exchange_key WHERE epoch = %s", epoch)

    def logged(self, activity: str) -> int:
        ((count,),) = self.rows("SELECT count(*) FROM audit_event WHERE activity = %s", activity)
        return int(str(count))

    def signals(self, epoch: int) -> int:
        ((count,),) = self.rows(
            "SELECT count(*) FROM exchange_signal JOIN exchange_key ON key_id = exchange_key.id WHERE epoch = %s", epoch
        )
        return int(str(count))

    def log_size(self, state: Path) -> int:
        """How many entries of the log hold, going on from what was verified before; 0 while one does not."""
        said = self.demo.run("log", "verify", "--json", "--state", str(state), slug="kadebank")
        return int(json.loads(said.stdout)["size"]) if said.returncode == 0 else 0

    def shares(self, slug: str) -> list[dict[str, object]]:
        """What a holder's operator sees of its shares."""
        argv = (services.program("sluis-keyholder"), "shares", "--json", "--config")
        file = str(self.demo.folder / "config" / f"{slug}.toml")
        return list(json.loads(subprocess.run([*argv, file], capture_output=True, check=True).stdout))


def share(session: Session, identifier: Identifier) -> None:
    draft = publish.Draft(identifier, Context("AVF.VERKOOP", channels=("marketplace",)), Grade.B)
    publish.publish(session, [draft], matter=matter("zaak-tijdvak"))


def found(session: Session, identifier: Identifier) -> check.Checked | None:
    try:
        (checked,) = check.check(session, [identifier], matter=matter())
    except errors.Unavailable:
        return None
    return checked if isinstance(checked.outcome, Hit) else None


def test_an_epoch_passes_and_the_hit_survives(own: Demo, tmp_path: Path) -> None:
    at = World(own, tmp_path)
    share(at.bank, FIRST)
    before = until(lambda: found(at.shop, FIRST), LIMIT)
    verified = until(lambda: at.log_size(tmp_path / "log.json"), LIMIT)

    at.day(31)
    until(lambda: all(generation == 2 for generation, _erased in at.keys(1)), LIMIT)
    assert until(lambda: found(at.shop, FIRST), LIMIT).key_id == before.key_id, "a refresh keeps the key"

    at.day(61)
    assert at.keys(2) == []
    at.day(62.1)
    until(lambda: len(at.keys(2)) == len(at.keys(1)), LIMIT)
    share(at.bank, SECOND)
    assert at.signals(2) == 0, "day -28 to -14: made, not yet used"

    at.day(76.5)
    republish.republish(at.bank, circle=world.CIRCLE_NAME, pace=Pace(bytes(32), at_once=True))
    share(at.bank, normalise.parse("iban", invented_iban(33)))
    assert (at.signals(1), at.signals(2)) == (3, 3), "day -14 to 0: under both"
    assert until(lambda: found(at.shop, FIRST), LIMIT).key_id == before.key_id, "checked under the old one"

    at.day(90.1)
    for identifier in (FIRST, SECOND):
        after = until(lambda identifier=identifier: found(at.shop, identifier), LIMIT)
        assert after.key_id != before.key_id
        assert after.outcome.band == before.outcome.band
    opened = disclose.disclose(at.shop, after, matter=matter())
    assert [one.form for one in opened.contexts.values()] == ["AVF.VERKOOP"]

    at.day(91.1)
    until(lambda: at.signals(1) == 0 and all(erased for _generation, erased in at.keys(1)), LIMIT)
    assert at.signals(2) == 3
    for slug in (party.slug for party in world.HOLDERS):
        until(lambda slug=slug: {one["epoch"] for one in at.shares(slug) if one["state"] == "kept"} == {2}, LIMIT)
        assert {one["state"] for one in at.shares(slug) if one["epoch"] == 1} == {"erased, superseded", "erased, ended"}
    until(lambda: all(one["told"] for slug in (party.slug for party in world.HOLDERS) for one in at.shares(slug)), LIMIT)
    assert at.logged("tijdvak gewist") == len(at.keys(1))
    assert at.logged("aandelen gewist") >= 2 * len(world.HOLDERS)
    assert found(at.shop, FIRST), "and the hit is still there"
    assert until(lambda: at.log_size(tmp_path / "log.json"), LIMIT) > verified, "the log goes on over the epoch"

    at.day(world.CIRCLE_DAYS + 1)
    late = own.session("lantaarn", tmp_path / "late.sqlite")
    for work in (lambda: check.check(late, [FIRST], matter=matter()), lambda: disclose.disclose(late, after, matter=matter())):
        with pytest.raises(errors.NotPermitted) as refused:
            work()
        assert refused.value.reason == "geen-grondslag"
        assert refused.value.fields["ground"] in ("kring-buiten-termijn", "beoordeling-verlopen")

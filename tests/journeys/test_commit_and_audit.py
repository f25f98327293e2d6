"""Walk: commit and audit. The page is `docs/architecture/commit-and-audit.md`."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from journeys.world import Demo, invented_iban, until
from sluis.client import auditing
from sluis.client.auditing import Audit
from sluis.core import errors
from sluis.core.exchange import draws
from sluis.demo import auditing as auditor_at
from sluis.demo import world
from sluis.wire import clock

AUDITOR = world.AUDITOR.slug
HONEST, SILENT = "lantaarn", "zeilmakerij"
ASKED = 12
# The worker ends samples once a minute.
MINUTES = 150


class Told:
    """Commands of one party in the circle, each with its JSON."""

    def __init__(self, demo: Demo, slug: str) -> None:
        self.demo, self.slug = demo, slug

    def __call__(self, *argv: object) -> Any:
        said = self.demo.run(*map(str, argv), "--circle", world.CIRCLE_NAME, "--json", slug=self.slug)
        assert said.returncode == 0, said
        return json.loads(said.stdout)

    def refused(self, *argv: object) -> str:
        said = self.demo.run(*map(str, argv), "--circle", world.CIRCLE_NAME, "--json", slug=self.slug)
        assert said.returncode == 1, said
        return str(json.loads(said.stdout)["error"]["code"])


def ask(demo: Demo, slug: str, first: int, count: int) -> None:
    identifiers = [invented_iban(first + i) for i in range(count)]
    told = Told(demo, slug)("check", *identifiers, "--case", f"zaak van {slug}", "--purpose", world.PURPOSES[0])
    assert len(told) == count


def check_on_premises(demo: Demo, opening: Path, drawn: Path, out: Path, *, seen: str) -> str:
    argv = ["audit", "check", str(opening), "--drawn", str(drawn), "--out", str(out), seen, "--json"]
    said = demo.run(*argv, slug=AUDITOR)
    assert said.returncode == 0, said
    return str(json.loads(said.stdout)["outcome"])


def revealed(auditor: Told, secret: Path) -> Callable[[], bool]:
    """Whether the day could be told: its lines have to stand in the cosigned log."""

    def told() -> bool:
        said = auditor.demo.run(
            "audit", "reveal", "--secret", str(secret), "--circle", world.CIRCLE_NAME, "--json", slug=AUDITOR
        )
        return said.returncode == 0

    return told


def test_a_sealed_draw_is_opened_on_the_premises_and_what_is_not_opened_has_its_consequence(demo: Demo, tmp_path: Path) -> None:
    auditor, shop = Told(demo, AUDITOR), Told(demo, HONEST)
    secret, drawn, outcomes = tmp_path / "secret.json", tmp_path / "drawn.json", tmp_path / "outcomes.json"
    day = auditor("audit", "commit", "--secret", secret)["day"]
    assert day == clock.now() // draws.DAY + 1
    assert auditor.refused("audit", "reveal", "--secret", secret) == "dag-niet-voorbij"
    assert shop.refused("audit", "commit", "--secret", tmp_path / "mine.json") == "geen-recht"

    with demo.shifted(1):
        ask(demo, HONEST, 71_400, ASKED)
        ask(demo, SILENT, 71_500, 3)
        assert auditor.refused("audit", "commit", "--secret", tmp_path / "late.json", "--day", _date(day)) == "dag-begonnen"

    with demo.shifted(3):
        until(revealed(auditor, secret))
        told = auditor("audit", "draw", "--day", _date(day), "--out", drawn)
        assert told["drawn"] == draws.PER_DAY + 3
        assert told["lines"] >= 4
        mine = shop("audit", "drawn")
        assert len(mine) == draws.PER_DAY
        for one in mine:
            opening = tmp_path / f"{one['name'][:16]}-{one['name'].rpartition('-')[2]}.json"
            shop("audit", "open", one["name"], "--out", opening)
            assert check_on_premises(demo, opening, drawn, outcomes, seen="--case-seen") == "aangetoond"
        assert invented_iban(71_400).encode() not in outcomes.read_bytes()
        assert auditor("audit", "send", outcomes, "--day", _date(day))["open"] == 3
        assert shop("audit", "drawn") == []

    with demo.shifted(3 + 15):
        rows = until(lambda: _concluded(auditor, day), MINUTES)
        assert rows["Winkel Lantaarn"]["outcomes"] == {"aangetoond": draws.PER_DAY}
        assert rows["Zeilmakerij Online"]["outcomes"] == {"niet-op-tijd": 3}
        proposal = tmp_path / "proposal.json"
        argv = ("audit", "report", "--day", _date(day), "--out", proposal, "--propose")
        assert auditor.refused(*argv, "Winkel Lantaarn") == "alles-klopt"
        auditor(*argv, "Zeilmakerij Online")
        section = Audit(demo.session(AUDITOR), world.CIRCLE_NAME).section
        (cut,) = auditing.adopted([section], auditing.read_proposal(proposal.read_bytes()))
        budgets = {one.name: one.budgets["check"].day for one in cut.members if one.budgets}
        assert budgets["Zeilmakerij Online"] == world.BUDGETS["check"].day // 100
        assert budgets["Winkel Lantaarn"] == world.BUDGETS["check"].day


def test_the_demos_auditor_fixes_tomorrow_once_and_tells_it_when_it_is_over(demo: Demo, tmp_path: Path) -> None:
    audit = Audit(demo.session(AUDITOR, tmp_path / "auditor.sqlite"), world.SHOPS_NAME)
    desk, tomorrow = auditor_at.Desk(audit, tmp_path), clock.now() // draws.DAY + 1
    for _ in range(2):
        desk.tend()
        assert audit.days() == (tomorrow,)
    assert audit.day(tomorrow).secret is None

    def told() -> bool:
        with contextlib.suppress(errors.Unavailable):
            desk.tend()
        return not desk.file(tomorrow).exists()

    with demo.shifted(3):
        until(told, MINUTES)
        assert audit.day(tomorrow).secret is not None
        assert clock.now() // draws.DAY + 1 in audit.days()


def _date(day: int) -> str:
    return date.fromordinal(day + date(1970, 1, 1).toordinal()).isoformat()


def _concluded(auditor: Told, day: int) -> dict[str, Any] | None:
    rows = {row["name"]: row for row in auditor("audit", "report", "--day", _date(day))["members"]}
    return rows if not any(row["open"] for row in rows.values()) else None

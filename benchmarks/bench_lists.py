"""Pages that list much, as a member reads them: a closed group of 10,000 items, and 10,000 calls of one's own. Starts a demo.

The pages come over HTTP from the demo's own web server, signed in; the same pages before anything was added, in the same
run, say what the rows cost.
"""

from __future__ import annotations

import importlib
import os
import re
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Final

import django
import httpx
import measure
import running
from django.db import connection

from sluis.demo import services
from sluis.demo.layout import Layout
from sluis.wire import credentials

ITEMS: Final = 10_000
WARM, CALLS = 5, 60
BANK: Final = "Kadebank"
READER: Final = "jurist.kadebank"
LIMIT: Final = "p95 ms (limit 300)"
# As many items as wanted beside the one that there is, each with its wording and its contributor.
_ITEMS: Final = """
WITH one AS (SELECT id, group_id, kind, written FROM consent_item WHERE reference = %(reference)s),
made AS (
    INSERT INTO consent_item (id, group_id, kind, reference, version, written)
    SELECT gen_random_uuid(), group_id, kind, 'meting-' || n, 1, written - n FROM one, generate_series(1, %(count)s) AS n
    RETURNING id, group_id, written
), worded AS (
    INSERT INTO consent_version (id, item_id, group_id, number, title, text, marking, digest, editor, person, time)
    SELECT gen_random_uuid(), made.id, made.group_id, 1, 'Stuk ' || made.written, old.text, old.marking, md5(made.id::text),
        old.editor, old.person, made.written
    FROM made, consent_version AS old WHERE old.item_id = (SELECT id FROM one) AND old.number = 1
)
INSERT INTO consent_contribution (item_id, group_id, party, since)
SELECT made.id, made.group_id, old.party, made.written
FROM made, consent_contribution AS old WHERE old.item_id = (SELECT id FROM one)
"""


def be_web(folder: Path) -> None:
    """This process becomes one more web process of the demo's hub."""
    layout = Layout.of(folder, first_port=None)
    os.environ.update(next(one for one in services.hub(layout) if one.name == "web").env)
    django.setup()


def signed_in(folder: Path) -> httpx.Client:
    """A browser of somebody who reads for a bank."""
    browser = httpx.Client(base_url=running.state(folder)["urls"]["web"], follow_redirects=True, timeout=30)
    page = browser.get("/inloggen").text
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token is not None
    password = credentials.secret(Layout.of(folder, first_port=None).keyring.file(f"{READER}.password")).decode()
    given = {"csrfmiddlewaretoken": token[1], "username": READER, "password": password}
    answer = browser.post("/inloggen", data=given, headers={"referer": str(browser.base_url)})
    assert answer.url.path == "/kringen", answer.url
    return browser


def times(browser: httpx.Client, path: str) -> list[float]:
    """Milliseconds of each of 60 readings, after five that do not count."""
    return list(_times(browser, path))[WARM:]


def _times(browser: httpx.Client, path: str) -> Iterator[float]:
    for _ in range(WARM + CALLS):
        start = time.perf_counter()
        assert browser.get(path).status_code == 200
        yield 1000 * (time.perf_counter() - start)


def p95(found: Sequence[float]) -> float:
    return round(statistics.quantiles(found, n=20)[-1], 1)


@dataclass(frozen=True)
class Hub:
    """The doors of the hub; only there once Django is set up."""

    viewing: ModuleType
    happenings: ModuleType
    consent: ModuleType
    partners: ModuleType

    @classmethod
    def entered(cls) -> Hub:
        names = ("plumbing.viewing", "apps.audit.services.happenings", "apps.consent.models", "apps.partners.selectors")
        return cls(*(importlib.import_module(f"sluis.{name}") for name in names))

    def bank(self) -> tuple[bytes, bytes]:
        """A circle of the bank, and the bank, by id."""
        sections = self.partners.stored_snapshot().sections.values()
        found = ((one.circle, member.id) for one in sections for member in one.members if member.name == BANK)
        return next(found)

    def add_items(self, group: str) -> None:
        with self.viewing.as_organisation(self.bank()[1]), connection.cursor() as cursor:
            held = self.consent.Item.objects.filter(group=group)
            cursor.execute(_ITEMS, {"reference": held.values_list("reference", flat=True)[0], "count": ITEMS})
            assert held.count() > ITEMS

    def add_calls(self) -> None:
        told = self.happenings.Happening("verstrekken", *self.bank())
        for _ in range(ITEMS // 1_000):
            self.happenings.append([self.happenings.passed(told, "") for _ in range(1_000)])


def group_of(browser: httpx.Client) -> str:
    """The page of the group that the demo begins with, when it is there."""
    end = time.monotonic() + 90
    while time.monotonic() < end:
        if found := re.search(r'href="(/groepen/[0-9a-f-]{36})"', browser.get("/groepen").text):
            return found[1]
        time.sleep(1)
    raise SystemExit("the demo's group was not there in time")


def run(folder: Path) -> dict[str, float]:
    browser = signed_in(folder)
    group = group_of(browser)
    pages = {"a group": group, "own calls": "/doorlatingen"}
    before = {name: times(browser, path) for name, path in pages.items()}
    be_web(folder)
    hub = Hub.entered()
    hub.add_items(group.rpartition("/")[2])
    hub.add_calls()
    after = {name: times(browser, path) for name, path in pages.items()}
    found = {}
    for name, taken in after.items():
        found[f"{name} of {ITEMS:,} rows, {LIMIT}"] = p95(taken)
        found[f"{name}, with many / with few, medians"] = round(statistics.median(taken) / statistics.median(before[name]), 2)
    return found


def main() -> None:
    with running.demo(running.STILL) as folder:
        measure.report("lists", run(folder))


if __name__ == "__main__":
    main()

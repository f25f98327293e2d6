"""The log's append rate against publishing in the same run, and how long a proof takes. Starts a demo of its own.

Leaves are logged 1,000 in a statement, as much as waits after a second of refusals and passages; then the clock runs over
placing them: places, tiles, root, signed checkpoint, committed, in batches of 8,192. The demo's own worker goes on beside it.
"""

from __future__ import annotations

import importlib
import os
import statistics
import time
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import bench_publish
import django
import measure
import running
from django.db import transaction

from sluis.client import config
from sluis.core.exchange.log import checkpoint, merkle, note, tiles
from sluis.demo import services
from sluis.demo.layout import Layout

LEAVES = 98_304
AT_ONCE = 1_000
PROOFS = 300
WARM, CALLS = 2, 8


def publish_rate(folder: Path) -> float:
    session = config.load(folder / "config" / "tolhuis.toml").session()
    bodies = [bench_publish.publication(session) for _ in range(WARM + CALLS)]
    bench_publish.rate(session, bodies[:WARM], callers=1)
    return bench_publish.rate(session, bodies[WARM:], callers=1)


def be_worker(folder: Path) -> None:
    """This process becomes one more worker of the demo's hub."""
    layout = Layout.of(folder, first_port=None)
    worker = next(one for one in services.hub(layout) if one.name == "worker")
    os.environ.update(worker.env)
    django.setup()


@dataclass(frozen=True)
class Hub:
    """The doors of the hub's log; only there once Django is set up."""

    services: ModuleType
    happenings: ModuleType
    selectors: ModuleType
    models: ModuleType

    @classmethod
    def entered(cls) -> Hub:
        names = ("services", "services.happenings", "selectors", "models")
        return cls(*(importlib.import_module(f"sluis.apps.audit.{name}") for name in names))

    def log_leaves(self, count: int) -> float:
        happened = self.happenings.Happening("meting")
        start = time.perf_counter()
        with transaction.atomic():
            for _ in range(0, count, AT_ONCE):
                self.happenings.append([self.happenings.passed(happened, "") for _ in range(min(AT_ONCE, count))])
        return count / (time.perf_counter() - start)

    def place_leaves(self, count: int) -> float:
        start = time.perf_counter()
        while self.models.Waiting.objects.exists():
            self.services.sequence()
        return count / (time.perf_counter() - start)

    def proof_times(self) -> dict[str, float]:
        now = checkpoint.parse(note.read(self.selectors.newest_note()).text)
        places = range(0, now.size, now.size // PROOFS)
        entries = dict(self.models.PlacedLeaf.objects.filter(place__in=places).values_list("place", "leaf__leaf"))
        made, verified = [], []
        for place, entry in entries.items():
            begin = time.perf_counter()
            ranges = merkle.inclusion_ranges(place, now.size)
            path = tiles.proof(ranges, self.selectors.tiles_named(tiles.needed(ranges)))
            middle = time.perf_counter()
            leaf = merkle.leaf_hash(bytes(entry))
            merkle.require_inclusion(leaf, place, size=now.size, root_hash=now.root, path=path)
            made.append(middle - begin)
            verified.append(time.perf_counter() - middle)
        return {
            "making a proof from stored tiles, ms, median (aim < 1)": round(statistics.median(made) * 1e3, 3),
            "verifying a proof, ms, median": round(statistics.median(verified) * 1e3, 4),
            "leaves in the tree": now.size,
        }


def run(folder: Path) -> dict[str, float]:
    signals = publish_rate(folder)
    be_worker(folder)
    hub = Hub.entered()
    hub.log_leaves(AT_ONCE)
    hub.place_leaves(AT_ONCE)
    logged = hub.log_leaves(LEAVES)
    placed = hub.place_leaves(LEAVES)
    return {
        "leaves placed/s, durable (aim >= signals/s)": round(placed),
        "signals/s published, one caller": round(signals),
        "placed / published": round(placed / signals, 2),
        "leaves logged/s, 1,000 a statement": round(logged),
        **hub.proof_times(),
    }


def main() -> None:
    with running.demo(running.STILL) as folder:
        measure.report("log", run(folder))


if __name__ == "__main__":
    main()

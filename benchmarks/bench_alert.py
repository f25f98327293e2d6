"""From a published signal to the alert at another koppelpunt, while 200 signals a second flow through the whole demo.

Starts a demo of its own in a temporary folder: database, hub, edge, three holders, gateways, all durable. The flow goes on for
a minute and ends by itself. A signal's time runs from the moment its publish call is made to the alert in the casebook of the
carrier, who watches it in the winkelkring; beside it stands what one publish call takes alone.
"""

from __future__ import annotations

import statistics
import threading
import time
from pathlib import Path

import measure
import running

from sluis.client import publish, watch
from sluis.client.gateway.upkeep import Upkeep
from sluis.client.session import Matter, Session
from sluis.client.watch import Watched
from sluis.core import errors
from sluis.core.exchange.envelope import Context
from sluis.core.exchange.words import Grade
from sluis.core.identifiers import normalise
from sluis.core.identifiers.kinds import Identifier
from sluis.demo import world

RATE, SECONDS, WATCHED, CALL = 200, 60, 300, 50
MATTER = Matter(world.SHOPS_NAME, "bench", world.PURPOSES[0])


def phone(number: int) -> Identifier:
    return normalise.parse("phone", f"+3160{number:07d}")


def share(who: Session, numbers: list[int]) -> None:
    drafts = [publish.Draft(phone(one), Context("AVF.AANKOOP"), Grade.B) for one in numbers]
    publish.publish(who, drafts, matter=MATTER)


class Flow:
    """RATE signals a second from two partners in turn (a budget is 10,000 a minute), until told to stop."""

    def __init__(self, *who: Session) -> None:
        self.sent, self._stop = 0, threading.Event()
        self._who, self._thread = who, threading.Thread(target=self._run)

    def _run(self) -> None:
        begun = time.monotonic()
        while not self._stop.is_set():
            share(self._who[self.sent // CALL % len(self._who)], list(range(100_000 + self.sent, 100_000 + self.sent + CALL)))
            self.sent += CALL
            time.sleep(max(0.0, begun + self.sent / RATE - time.monotonic()))
        self.rate = self.sent / (time.monotonic() - begun)

    def __enter__(self) -> Flow:
        self._thread.start()
        return self

    def __exit__(self, *_reason: object) -> None:
        self._stop.set()
        self._thread.join()


def until_key(who: Session, probe: int) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            return share(who, [probe])
        except errors.Unavailable:
            time.sleep(0.5)
    raise SystemExit("there is no key")


def measured(folder: Path) -> dict[str, float]:
    slugs = ("lantaarn", "kadebank", "zeilmakerij", "pakketboot")
    first, bank, second, carrier = (running.session(folder, slug) for slug in slugs)
    until_key(first, 1)
    upkeep = Upkeep(carrier)
    upkeep.start()
    watch.add(carrier, [Watched(phone(one), str(one)) for one in range(10, 10 + WATCHED)], matter=MATTER)
    alone, called, times = [], {}, {}
    for number in range(5_000, 5_020):
        begun = time.perf_counter()
        share(second, [number])
        alone.append(time.perf_counter() - begun)
    looking = threading.Thread(target=collect, args=(carrier, called, times))
    with Flow(first, bank) as flow:
        time.sleep(5)
        looking.start()
        for number in range(10, 10 + WATCHED):
            called[str(number)] = time.perf_counter()
            share(second, [number])
            time.sleep(max(0.0, called[str(number)] + SECONDS / WATCHED - time.perf_counter()))
        looking.join(20)
    upkeep.stop()
    cuts = statistics.quantiles(times.values(), n=100)
    return {
        "signals/s flowing (aim 200)": round(flow.rate),
        "alerts": len(times),
        "lost or doubled": WATCHED - len(times) + len(carrier.store.casebook.alerts()) - len(times),
        "published -> alert p50 ms": round(1000 * cuts[49]),
        "published -> alert p95 ms (aim < 1000)": round(1000 * cuts[94]),
        "published -> alert p99 ms": round(1000 * cuts[98]),
        "p50 / one publish call alone": round(cuts[49] / statistics.median(alone), 1),
    }


def collect(carrier: Session, called: dict[str, float], times: dict[str, float]) -> None:
    """Looks for new alerts a hundred times a second, until all are there or a minute and a half passed."""
    end = time.monotonic() + SECONDS + 30
    while len(times) < WATCHED and time.monotonic() < end:
        for alert in carrier.store.casebook.alerts(after=len(times)):
            times[alert.followed.reference] = time.perf_counter() - called[alert.followed.reference]
        time.sleep(0.01)


def main() -> None:
    with running.demo(running.STILL) as folder:
        measure.report("alert", measured(folder))


if __name__ == "__main__":
    main()

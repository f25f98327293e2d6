"""Memory and processor time of the whole demo: while it loads its domains in the background, and at rest with all of them.

Starts a demo with its simulation in a temporary folder, waits until every domain of the lists was dealt with, puts the
simulation at rest, and then measures five minutes. Counted is every process of the demo: the supervisor, its services, and
what those started, PostgreSQL's processes among them. Memory is PSS, so what processes share is counted once. About twenty
minutes; other work on the machine makes the loading longer, and hardly changes how much of a core it takes.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from os import cpu_count, getloadavg, sysconf
from pathlib import Path

import measure
import msgspec
import running

from sluis.demo import life
from sluis.sim.loading import AT_ONCE
from sluis.sim.progress import Stand

SECONDS, SETTLE = 300, 60
LONGEST = 45 * 60
_TICKS, _MEGABYTE = sysconf("SC_CLK_TCK"), 1000 * 1000


@dataclass(frozen=True)
class Process:
    """A line of /proc: who started it, and seconds of processor time, with those of its children that ended."""

    parent: int
    seconds: float


def processes() -> Iterator[tuple[int, Process]]:
    """Every process of the machine."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        yield int(folder.name), Process(int(fields[1]), sum(map(int, fields[11:15])) / _TICKS)


def of_demo(supervisor: int) -> dict[int, Process]:
    """The supervisor and what it started, and what that started."""
    every, found = dict(processes()), {supervisor}
    while more := {number for number, one in every.items() if one.parent in found} - found:
        found |= more
    return {number: every[number] for number in found if number in every}


def seconds(supervisor: int) -> float:
    """Processor time of the whole demo until now. Who ended is in the time of who started it."""
    return sum(one.seconds for one in of_demo(supervisor).values())


def memory(supervisor: int) -> float:
    """PSS of the whole demo, in MB (10^6 octets)."""
    return sum(map(_pss, of_demo(supervisor))) / _MEGABYTE


def _pss(number: int) -> int:
    try:
        lines = Path(f"/proc/{number}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


class Busy:
    """The share of one core that the demo took since this was made, in percent."""

    def __init__(self, supervisor: int) -> None:
        self._supervisor, self._start, self._seconds = supervisor, time.monotonic(), seconds(supervisor)

    def percent(self) -> float:
        return 100 * (seconds(self._supervisor) - self._seconds) / self.passed()

    def passed(self) -> float:
        return time.monotonic() - self._start


def stand(folder: Path) -> Stand:
    """How far the simulation is."""
    file = life.progress_file(folder)
    return msgspec.json.decode(file.read_bytes(), type=Stand) if file.exists() else Stand()


def wait(folder: Path, *, done: int) -> Stand:
    """Until so many domains were dealt with, or all when there are fewer."""
    end = time.monotonic() + LONGEST
    while time.monotonic() < end:
        found = stand(folder)
        sys.stderr.write(f"\r{found.done:>7} of {found.wanted} domains")
        if found.wanted and found.done >= min(done, found.wanted):
            sys.stderr.write("\n")
            return found
        time.sleep(1)
    raise SystemExit("the domains were not loaded in time")


def run(folder: Path) -> dict[str, float]:
    supervisor = int(str(running.state(folder)["pid"]))
    wait(folder, done=AT_ONCE)
    loading = Busy(supervisor)
    loaded = wait(folder, done=sys.maxsize)
    load, took = loading.percent(), loading.passed()
    program = str(Path(sys.executable).parent / "sluis-demo")
    subprocess.run([program, "rest", "--dir", str(folder)], check=True)
    time.sleep(SETTLE)
    idle = Busy(supervisor)
    time.sleep(SECONDS)
    return {
        "domains": loaded.wanted,
        "domains shared": loaded.published,
        "loading in the background, minutes": round(took / 60, 1),
        "loading CPU % of a core (limit 50)": round(load, 1),
        "idle CPU % of a core (limit 10)": round(idle.percent(), 1),
        "seconds of the mean": SECONDS,
        f"load of the machine meanwhile, {cpu_count()} cores": round(getloadavg()[1], 1),
        "processes": len(of_demo(supervisor)),
        "PSS MB (limit 2,000)": round(memory(supervisor)),
    }


def main() -> None:
    with running.demo() as folder:
        measure.report("demo", run(folder))


if __name__ == "__main__":
    main()

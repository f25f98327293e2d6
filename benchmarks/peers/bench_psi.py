"""A check beside private set intersection between two parties (openmined-psi): one, and 10,000, against 100,000.

Both without a network and with every party on this machine; the peer in a process and an environment of its own, which is made
in a temporary folder. The two are asked in turn and must find the same. Octets are those of bodies. What either does that the
other does not is in `NOTES`, and stands beside the figures.

Half of the largest question is really shared, and really evaluated; the other entries of the 100,000 are random tags, which the
edge cannot tell from those. It takes two to four minutes.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

import httpx  # noqa: E402
import measure  # noqa: E402
from assembled import KIND, Circle  # noqa: E402

from sluis.client import check, publish, testing  # noqa: E402
from sluis.client.following import Following  # noqa: E402
from sluis.client.publish import Draft  # noqa: E402
from sluis.client.session import Matter, Session  # noqa: E402
from sluis.core.exchange.entries import Hit  # noqa: E402
from sluis.core.exchange.envelope import Context  # noqa: E402
from sluis.core.exchange.words import Grade  # noqa: E402
from sluis.core.identifiers import normalise  # noqa: E402
from sluis.core.identifiers.kinds import Identifier  # noqa: E402

HELD, SIZES, ROUNDS, BATCH = 100_000, (1, 10_000), 3, 1_000
SHARED = max(SIZES) // 2
MATTER = Matter(testing.CIRCLE, "bench", testing.PURPOSE)
NOTES = """
The peer is openmined-psi 2.0.6, with a compressed set that errs in one of 10^9 questions. Both were asked in turn in one
run and found the same. Processor time is that of all parties together; octets are of bodies.

Ours does what the peer does not. Three holders are asked, two are needed, and neither they nor the hub learn what is asked or
shared. Every answer is proven and signed, and the asker verifies each. Right, purpose and budget are judged; budget, log line
and nonce are on disk before a holder answers, and the case is in the asker's own books. What is shared once serves all members,
and less than k groups are never shown.

The peer does what ours does not: it needs nobody but its two parties. But the other party has to be there to answer, proves
nothing, and makes its set-up message anew for each change of what it holds and sends it whole to each client.

Why more time: an identifier takes 15 multiplications of the group (one to blind, two at each of three holders, two to verify
each of them, two to combine) where the peer takes three.

Why more octets: each element goes to three holders and comes back, and buckets come whole and padded to 2,048 entries, so that
the edge does not learn which tag was meant; 10,000 questions touch every bucket. With a replica only the holders' part is left.

Left out are the network and the edge's line of the audit in PostgreSQL.
"""
MEASURED = {"s": 4, "processor s": 4, "octets": None}
Figures = dict[str, Any]


def took(work: Callable[[], Any]) -> tuple[Figures, Any]:
    """Seconds by the clock and of the processor, and what the work gave."""
    start, busy = time.perf_counter(), time.process_time()
    found = work()
    return {"s": time.perf_counter() - start, "processor s": time.process_time() - busy}, found


class Peer:
    """The peer's process: what its set-up took, and what each question takes."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.setup = self._read()

    def ask(self, size: int) -> Figures:
        self._process.stdin.write(f"{size}\n")
        self._process.stdin.flush()
        return self._read()

    def _read(self) -> Figures:
        return json.loads(self._process.stdout.readline())


@contextmanager
def peer() -> Iterator[Peer]:
    """The peer in a fresh environment with the pinned versions of requirements.txt."""
    with tempfile.TemporaryDirectory() as name:
        uv = str(Path(sys.executable).parent / "uv")
        subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, name], check=True)
        python, wanted = str(Path(name) / "bin" / "python"), str(HERE / "requirements.txt")
        subprocess.run([uv, "pip", "install", "--quiet", "--require-hashes", "--python", python, "-r", wanted], check=True)
        argv = [python, str(HERE / "psi_peer.py"), str(HELD), str(max(SIZES))]
        process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            yield Peer(process)
        finally:
            process.stdin.close()
            process.wait(60)


class Octets:
    """Octets of the bodies that a session sends and gets."""

    def __init__(self, session: Session) -> None:
        self.count, http = 0, session.transport.http
        http.event_hooks = {"request": [self._sent], "response": [self._got]}

    def _sent(self, request: httpx.Request) -> None:
        self.count += len(request.content)

    def _got(self, response: httpx.Response) -> None:
        self.count += len(response.read())


class Ours:
    """A bank that shared, and a shop that asks."""

    def __init__(self, folder: Path, mode: str) -> None:
        folder.mkdir()
        self._mode = mode
        self._circle = Circle(folder, mode)
        self._bank = self._circle.session("bank", store=str(folder / "bank.sqlite"))
        self._shop = self._circle.session("shop", store=str(folder / "shop.sqlite"))
        sent, self._octets = Octets(self._bank), Octets(self._shop)
        self.shared, _ = took(self._share)
        self.shared["octets"] = sent.count
        self._circle.spread(HELD - SHARED)

    def _share(self) -> None:
        for start in range(HELD - SHARED, HELD, BATCH):
            drafts = [Draft(device(number), Context("IDF.OVERNAME"), Grade.B) for number in range(start, start + BATCH)]
            publish.publish(self._bank, drafts, matter=MATTER)

    def follow(self) -> Figures:
        """A gateway that runs follows the stream of a replica circle all the time, so a check finds it up to date."""
        following = Following(self._shop, self._circle.record)
        self._shop.followed.add(following.stream)
        self._octets.count = 0
        figures, _ = took(following.catch_up)
        return {**figures, "octets": self._octets.count}

    def ask(self, size: int) -> Figures:
        """The one call of a gateway that checks so many, half of which were shared."""
        first = HELD - (size + 1) // 2
        asked = [device(number) for number in range(first, first + size)]
        if self._mode == "replica":
            self.follow()
        self._octets.count = 0
        figures, found = took(lambda: check.check(self._shop, asked, matter=MATTER))
        hits = [place for place, one in enumerate(found) if isinstance(one.outcome, Hit)]
        return {**figures, "octets": self._octets.count, "found": hits}


def device(number: int) -> Identifier:
    return normalise.parse(KIND, f"uuid:{number + 1:032x}")


def compared(size: int, ours: dict[str, Ours], other: Peer) -> Figures:
    """Rounds of one size in turn."""
    found: dict[str, list[Figures]] = {"peer": [], **{mode: [] for mode in ours}}
    for _ in range(ROUNDS):
        found["peer"].append(other.ask(size))
        for mode, one in ours.items():
            found[mode].append(one.ask(size))
    answers = {str(one["found"]) for rounds in found.values() for one in rounds}
    if len(answers) != 1:
        raise SystemExit(f"not the same answers to {size}")
    return dict(rows(f"{size:,} asked", found, other.setup))


def rows(size: str, found: dict[str, list[Figures]], setup: Figures) -> Iterator[tuple[str, float]]:
    """What the report tells of one size."""
    theirs = found.pop("peer")
    for name, digits in MEASURED.items():
        peer = [one[name] for one in theirs]
        whole = [one + setup[name] for one in peer]
        yield f"{size}: {name}, openmined-psi", round(statistics.median(peer), digits)
        for mode, rounds in found.items():
            own = [one[name] for one in rounds]
            yield f"{size}: {name}, ours by {mode}", round(statistics.median(own), digits)
            yield f"{size}: {name}, ours by {mode} / peer", round(measure.ratio(own, peer), 2)
            yield f"{size}: {name}, ours by {mode} / peer with a fresh set-up", round(measure.ratio(own, whole), 3)


def run(folder: Path, other: Peer) -> Figures:
    ours = {mode: Ours(folder / mode, mode) for mode in ("bucket", "replica")}
    copied, times = ours["replica"].follow(), HELD // SHARED
    figures: Figures = {"held by the other side": HELD, "rounds": ROUNDS}
    for one in (*ours.values(), other):
        one.ask(1)
    for name, digits in MEASURED.items():
        figures[f"set-up at each change: {name}, openmined-psi"] = round(other.setup[name], digits)
        figures[f"sharing all once: {name}, ours ({times} x {SHARED:,})"] = round(times * ours["bucket"].shared[name], digits)
        figures[f"first copy of a replica once: {name}, ours"] = round(copied[name], digits)
    for size in SIZES:
        figures |= compared(size, ours, other)
    return figures


def main() -> None:
    with peer() as other, tempfile.TemporaryDirectory(prefix="sluis-bench-") as folder:
        measure.report("peer_psi", run(Path(folder), other), notes=[" ".join(one.split()) for one in NOTES.split("\n\n")])


if __name__ == "__main__":
    main()

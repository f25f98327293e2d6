"""The peer by itself, in an environment of its own: OpenMined's PSI (elliptic-curve Diffie-Hellman), both parties in here.

`psi_peer.py HELD LARGEST`: a server that holds `HELD` items answers sets of at most `LARGEST`. Prints what the set-up took, and
then, for each number on a line of its input, what a question of so many items took, half of which the server holds. JSON.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from typing import Any

import private_set_intersection.python as psi

FALSE_POSITIVES = 1e-9


def took(work: Callable[[], Any]) -> tuple[dict[str, Any], Any]:
    """Seconds by the clock and of the processor, and what the work gave."""
    start, busy = time.perf_counter(), time.process_time()
    found = work()
    return {"s": time.perf_counter() - start, "processor s": time.process_time() - busy}, found


def tell(figures: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(figures) + "\n")
    sys.stdout.flush()


class Pair:
    """A server with its items and a client."""

    def __init__(self, held: int, largest: int) -> None:
        self.server, self.client = psi.server.CreateWithNewKey(True), psi.client.CreateWithNewKey(True)
        self.held, kept = held, [str(number) for number in range(held)]
        # As many as the largest question: the filter's rate of wrong answers is for a whole question.
        make = self.server.CreateSetupMessage
        figures, self.setup = took(lambda: make(FALSE_POSITIVES, largest, kept, psi.DataStructure.GCS))
        tell({**figures, "octets": len(self.setup.SerializeToString())})

    def ask(self, size: int) -> None:
        first = self.held - (size + 1) // 2
        asked = [str(number) for number in range(first, first + size)]
        figures, (octets, both) = took(lambda: self._ask(asked))
        tell({**figures, "octets": octets, "found": sorted(both)})

    def _ask(self, asked: list[str]) -> tuple[int, list[int]]:
        request = self.client.CreateRequest(asked)
        response = self.server.ProcessRequest(request)
        both = self.client.GetIntersection(self.setup, response)
        return len(request.SerializeToString()) + len(response.SerializeToString()), both


def main() -> None:
    pair = Pair(int(sys.argv[1]), int(sys.argv[2]))
    for line in sys.stdin:
        pair.ask(int(line))


if __name__ == "__main__":
    main()

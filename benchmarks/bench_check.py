"""One check over loopback with everything real: gateway, three holders, edge, database; against the gateway's bare answer.

Starts a demo of its own in a temporary folder. Every check is durable at three holders and at the edge before it answers.
"""

from __future__ import annotations

import statistics
import time
from pathlib import Path

import httpx
import measure
import running

CHECKS = 400
MATTER = {"circle": "proeftuin", "case": "bench", "purpose": "onderzoek-proeftuin", "type": "iban"}
IBAN = "NL13TEST0123456789"


def timed(call: object, count: int) -> list[float]:
    found = []
    for _ in range(count):
        start = time.perf_counter()
        call().raise_for_status()
        found.append((time.perf_counter() - start) * 1000)
    return found


def run(folder: Path) -> dict[str, float]:
    urls, token = running.state(folder)["urls"], (folder / "keys" / "lantaarn.token").read_text()
    client = httpx.Client(headers={"authorization": f"Bearer {token}"}, base_url=urls["lantaarn"], timeout=30)

    def check(count: int) -> httpx.Response:
        return client.post("/v1/bevragingen", json={**MATTER, "identifiers": [IBAN] * count})

    timed(lambda: check(1), 20)
    bare = timed(lambda: client.get("/v1/health"), CHECKS)
    single = timed(lambda: check(1), CHECKS)
    batch = timed(lambda: check(256), 5)
    cuts = statistics.quantiles(single, n=100)
    return {
        "single check p50 ms": round(cuts[49], 1),
        "single check p95 ms": round(cuts[94], 1),
        "single check p99 ms": round(cuts[98], 1),
        "single check p50 / bare answer of the gateway p50": round(cuts[49] / statistics.median(bare), 1),
        "batch of 256, identifiers/s": round(256_000 / statistics.median(batch)),
    }


def main() -> None:
    with running.demo(running.STILL) as folder:
        measure.report("check", run(folder))


if __name__ == "__main__":
    main()

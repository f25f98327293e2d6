"""The edge as a service with a million entries: up after a kill, its memory, and signed bucket questions over loopback.

Starts a demo of its own and fills its stream in the database. Beside the answers a second stand those of `/v1/health`, which is
what the server and the client cost without signature, record and bucket.
"""

from __future__ import annotations

import os
import random
import signal
import time
from pathlib import Path

import httpx
import measure
import msgspec
import psycopg
import running

from sluis.core.exchange import buckets
from sluis.core.exchange.bodies import BucketQuestion
from sluis.core.identifiers.kinds import IdentifierType
from sluis.demo import world
from sluis.demo.layout import Layout

LIVE, PREFIXES = 1_000_000, 64
REST = bytes.fromhex("01010101000142104e20") + bytes(6)
SEED = 20261122
HEAD = "INSERT INTO plumbing_stream (name, head) VALUES ('entries', %s) ON CONFLICT (name) DO UPDATE SET head = excluded.head"


def fill(folder: Path, key_id: bytes) -> None:
    url = Layout.of(folder, first_port=None).cluster.url("sluis_owner")
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        head = cursor.execute("SELECT coalesce(max(head), 0) FROM plumbing_stream WHERE name = 'entries'").fetchone()[0]
        with cursor.copy("COPY plumbing_event (stream, sequence, body) FROM STDIN (FORMAT binary)") as copy:
            copy.set_types(["text", "int8", "bytea"])
            for number in range(1, LIVE + 1):
                copy.write_row(("entries", head + number, key_id + os.urandom(16) + REST))
        cursor.execute(HEAD, (head + LIVE,))


def resident(process: int) -> int:
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return round(next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024)


def restarted(folder: Path) -> float:
    """Seconds from the kill until the edge answers again with all entries."""
    before, begun = running.state(folder)["services"]["edge"], time.perf_counter()
    os.killpg(before, signal.SIGKILL)
    while running.state(folder)["services"].get("edge", before) == before or not running.is_well(folder, "edge"):
        time.sleep(0.05)
    return time.perf_counter() - begun


def run(folder: Path) -> dict[str, float]:
    random.seed(SEED)
    shop = running.session(folder, "lantaarn")
    record = shop.directory.key(shop.directory.snapshot().section(world.CIRCLE), IdentifierType.IBAN)
    fill(folder, record.id)
    up = restarted(folder)
    memory = resident(int(running.state(folder)["services"]["edge"]))
    bits, client = buckets.bits_for(LIVE), httpx.Client()

    def ask() -> int:
        prefixes = tuple(random.getrandbits(bits) for _ in range(PREFIXES))
        body = msgspec.json.encode(BucketQuestion(bits, record.id, prefixes))
        answer = shop.transport.post(f"{shop.edge}/v1/bevragingen", body)
        assert len(answer) == PREFIXES * buckets.BUCKET_OCTETS
        return PREFIXES

    def bare() -> int:
        client.get(f"{shop.edge}/v1/health").raise_for_status()
        return 1

    rates = measure.interleaved({"asked": ask, "bare": bare})
    return {
        "entries": LIVE,
        "up after a kill, s (aim < 10)": round(up, 1),
        "memory of the whole process, MB (aim <= 250)": memory,
        "signed bucket answers/s over loopback (aim >= 1000)": round(min(rates["asked"])),
        "requests of 64 prefixes / bare answers": round(measure.ratio(rates["asked"], rates["bare"]) / PREFIXES, 3),
    }


def main() -> None:
    with running.demo(running.STILL) as folder:
        measure.report("edge_service", run(folder))


if __name__ == "__main__":
    main()

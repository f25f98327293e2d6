"""Buckets from a million entries in memory, against copying 65,536 octets; and the memory they take."""

from __future__ import annotations

import os
import random
import resource

import measure

from sluis.core.exchange import buckets
from sluis.edge.entries import Entries

LIVE = 1_000_000
KEY = bytes(16)
REST = bytes.fromhex("01010101000142104e20") + bytes(6)
SEED = 20261122


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    random.seed(SEED)
    before, entries = peak(), Entries()
    for sequence in range(1, LIVE + 1):
        entries.apply(sequence, KEY + os.urandom(16) + REST)
    found = entries.of(KEY)
    bits, octets = found.bits, bytearray(os.urandom(buckets.BUCKET_OCTETS))

    def answer() -> int:
        for _ in range(100):
            found._answers.clear()
            found.bucket(random.getrandbits(bits), bits)
        return 100

    def copy() -> int:
        for _ in range(100):
            bytes(octets)
        return 100

    rates = measure.interleaved({"bucket": answer, "copy": copy})
    figures = {
        "entries": LIVE,
        "bits": bits,
        "memory MB (aim <= 250)": round(peak() - before),
        "buckets/s, not kept from before (aim >= 5000)": round(min(rates["bucket"])),
        "bucket / copy of as many octets": round(measure.ratio(rates["bucket"], rates["copy"]), 3),
    }
    measure.report("edge", figures)


if __name__ == "__main__":
    main()

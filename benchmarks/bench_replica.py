"""A replica of a million entries in SQLite: one look-up against the same read without its parse, and taking the first piece."""

from __future__ import annotations

import os
import random
import tempfile
import time
from pathlib import Path

import measure

from sluis.client.replica import Replica
from sluis.wire import sqlite

LIVE, PIECE = 1_000_000, 4_000
KEY = bytes(16)
REST = bytes.fromhex("01010101000142104e20")
SEED = 20261122


def main() -> None:
    random.seed(SEED)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "replica.sqlite"
        replica = Replica(file)
        # The edge gives the first piece a cell of tags at a time.
        tags = sorted((os.urandom(16) for _ in range(LIVE)), key=lambda tag: tag[:2])
        begun = time.perf_counter()
        for start in range(0, LIVE, PIECE):
            piece = b"".join(
                tag + REST + (start + i).to_bytes(6, "big") for i, tag in enumerate(tags[start : start + PIECE], 1)
            )
            replica.apply(KEY, piece, stream="s", place=start + PIECE, now=0)
        filled = time.perf_counter() - begun
        bare = sqlite.File(file, ())

        def find() -> int:
            for tag in random.sample(tags, 200):
                assert replica.find(KEY, tag) is not None
            return 200

        def read() -> int:
            for tag in random.sample(tags, 200):
                assert bare.row("SELECT octets FROM entry WHERE key_id = ? AND tag = ?", (KEY, tag))
            return 200

        rates = measure.interleaved({"find": find, "read": read})
        begun = time.perf_counter()
        live, _last, _digest = replica.digest(KEY)
        figures = {
            "entries": live,
            "look-up ms (aim < 0.1)": round(1000 / min(rates["find"]), 4),
            "look-up / bare read of the row": round(measure.ratio(rates["read"], rates["find"]), 2),
            "first piece, entries/s": round(LIVE / filled),
            "digest of all, s": round(time.perf_counter() - begun, 2),
            "file MB": round(sum(one.stat().st_size for one in Path(folder).iterdir()) / 1e6),
        }
        measure.report("replica", figures)


if __name__ == "__main__":
    main()

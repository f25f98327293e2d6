"""The only reader of the system clock.

Demo and tests move time by an offset in a file; a service that was not given such a file has no offset. Rules never read
a clock: they get `now` as an argument.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

VARIABLE: Final = "SLUIS_CLOCK_FILE"


@dataclass(slots=True)
class _Offset:
    """The offset last read, from which file, and the moment that was written."""

    name: str = ""
    written: int = -1
    seconds: int = 0

    def read(self) -> int:
        name = os.environ.get(VARIABLE)
        if not name:
            return 0
        if name != self.name:
            self.name, self.written, self.seconds = name, -1, 0
        try:
            written = os.stat(name).st_mtime_ns  # noqa: PTH116 - asked at every look at the clock
            if written != self.written:
                self.seconds, self.written = int(Path(name).read_text("ascii")), written
        except (OSError, ValueError):
            return self.seconds
        return self.seconds


_offset = _Offset()


def now_ms() -> int:
    """Milliseconds since 1970 (UTC)."""
    return time.time_ns() // 1_000_000 + _offset.read() * 1000


def now() -> int:
    """Whole seconds since 1970 (UTC)."""
    return now_ms() // 1000

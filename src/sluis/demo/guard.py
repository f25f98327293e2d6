"""The last one out: when the supervisor is gone, however it went, its process groups are ended.

Reads lines `group signal` from its standard input, which only the supervisor holds the other end of. At the end of the
input it sends each group its signal, and SIGKILL five seconds later.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from typing import Final

PATIENCE: Final = 5.0


def main() -> None:
    """Waits for the supervisor's end, then ends what it left."""
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, signal.SIG_IGN)
    groups: dict[int, int] = {}
    for line in sys.stdin:
        group, number = map(int, line.split())
        groups[group] = number
        if not number:
            del groups[group]
    left = {group for group, number in groups.items() if send(group, number)}
    end = time.monotonic() + PATIENCE
    while left and time.monotonic() < end:
        time.sleep(0.05)
        left = {group for group in left if send(group, 0)}
    for group in left:
        send(group, signal.SIGKILL)


def send(group: int, number: int) -> bool:
    """Sends a signal to a process group; False when nobody is left in it."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


if __name__ == "__main__":
    main()

"""What happened to the services of the demo: which one went, how it ended, since when it works again. A small file tells it."""

from __future__ import annotations

import contextlib
import signal
from pathlib import Path
from typing import Final

import msgspec

from sluis.core import errors
from sluis.wire import clock, credentials

FILE: Final = "happenings.json"
MOST: Final = 50


class Happening(msgspec.Struct, frozen=True):
    """A service went at `gone` (seconds since 1970) and worked again at `back`; None: not yet.

    `ended` says how: `SIGKILL`, or `code 1`. `times` is how often it ended before it worked again.
    """

    service: str
    gone: int
    ended: str
    back: int | None = None
    times: int = 1


class Diary:
    """Writes the newest 50 happenings since the start of the demo to one file, whole or not at all."""

    def __init__(self, folder: Path | None) -> None:
        """`folder` gets `happenings.json`, empty at first; None keeps nothing on disk."""
        self._file = folder / FILE if folder else None
        self._all: list[Happening] = []
        self._keep()

    def went(self, service: str, code: int) -> None:
        """A service ended with this return code, negative for a signal as `subprocess` has it."""
        open_ = self._open(service)
        if open_ is None:
            self._all.append(Happening(service, clock.now(), in_words(code)))
        else:
            self._put(open_, msgspec.structs.replace(open_, ended=in_words(code), times=open_.times + 1))
        del self._all[:-MOST]
        self._keep()

    def is_back(self, service: str) -> None:
        """A service that went works again."""
        open_ = self._open(service)
        if open_ is not None:
            self._put(open_, msgspec.structs.replace(open_, back=clock.now()))
            self._keep()

    def away(self) -> list[str]:
        """The services that went and do not work yet."""
        return [one.service for one in self._all if one.back is None]

    def _open(self, service: str) -> Happening | None:
        return next((one for one in self._all if one.service == service and one.back is None), None)

    def _put(self, old: Happening, new: Happening) -> None:
        self._all[self._all.index(old)] = new

    def _keep(self) -> None:
        # A full disk is no reason to leave the services to themselves.
        with contextlib.suppress(errors.Unavailable):
            if self._file is not None:
                credentials.write(self._file, msgspec.json.encode(self._all))


def in_words(code: int) -> str:
    """How a process ended: the name of the signal, or its code."""
    try:
        return signal.Signals(-code).name if code < 0 else f"code {code}"
    except ValueError:
        return f"signal {-code}"


def read(folder: Path) -> list[Happening]:
    """The happenings of the demo in `folder`, oldest first; none when there is no file that reads."""
    try:
        return msgspec.json.decode((folder / FILE).read_bytes(), type=list[Happening])
    except (OSError, msgspec.DecodeError):
        return []

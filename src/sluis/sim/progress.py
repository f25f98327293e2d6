"""How far the simulation is: what it goes on from after a stop, and what the demo's page tells of it."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import msgspec

from sluis.wire import clock, credentials

Phase = Literal["loading", "living", "resting"]


class Stand(msgspec.Struct):
    """Where the simulation stands. `done` counts domains of the list dealt with, `left_out` those a protected list stopped."""

    phase: Phase = "loading"
    circle: str = ""
    published: int = 0
    wanted: int = 0
    left_out: int = 0
    addresses: bool = False
    waves: int = 0
    deeds: int = 0
    updated: int = 0

    @property
    def done(self) -> int:
        """How many domains of the list were dealt with."""
        return self.published + self.left_out


@dataclass
class Progress:
    """The stand in `file`, read at start and written whole after each step."""

    file: Path
    stand: Stand = field(default_factory=Stand)

    def __post_init__(self) -> None:
        # A stand that does not read is begun anew: what was shared already is shared again, which changes nothing.
        with contextlib.suppress(OSError, msgspec.DecodeError):
            self.stand = msgspec.json.decode(self.file.read_bytes(), type=Stand)

    def keep(self) -> None:
        """Writes the stand."""
        self.stand.updated = clock.now()
        credentials.write(self.file, msgspec.json.encode(self.stand))
